// Two or more runs side by side: what was asked of each, and the numbers their reports have in common.

import type { Report } from '@nanoalign/experiments'
import type { RunRecord } from '../store/runs.ts'

type ReportTable = Extract<Report['blocks'][number], { kind: 'table' }>
export type Cell = ReportTable['rows'][number][number]

export interface Comparison {
  /** options that are not the same in all runs: one value per run, '' where a run has none */
  differing: { name: string; values: string[] }[]
  /** names of those that are */
  same: { name: string; value: string }[]
  /** by the caption of the reports' tables */
  tables: ComparedTable[]
}

export interface ComparedTable {
  caption: string
  /** a number's row and column in the reports, and its cell in each run's; undefined where there is none */
  rows: { name: string; cells: (Cell | undefined)[]; differs: boolean }[]
}

export function compareRuns(runs: Pick<RunRecord, 'query' | 'report'>[]): Comparison {
  const queries = runs.map(({ query }) => new URLSearchParams(query))
  const names = [...new Set(queries.flatMap((query) => [...query.keys()]))]
  const options = names.map((name) => ({ name, values: queries.map((query) => query.get(name) ?? '') }))
  const isSame = ({ values }: { values: string[] }) => values.every((value) => value === values[0])
  return {
    differing: options.filter((option) => !isSame(option)),
    same: options.filter(isSame).map(({ name, values }) => ({ name, value: values[0] })),
    tables: comparedTables(runs.map(({ report }) => report)),
  }
}

/** Tables that at least two reports have, with every number that at least two of them have. */
function comparedTables(reports: (Report | undefined)[]): ComparedTable[] {
  const groups: { caption: string; rowNames: string; of: (ReportTable | undefined)[] }[] = []
  reports.forEach((report, r) => {
    for (const block of report?.blocks ?? []) {
      if (block.kind !== 'table') continue
      const rowNames = block.rows.map(([name]) => textOf(name)).join('|')
      // captions may tell of the options ("on 8 tasks"), rows may depend on them (methods): one of the two must agree
      const known = groups.find(
        (group) => !group.of[r] && (group.caption === block.caption || group.rowNames === rowNames),
      )
      if (known) known.of[r] = block
      else groups.push({ caption: block.caption, rowNames, of: reports.map((_, i) => (i === r ? block : undefined)) })
    }
  })
  const tables = groups.map(({ caption, of }) => {
    const numbers = of.map(numbersOf)
    const names = [...new Set(numbers.flatMap((known) => [...known.keys()]))]
    const rows = names.map((name) => {
      const cells = numbers.map((known) => known.get(name))
      return { name, cells, differs: new Set(cells.map((cell) => JSON.stringify(cell))).size > 1 }
    })
    return { caption, rows: rows.filter(({ cells }) => cells.filter((cell) => cell !== undefined).length > 1) }
  })
  return tables.filter(({ rows }) => rows.length > 0)
}

/** `row, column` → cell, for the cells that are numbers. */
function numbersOf(table: ReportTable | undefined): Map<string, Cell> {
  const known = new Map<string, Cell>()
  for (const [row, ...cells] of table?.rows ?? [])
    cells.forEach((cell, c) => {
      if (typeof cell !== 'string') known.set([textOf(row), table!.columns[c + 1]].filter(Boolean).join(', '), cell)
    })
  return known
}

/** A cell as text: `86.1 % (84.0 to 88.1)`. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '–'
  if (typeof cell === 'string') return cell
  const { value, low, high, format, digits } = cell
  const scale = format === 'number' ? 1 : 100
  const places = digits ?? (format === 'number' ? (Math.abs(value) < 10 ? 2 : 0) : 1)
  const show = (of: number) => `${format === 'points' && of > 0 ? '+' : ''}${(of * scale).toFixed(places)}`
  const unit = format === 'percent' ? ' %' : format === 'points' ? ' points' : ''
  if (!Number.isFinite(value)) return '–'
  return `${show(value)}${unit}${low === undefined || high === undefined ? '' : ` (${show(low)} to ${show(high)})`}`
}
