// The whole suite: medians over all tasks of all families, pair by pair, as the paper's Figs. 3 and 5 have them.

import { type Block, figure, number, percent, table } from '../report/report.ts'
import { mean } from '../statistics/summary.ts'
import { type TaskMedians, taskMedians } from '../statistics/task-medians.ts'
import { gridMethods, pairsOf, tasksOf } from './options.ts'
import { computeAxis } from './report-grid.ts'
import type { WeakToStrongResult } from './result.ts'
import { bootstrapOptions, correct, once, pairResults } from './scores.ts'

const LEAST_TASKS = 3

export interface SuiteRow {
  weak: string
  strong: string
  method: string
  medians: TaskMedians
}

/** Every pair with the methods that all pairs have; nothing of so few tasks that there is no median worth the name. */
export function suiteRows(result: WeakToStrongResult): SuiteRow[] {
  const { options } = result
  if (tasksOf(options).length < LEAST_TASKS) return []
  return once(result, 'suite', () =>
    pairsOf(options).flatMap(({ weak, strong }, p) =>
      gridMethods(options).map((method) => ({
        weak,
        strong,
        method,
        medians: taskMedians(
          options.families.map((family) => {
            const { tasks } = pairResults(result, family)[p]
            return {
              weak: correct(tasks, (task) => task.weak),
              student: correct(tasks, (task) => task.students[method]),
              ceiling: correct(tasks, (task) => task.ceiling),
              zeroShot: correct(tasks, (task) => task.zeroShot),
              ...bootstrapOptions(family),
            }
          }),
        ),
      })),
    ),
  )
}

export function suiteBlocks(result: WeakToStrongResult): Block[] {
  const rows = suiteRows(result)
  if (rows.length === 0) return []
  return [
    ...(result.options.grid ? suiteFigures(result, rows) : []),
    table({
      caption: `Medians over all ${rows[0].medians.tasks} tasks`,
      columns: ['pair and method', 'supervisor', 'student', 'ceiling', 'zero-shot', 'PGR', 'tasks'],
      rows: rows.map(({ weak, strong, method, medians }) => [
        `${weak} → ${strong}, ${method}`,
        percent(medians.weak),
        percent(medians.student),
        percent(medians.ceiling),
        percent(medians.zeroShot),
        medians.pgr ? number(medians.pgr, 2) : 'hidden',
        String(medians.withGap),
      ]),
      note: 'A task’s accuracy is its mean over seeds. PGR is the median over the tasks whose own gap is beyond noise (so many as the last column says), and hidden where there is none.',
    }),
  ]
}

function suiteFigures(result: WeakToStrongResult, rows: SuiteRow[]): Block[] {
  const { models } = result.seeds[0]
  const flops = (size: string) => mean(Object.values(models).map((sizes) => sizes[size].flops))
  const weakSizes = [...new Set(rows.map((row) => row.weak))].sort((a, b) => flops(a) - flops(b))
  const x = computeAxis(
    rows.map(({ strong }) => flops(strong)),
    'strong pretraining compute (FLOPs, mean over worlds)',
  )
  const at = (size: string, { value, low, high }: TaskMedians['weak']) => ({ x: flops(size), y: value, low, high })
  const naive = rows.filter((row) => row.method === 'naive')
  const byStudent = (of: 'ceiling' | 'zeroShot') =>
    [...new Map(naive.map((row) => [row.strong, row.medians[of]]))]
      .map(([size, value]) => at(size, value))
      .sort((a, b) => a.x - b.x)
  const bySupervisor = (own: SuiteRow[], of: (medians: TaskMedians) => TaskMedians['weak'] | undefined) =>
    weakSizes.map((weak) => ({
      name: `supervisor ${weak}`,
      points: own
        .filter((row) => row.weak === weak)
        .flatMap(({ strong, medians }) => {
          const value = of(medians)
          return value ? [at(strong, value)] : []
        })
        .sort((a, b) => a.x - b.x),
    }))
  const pgrFigure = (method: string): Block[] => {
    const series = bySupervisor(
      rows.filter((row) => row.method === method),
      (medians) => medians.pgr,
    ).filter(({ points }) => points.length > 0)
    if (series.length === 0) return []
    return [
      figure({
        kind: 'lines',
        title: `All tasks: median PGR, ${method}`,
        caption: 'Tasks whose gap is within noise are left out; 95 % intervals.',
        x,
        y: { label: 'median PGR' },
        series,
        references: [{ y: 0, label: 'no better than the supervisor' }],
      }),
    ]
  }
  return [
    figure({
      kind: 'lines',
      title: 'All tasks: median accuracy of naive students',
      caption:
        'Median over the tasks of all families, one line per supervisor size, of the ceilings, and of the strong models asked directly; 95 % intervals over seeds and test items.',
      x,
      y: { label: 'median test accuracy', format: 'percent' },
      series: [
        ...bySupervisor(naive, (medians) => medians.student),
        { name: 'strong ceiling', points: byStudent('ceiling') },
        { name: 'strong, zero-shot', points: byStudent('zeroShot') },
      ],
    }),
    ...gridMethods(result.options).flatMap(pgrFigure),
  ]
}
