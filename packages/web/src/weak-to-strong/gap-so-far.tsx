import type { WeakToStrongOptions } from '@nanoalign/experiments'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { methodName } from './gap-figure.ts'
import type { Cell } from './messages.ts'

/** The performance gap recovered by each method over the cells that are done: there from the first second, and growing. */
export function GapSoFar({ options, cells: all }: { options: WeakToStrongOptions; cells: Cell[] }) {
  const { weak, strong, methods } = options
  const cells = all.filter(({ pair }) => pair.weak === weak && pair.strong === strong)
  const mean = (of: (cell: Cell) => number) => cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length
  const floor = mean((cell) => cell.weak)
  const gap = mean((cell) => cell.ceiling) - floor
  const at = (pgr: number) => `${(12.5 + 75 * Math.min(1.1, Math.max(-0.1, pgr))).toFixed(1)}%`
  return (
    <figure class="gap">
      <figcaption>
        <span class="title">Performance gap recovered, so far</span> The line runs from the teacher’s accuracy to the
        ceiling (<a href={`${paper}#section.3`}>section 3</a> of the paper).{' '}
        {cells.length === 0
          ? 'The first value comes with the first task, when both models have read about their world.'
          : `From ${cells.length === 1 ? 'one task' : `${cells.length} tasks`}; the report below has the intervals.`}
      </figcaption>
      <dl>
        {methods.map((method) => {
          const pgr = (mean((cell) => cell.students[method]) - floor) / gap
          const known = Number.isFinite(pgr)
          return (
            <div key={method}>
              <dt>{methodName(method)}</dt>
              <dd>
                <span class="track" aria-hidden="true">
                  <span class="end" style={{ left: at(0) }} />
                  <span class="end" style={{ left: at(1) }} />
                  {known && <span class="mark" style={{ left: at(pgr) }} />}
                </span>
                <span class="number">{known ? pgr.toFixed(2) : '–'}</span>
              </dd>
            </div>
          )
        })}
      </dl>
    </figure>
  )
}
