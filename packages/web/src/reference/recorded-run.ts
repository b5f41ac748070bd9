// Runs recorded elsewhere: shown where there is no GPU, and as an example where there is one.

import type { Report } from '@nanoalign/experiments'
import type { RunPage } from '../store/runs.ts'

export async function recordedRun(page: RunPage): Promise<Report> {
  return (await import(`./${page}.json`)).default
}
