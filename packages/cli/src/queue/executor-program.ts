// How a worker starts the process that computes.

import { fileURLToPath } from 'node:url'
import type { ExecutorProgram } from './slot.ts'

export interface ExecutorOptions {
  /** as for openStore; credentials are inherited through the environment */
  store: string
  adapter?: string
  /** seconds */
  checkpointEvery: number
}

export function executorProgram(options: ExecutorOptions): ExecutorProgram {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js' // from source, or built
  return {
    path: fileURLToPath(new URL(`executor-main.${extension}`, import.meta.url)),
    args: [JSON.stringify(options)],
  }
}
