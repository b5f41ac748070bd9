// A run out of a file that this page or the command line saved.

import { type RunRecord, runPages } from '../store/runs.ts'
import { checkReport, isRecord } from './check-report.ts'

const MOST_CHARACTERS = 200

/** @throws Error in words for the visitor when the text is neither a saved run nor a report. */
export function importRun(text: string, newId: string, now: string): RunRecord {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    throw new Error('this file is not JSON')
  }
  if (isRecord(data) && data.format === 1 && typeof data.query === 'string' && typeof data.name === 'string') {
    const run = data as unknown as RunRecord
    if (run.report !== undefined) checkReport(run.report)
    if (!runPages.includes(run.page)) throw new Error('this run is of a page not known here')
    const status = run.report ? 'done' : 'stopped'
    const seconds = Number.isFinite(run.seconds) ? run.seconds : 0
    const created = isDate(run.created) ? run.created : now
    const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, MOST_CHARACTERS) : undefined)
    return {
      format: 1,
      id: newId,
      page: run.page,
      name: run.name.slice(0, MOST_CHARACTERS),
      query: run.query,
      status,
      created,
      updated: now,
      seconds,
      adapter: text(run.adapter),
      resultHash: text(run.resultHash),
      report: run.report,
      benchmark: run.benchmark, // checked by who reads it
    }
  }
  if (isRecord(data) && String(data.format).startsWith('nanoalign-benchmark'))
    throw new Error('this is a benchmark: open it on the page “Kernels”')
  checkReport(data)
  const { page, configuration = '', 'result hash': resultHash } = data.provenance.details ?? {}
  return {
    format: 1,
    id: newId,
    page: runPages.find((known) => known === page) ?? 'weak-to-strong',
    name: data.title,
    query: configuration,
    status: 'done',
    created: now,
    updated: now,
    seconds: 0,
    adapter: data.provenance.adapter,
    report: data,
    resultHash,
  }
}

const isDate = (text: unknown): text is string => typeof text === 'string' && !Number.isNaN(Date.parse(text))
