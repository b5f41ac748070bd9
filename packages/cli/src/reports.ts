// A run's result as a report: the same for a run that has just ended and for one from last month.

import {
  type CardResult,
  CardScores,
  cardReport,
  type DeliberativeResult,
  deliberativeReport,
  type GameResult,
  gameReport,
  type Provenance,
  type ReasoningResult,
  type Report,
  reasoningReport,
  reportHtml,
  type TextModelResult,
  textModelReport,
  type WeakToStrongResult,
  weakToStrongReport,
} from '@nanoalign/experiments'
import { parseHTML } from 'linkedom'
import type { Run, RunStore } from './run-folder.ts'
import { type MadeBy, type SweepResult, sweepReport } from './sweep/sweep-report.ts'

/** @throws Error when the run has no result yet. */
export async function loadReport(store: RunStore, run: Run): Promise<Report> {
  const result = await store.readJson(run.id, 'result.json')
  if (result === undefined)
    throw new Error(`run ${run.id} has no result yet (${run.state.status}); continue it with: ${run.state.command}`)
  return trusting(store, run, async () => {
    if (run.config.command === 'card') return cardReport(await CardScores.of(result as CardResult), provenanceOf(run))
    if (run.config.command === 'sweep') return loadSweepReport(store, run, result as SweepResult)
    return runReport(run, result)
  })
}

/**
 * What `work` makes of a run's result. What a run wrote is of the right form; a file that was altered, imported or written
 * by another version may be of any. @throws Error that names the file instead of a TypeError or RangeError.
 */
export async function trusting<T>(store: RunStore, run: Run, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    const path = store.path(run.id, 'result.json')
    throw new Error(`${path} is not a result that this version can report on (${error.message.split('\n')[0]})`, {
      cause: error,
    })
  }
}

/** A study's report is made of those of its runs. */
export async function loadSweepReport(store: RunStore, run: Run, result: SweepResult): Promise<Report> {
  const madeBy = ((await store.readJson(run.id, 'made-by.json')) ?? { adapters: {}, code: {} }) as MadeBy
  const reports = new Map<string, Report>()
  for (const { id, cells } of result.runs)
    if (cells.some(({ error }) => error === undefined)) reports.set(id, await loadReport(store, await store.find(id)))
  return sweepReport(result, reports, madeBy, provenanceOf(run))
}

export const provenanceOf = ({ id, state }: Run): Provenance => ({
  adapter: state.adapter,
  command: state.command,
  date: state.finished ?? state.started,
  versions: state.versions,
  details: { Run: id },
})

export function runReport(run: Run, result: unknown): Report {
  const { id, config } = run
  const provenance = provenanceOf(run)
  switch (config.command) {
    case 'train':
      return textModelReport(result as TextModelResult, provenance)
    case 'deliberate':
      return deliberativeReport(result as DeliberativeResult, provenance)
    case 'reason':
      return reasoningReport(result as ReasoningResult, provenance)
    case 'w2s-game':
      return gameReport(result as GameResult, provenance)
    case 'w2s':
      return weakToStrongReport(result as WeakToStrongResult, provenance)
    default:
      throw new Error(`run ${id} was made by "nanoalign ${config.command}", which this version does not know`)
  }
}

/** Writes report.html into the run's folder. Returns its path. */
export async function writeReport(store: RunStore, run: Run, report: Report): Promise<string> {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const html = await trusting(store, run, () => reportHtml(report, document))
  await store.write(run.id, 'report.html', html)
  return store.path(run.id, 'report.html')
}
