// A sweep's report: what each run found, side by side, what failed, and which adapters and code made it.

import { type Block, type Makers, madeByTable, mixedBlocks, type Report } from '@nanoalign/experiments'
import { firstOf, type Study } from './study-file.ts'

/** What a sweep keeps: the same whichever machines computed it. */
export interface SweepResult {
  study: Study
  runs: SweptRun[]
  leftOut: string[]
}

export interface SweptRun {
  id: string
  experiment: string
  label: string
  cells: { seed: number; error?: string }[]
}

export function sweepReport(
  { study, runs, leftOut }: SweepResult,
  reports: ReadonlyMap<string, Report>,
  madeBy: Makers,
  provenance: Report['provenance'],
): Report {
  const cells = runs.flatMap((run) => run.cells.map((cell) => ({ run, ...cell })))
  const failed = cells.filter(({ error }) => error !== undefined)
  return {
    title: `Study ${study.name}`,
    subtitle: `${count(runs.length, 'run')}, ${count(cells.length, 'cell')} (runs × seeds)${failed.length > 0 ? `, ${failed.length} failed` : ''}`,
    blocks: [
      ...(failed.length > 0 ? [failures(failed)] : []),
      ...mixedBlocks(madeBy),
      ...[...new Set(runs.map(({ experiment }) => experiment))].flatMap((experiment) =>
        sideBySide(
          runs.filter((run) => run.experiment === experiment),
          reports,
        ),
      ),
      {
        kind: 'table',
        caption: 'Runs',
        columns: ['run', 'what', 'seeds', 'failed seeds'],
        rows: runs.map(({ id, label, cells }) => [
          id,
          label,
          cells
            .filter(({ error }) => error === undefined)
            .map(({ seed }) => seed)
            .join(', ') || 'none',
          cells
            .filter(({ error }) => error !== undefined)
            .map(({ seed }) => seed)
            .join(', ') || '–',
        ]),
        note: `Each has a report of its own, as if its command had been typed: nanoalign runs show <run>.${leftOut.length > 0 ? ` Left out: ${firstOf(leftOut).join('; ')}.` : ''}`,
      },
      madeByTable(madeBy),
    ],
    provenance,
  }
}

function failures(failed: { run: SweptRun; seed: number; error?: string }[]): Block {
  return {
    kind: 'table',
    caption: `Failed: ${count(failed.length, 'cell')}`,
    columns: ['run', 'seed', 'error'],
    rows: failed.map(({ run, seed, error }) => [run.label, String(seed), error!]),
    note: 'What follows is without these. The same command tries them again.',
  }
}

/** The first table of each run's report, under one another where the columns agree. */
function sideBySide(runs: SweptRun[], reports: ReadonlyMap<string, Report>): Block[] {
  const tables = runs.flatMap(({ id, label }) => {
    const first = reports.get(id)?.blocks.find((block) => block.kind === 'table')
    return first ? [{ label, table: first }] : []
  })
  return [...byColumns(tables).values()].map((same): Block => {
    const { caption, columns, note } = same[0].table
    return {
      kind: 'table',
      caption,
      columns: ['run', ...columns],
      rows: same.flatMap(({ label, table }) => table.rows.map((row) => [label, ...row])),
      ...(note !== undefined && { note }),
    }
  })
}

function byColumns<T extends { table: { columns: string[] } }>(tables: T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of tables) {
    const key = each.table.columns.join('|')
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return groups
}

export const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`
