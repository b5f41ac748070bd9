import { type WeakToStrongOptions, weakToStrongTasks } from '@nanoalign/experiments'
import { weakToStrongPaper } from '../report/papers.ts'
import type { Cell } from './messages.ts'

/** Every seed and task of the run as a cell that fills in when its student has learned. */
export function CellGrid({ options, cells: all }: { options: WeakToStrongOptions; cells: Cell[] }) {
  const { weak, strong, seeds } = options
  const cells = all.filter(({ pair }) => pair.weak === weak && pair.strong === strong)
  const columns = weakToStrongTasks(options)
  const next = seeds
    .flatMap((seed) => columns.map((column) => ({ seed, ...column })))
    .find((place) => !find(cells, place))
  return (
    <figure class="cells">
      <figcaption>
        <span class="title">Student minus teacher, in points of accuracy</span> One cell per seed and task. The line
        runs from the teacher’s accuracy (left) to the ceiling (right); the dot is the student (
        <a href={`${weakToStrongPaper}#subsection.4.2`}>section 4.2</a> of the paper).
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Student minus teacher, per seed and task">
        <table>
          <caption>Student minus teacher, in points of accuracy, per seed and task</caption>
          <thead>
            <tr>
              <th scope="col">seed</th>
              {columns.map(({ family, k }) => (
                <th key={`${family}${k}`} scope="col">
                  {family} {k}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {seeds.map((seed) => (
              <tr key={seed}>
                <th scope="row">{seed}</th>
                {columns.map((column) => {
                  const place = { seed, ...column }
                  const now = next && next.seed === seed && next.family === column.family && next.k === column.k
                  return <OneCell key={`${column.family}${column.k}`} cell={find(cells, place)} now={Boolean(now)} />
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  )
}

function OneCell({ cell, now }: { cell: Cell | undefined; now: boolean }) {
  if (!cell) return <td class={now ? 'cell now' : 'cell empty'}>{now ? 'now' : '·'}</td>
  const { weak, ceiling, students } = cell
  const gain = (students.naive - weak) * 100
  const at = (accuracy: number) => 8 + 64 * Math.min(1.1, Math.max(-0.1, (accuracy - weak) / (ceiling - weak || 1)))
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`
  const words = `teacher ${percent(weak)}, student ${percent(students.naive)}, ceiling ${percent(ceiling)}`
  return (
    <td class={`cell ${gain > 0 ? 'gain' : 'loss'}`} title={words}>
      <span aria-hidden="true">{`${gain > 0 ? '+' : gain < 0 ? '−' : ''}${Math.abs(gain).toFixed(1)}`}</span>
      <span class="hidden">{words}</span>
      <svg viewBox="0 0 80 10" aria-hidden="true">
        <line x1="8" x2="72" y1="5" y2="5" />
        <line x1="8" x2="8" y1="1.5" y2="8.5" />
        <line x1="72" x2="72" y1="1.5" y2="8.5" />
        <circle cx={at(students.naive)} cy="5" r="3.4" />
      </svg>
    </td>
  )
}

const find = (cells: Cell[], { seed, family, k }: { seed: number; family: string; k: number }) =>
  cells.find((cell) => cell.seed === seed && cell.family === family && cell.k === k)
