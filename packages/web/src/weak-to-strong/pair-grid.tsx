import {
  type WeakToStrongOptions,
  type WeakToStrongPair,
  weakToStrongPairs,
  weakToStrongTasks,
} from '@nanoalign/experiments'
import { weakToStrongPaper } from '../report/papers.ts'
import type { Cell } from './messages.ts'

/** Every pair of sizes of a run with a grid: the mean gain over the tasks and seeds that are done. */
export function PairGrid({ options, cells }: { options: WeakToStrongOptions; cells: Cell[] }) {
  const pairs = weakToStrongPairs(options)
  const each = options.seeds.length * weakToStrongTasks(options).length
  const teachers = [...new Set(pairs.map(({ weak }) => weak))].sort()
  const students = [...new Set(pairs.map(({ strong }) => strong))].sort()
  return (
    <figure class="cells pairs">
      <figcaption>
        <span class="title">Every pair of sizes</span> Student minus teacher, in points of accuracy, mean over the tasks
        and seeds that are done (<a href={`${weakToStrongPaper}#subsection.4.2`}>section 4.2</a> of the paper, figure
        3).
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Student minus teacher, per pair of sizes">
        <table>
          <caption>Student minus teacher, in points of accuracy, per pair of sizes</caption>
          <thead>
            <tr>
              <th scope="col">teacher</th>
              {students.map((strong) => (
                <th key={strong} scope="col">
                  student {strong}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {teachers.map((weak) => (
              <tr key={weak}>
                <th scope="row">{weak}</th>
                {students.map((strong) => (
                  <OnePair
                    key={strong}
                    wanted={pairs.some((pair) => isPair(pair, { weak, strong }))}
                    done={cells.filter(({ pair }) => isPair(pair, { weak, strong }))}
                    of={each}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  )
}

function OnePair({ wanted, done, of }: { wanted: boolean; done: Cell[]; of: number }) {
  if (!wanted) return <td class="cell" />
  if (done.length === 0) return <td class="cell empty">·</td>
  const gain = (100 * done.reduce((sum, { weak, students }) => sum + students.naive - weak, 0)) / done.length
  return (
    <td class={`cell ${gain > 0 ? 'gain' : 'loss'}`}>
      {`${gain > 0 ? '+' : gain < 0 ? '−' : ''}${Math.abs(gain).toFixed(1)}`}
      <small>
        {done.length} / {of}
      </small>
    </td>
  )
}

const isPair = (a: WeakToStrongPair, b: WeakToStrongPair) => a.weak === b.weak && a.strong === b.strong
