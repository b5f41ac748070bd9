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
  withMakers,
} from '@nanoalign/experiments'
import { parseHTML } from 'linkedom'
import type { Run, RunStore } from './run-folder.ts'
import { type SweepResult, sweepReport } from './sweep/sweep-report.ts'

/** @throws Error when the run has no result yet. */
export async function loadReport(store: RunStore, run: Run): Promise<Report> {
  const result = await store.readJson(run.id, 'result.json')
  if (result === undefined)
    throw new Error(`run ${run.id} has no result yet (${run.state.status}); continue it with: ${run.state.command}`)
  return trusting(store, run, async () => {
    if (run.config.command === 'sweep') return loadSweepReport(store, run, result as SweepResult)
    return reportOf(run, result)
  })
}

/** No list of a result is nearly as long. */
const MOST_ITEMS = 2 ** 24

/** @throws RangeError for an object that says it is a list of very many: what is made from it would fill the memory. */
function refuseFalseLists(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ((value as { length?: number }).length! > MOST_ITEMS) throw new RangeError('a list is longer than any can be')
  for (const each of Object.values(value)) refuseFalseLists(each)
}

/** Of any run but a sweep's. @throws RangeError when the result cannot be one. */
export async function reportOf(run: Run, result: unknown): Promise<Report> {
  refuseFalseLists(result)
  if (run.config.command !== 'card') return runReport(run, result)
  return withOrigin(run, cardReport(await CardScores.of(result as CardResult), provenanceOf(run)))
}

/**
 * What `work` makes of a run's result. What a run wrote is of the right form; a file that was altered, imported or written
 * by another version may be of any. @throws Error in one line, which names the file, instead of a TypeError or RangeError.
 */
export async function trusting<T>(store: RunStore, run: Run, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // a name that was altered may hold line breaks, and be quoted
    const isOurs = error instanceof Error && !/[\r\n]/.test(error.message)
    if (isOurs && !(error instanceof TypeError || error instanceof RangeError)) throw error
    const path = store.path(run.id, 'result.json')
    throw new Error(
      `${path} is not a result that this version can report on (${(error as Error).message.split(/[\r\n]/)[0]})`,
      {
        cause: error,
      },
    )
  }
}

/** A study's report is made of those of its runs. */
export async function loadSweepReport(store: RunStore, run: Run, result: SweepResult): Promise<Report> {
  const reports = new Map<string, Report>()
  for (const { id, cells } of result.runs) {
    if (cells.every(({ error }) => error !== undefined)) continue
    const part = await store.load(id)
    if (!part)
      throw new Error(
        `run ${id} of study ${run.id} is not in ${store.folder}, or damaged; the study's command mends it`,
      )
    reports.set(id, await loadReport(store, part))
  }
  return sweepReport(result, reports, run.state.madeBy ?? { adapters: {}, code: {}, kernels: {} }, provenanceOf(run))
}

export const provenanceOf = ({ id, state }: Run): Provenance => ({
  adapter: state.adapter,
  command: state.command,
  date: state.finished ?? state.started,
  versions: state.versions,
  details: {
    Run: id,
    ...(state.madeBy && { Code: namesOf(state.madeBy.code), Kernels: namesOf(state.madeBy.kernels) }),
  },
})

const namesOf = (counts: Record<string, number>) => Object.keys(counts).sort().join(' + ') || 'none'

/** With a word at its beginning when several classes of adapters, or versions of the code, are in it. */
export function withOrigin({ state }: Run, report: Report): Report {
  return state.madeBy ? withMakers(report, state.madeBy) : report
}

export function runReport(run: Run, result: unknown): Report {
  return withOrigin(run, experimentReport(run, result))
}

function experimentReport(run: Run, result: unknown): Report {
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
