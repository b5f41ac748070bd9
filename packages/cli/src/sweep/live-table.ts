// What a sweep is doing: on a terminal a table that is rewritten, in a pipe a line every few seconds.

import type { Host } from '../host.ts'
import { duration } from '../progress.ts'
import type { CellOutcome } from './run-sweep.ts'
import type { Group } from './study-file.ts'

const TERMINAL_MS = 200
const PIPE_MS = 5_000
const MOST_GROUPS = 20
const USUAL_ROWS = 24

export interface LiveTable {
  onCell(group: Group, outcome: CellOutcome | 'begun'): void
  /** A stage is done, or was found; the same one may be needed again and counts once. */
  onStage(key: string, found: boolean): void
  /** what is under way, such as a stage's label and step */
  onNow(text: string): void
  /** Writes lines that stay. */
  note(text: string): void
  /** Removes the table. Call before anything else is written. */
  stop(): void
  readonly counts: Readonly<{ cells: { done: number; failed: number; all: number }; stages: StageCounts }>
}

interface StageCounts {
  done: number
  cached: number
  all: number
}

/** `stages` that the study will make, as planned; 0 = not known. */
export function createLiveTable(
  host: Pick<Host, 'stderr' | 'terminal' | 'columns' | 'rows'>,
  groups: readonly Group[],
  stages: number,
  secondsLeft: () => number | undefined,
  now: () => number = () => performance.now(),
): LiveTable {
  const rows = new Map(groups.map((group) => [group, { begun: 0, done: 0, failed: 0 }]))
  const cells = { done: 0, failed: 0, all: groups.reduce((sum, { options }) => sum + options.seeds.length, 0) }
  const seen: StageCounts = { done: 0, cached: 0, all: stages }
  const known = new Set<string>()
  const start = now()
  let shown = -Infinity
  let drawn = 0
  let current = ''

  function summary(): string {
    const parts = [`${cells.done}/${cells.all} cells`]
    if (cells.failed > 0) parts.push(`${cells.failed} failed`)
    const finished = seen.done + seen.cached
    parts.push(
      `${finished}${stages > 0 ? `/${stages}` : ''} stages (${seen.cached} found)`,
      duration((now() - start) / 1000),
    )
    const left = stages > finished ? secondsLeft() : undefined
    if (left !== undefined) parts.push(`about ${duration(left)} left`)
    return parts.join(' · ')
  }

  function lines(): string[] {
    // those under way first, then those to come, then those that are over
    const order = ({ begun, done, failed }: { begun: number; done: number; failed: number }, all: number) =>
      done + failed === all ? 2 : begun > 0 ? 0 : 1
    const all = [...rows].map(([group, row]) => ({ group, row, order: order(row, group.options.seeds.length) }))
    // what is higher than the window could not be rewritten; 4 lines are below the groups, the cursor's included
    const most = Math.max(1, Math.min(MOST_GROUPS, (host.rows ?? USUAL_ROWS) - 4))
    const listed = all.sort((a, b) => a.order - b.order).slice(0, most)
    const table = listed.map(({ group, row }) => {
      const count = group.options.seeds.length
      const bar = '█'.repeat(Math.round((10 * (row.done + row.failed)) / count)).padEnd(10, '·')
      return `${bar} ${row.done}/${count}${row.failed > 0 ? `, ${row.failed} failed` : ''}  ${group.label}`
    })
    if (all.length > listed.length) table.push(`… and ${all.length - listed.length} more`)
    return [...table, summary(), current]
  }

  function draw(): void {
    if (now() - shown < (host.terminal ? TERMINAL_MS : PIPE_MS)) return
    shown = now()
    if (!host.terminal) {
      host.stderr(`${summary()}${current ? ` · ${current}` : ''}\n`)
      return
    }
    const text = lines().map((line) => `${fit(line, host.columns - 1)}\x1b[K\n`)
    host.stderr(`${drawn > 0 ? `\x1b[${drawn}A` : ''}${text.join('')}`)
    drawn = text.length
  }

  function stop(): void {
    if (drawn > 0) host.stderr(`\x1b[${drawn}A\x1b[J`)
    drawn = 0
    shown = -Infinity
  }

  return {
    counts: { cells, stages: seen },
    onCell(group, outcome) {
      const row = rows.get(group)!
      if (outcome === 'begun') row.begun++
      else {
        const end = outcome.error === undefined ? 'done' : 'failed'
        row[end]++
        cells[end]++
      }
      draw()
    },
    onStage(key, found) {
      if (known.has(key)) return
      known.add(key)
      seen[found ? 'cached' : 'done']++
      draw()
    },
    onNow(text) {
      current = text
      draw()
    },
    note(text) {
      stop()
      host.stderr(`${text}\n`)
    },
    stop,
  }
}

function fit(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`
}
