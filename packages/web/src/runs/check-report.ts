// Whether what a file holds is a report that can be drawn: files come from anywhere.

import type { Report } from '@nanoalign/experiments'

/** @throws Error in words for the visitor. */
export function checkReport(data: unknown): asserts data is Report {
  const report = data as Partial<Report>
  if (!isRecord(data) || typeof report.title !== 'string' || !Array.isArray(report.blocks))
    throw new Error('this file holds neither a run nor a report of nanoalign')
  report.blocks.forEach((block: unknown, i) => {
    if (!isRecord(block) || !Object.hasOwn(checks, String(block.kind)))
      throw new Error('this report has parts that this version does not know')
    if (!checks[block.kind as keyof typeof checks](block)) throw new Error(`part ${i + 1} of this report is damaged`)
  })
  const { provenance } = report
  if (!isRecord(provenance) || typeof provenance.adapter !== 'string' || !isTexts(provenance.versions))
    throw new Error('this report does not say where it comes from')
  if (provenance.details !== undefined && !isTexts(provenance.details))
    throw new Error('this report does not say where it comes from')
}

type Block = Record<string, unknown>

const checks = {
  text: ({ text, heading }: Block) => isText(text) && (heading === undefined || isText(heading)),
  table: ({ caption, columns, rows }: Block) =>
    isText(caption) &&
    isList(columns, isText) &&
    isList(rows, (row) => isList(row, isCell) && row.length === columns.length),
  figure: ({ figure }: Block) => isRecord(figure) && isFigure(figure),
  verdict: ({ claim, outcome, evidence }: Block) => isText(claim) && isText(outcome) && isText(evidence),
  examples: ({ caption, examples }: Block) =>
    isText(caption) &&
    isList(
      examples,
      (one) => isRecord(one) && isText(one.title) && isList(one.fields, (field) => isList(field, isText)),
    ),
}

function isFigure({ kind, title, series, groups, x, y }: Block): boolean {
  if (!isText(title) || !isRecord(y) || !isText(y.label)) return false
  if (kind === 'bars') {
    if (!isList(groups, isText)) return false
    const isBar = (value: unknown) =>
      value === undefined || value === null || (isRecord(value) && isNumber(value.value))
    return isList(series, (one) => isRecord(one) && isText(one.name) && isList(one.values, isBar))
  }
  if ((kind !== 'lines' && kind !== 'points') || !isRecord(x) || !isText(x.label)) return false
  const isPoint = (point: unknown) => isRecord(point) && isNumber(point.x) && isNumber(point.y)
  return isList(series, (one) => isRecord(one) && isText(one.name) && isList(one.points, isPoint))
}

const isText = (value: unknown): value is string => typeof value === 'string'
/** NaN is null in JSON. */
const isNumber = (value: unknown) => typeof value === 'number' || value === null
const isCell = (cell: unknown) => isText(cell) || (isRecord(cell) && isNumber(cell.value) && isText(cell.format))
const isTexts = (value: unknown) => isRecord(value) && Object.values(value).every(isText)

function isList<T>(value: unknown, is: (item: unknown) => boolean): value is T[] {
  return Array.isArray(value) && value.every(is)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
