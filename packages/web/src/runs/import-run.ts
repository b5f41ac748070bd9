// A run out of a file that this page or the command line saved.

import type { Report } from '@nanoalign/experiments'
import type { RunRecord } from '../store/runs.ts'

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
    if (run.page !== 'weak-to-strong' && run.page !== 'train') throw new Error('this run is of a page not known here')
    const status = run.report ? 'done' : 'stopped'
    const seconds = Number.isFinite(run.seconds) ? run.seconds : 0
    return { ...run, id: newId, status, seconds, created: isDate(run.created) ? run.created : now, updated: now }
  }
  checkReport(data)
  const query = data.provenance.details?.configuration ?? ''
  return {
    format: 1,
    id: newId,
    page: 'weak-to-strong',
    name: data.title,
    query,
    status: 'done',
    created: now,
    updated: now,
    seconds: 0,
    adapter: data.provenance.adapter,
    report: data,
    resultHash: data.provenance.details?.['result hash'],
  }
}

function checkReport(data: unknown): asserts data is Report {
  const report = data as Partial<Report>
  const known = ['text', 'table', 'figure', 'verdict']
  if (!isRecord(data) || typeof report.title !== 'string' || !Array.isArray(report.blocks))
    throw new Error('this file holds neither a run nor a report of nanoalign')
  if (!report.blocks.every((block) => isRecord(block) && known.includes(block.kind as string)))
    throw new Error('this report has parts that this version does not know')
  if (!isRecord(report.provenance) || typeof report.provenance.adapter !== 'string')
    throw new Error('this report does not say where it comes from')
}

const isDate = (text: unknown): text is string => typeof text === 'string' && !Number.isNaN(Date.parse(text))

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
