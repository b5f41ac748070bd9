// The student along its pretraining, with fewer weak labels, and models of easy or hard items.

import { type Axis, type Block, figure, number, percent, table } from '../report/report.ts'
import { type Correctness, type Interval, percentileInterval, resampleAccuracies } from '../statistics/bootstrap.ts'
import type { WeakToStrongSummary } from '../statistics/pgr.ts'
import { mean } from '../statistics/summary.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'
import {
  bootstrapOptions,
  correct,
  count,
  having,
  once,
  pairResults,
  shareAmong,
  summaryOf,
  type TasksBySeed,
} from './scores.ts'

export function trainingBlocks(result: WeakToStrongResult): Block[] {
  return result.options.families.flatMap((family) => [
    ...pathBlocks(result, family),
    ...labelBlocks(result, family),
    ...difficultyBlocks(result, family),
  ])
}

const at = ({ value, low, high }: Interval) => ({ y: value, low, high })

/** Along the pretraining: knowledge, student, ceiling and PGR at each point. */
export function pathSummaries(result: WeakToStrongResult, family: string) {
  const tasks = having(pairResults(result, family)[0].tasks, 'pretraining')
  const points = tasks[0][0]?.pretraining ?? []
  return once(tasks, 'path', () =>
    points.map(({ share }, i) => ({
      share,
      knowledge: mean(tasks.map((seed) => mean(seed.map((task) => task.pretraining![i].knowledge)))),
      summary: summaryOf(tasks, family, (task) => task.pretraining![i].student, {
        ceiling: (task) => task.pretraining![i].ceiling,
      }),
    })),
  )
}

function pathBlocks(result: WeakToStrongResult, family: string): Block[] {
  const points = pathSummaries(result, family)
  if (points.length === 0) return []
  const { weak, strong } = result.options
  return [
    ...pathFigures(
      points.map(({ share, summary }) => ({ x: share, summary })),
      {
        title: `Along the student’s pretraining (${family})`,
        caption: `Students of one ${weak} supervisor, and their ceilings, made from ${strong} at points of its pretraining; 0 has read nothing. 95 % intervals.`,
        x: { label: 'share of the pretraining', format: 'percent' },
      },
    ),
    table({
      caption: `Along the student’s pretraining (${family})`,
      columns: ['share of the pretraining', 'knows', 'student', 'ceiling', 'PGR'],
      rows: points.map(({ share, knowledge, summary }) => [
        `${(100 * share).toFixed(0)} %`,
        percent({ value: knowledge }),
        percent(summary.student),
        percent(summary.ceiling),
        summary.pgr ? number(summary.pgr, 2) : 'hidden',
      ]),
      note: 'PGR is hidden where the gap is within noise or the ceiling below the supervisor.',
    }),
  ]
}

/** By the number of weak labels. */
export function labelSummaries(result: WeakToStrongResult, family: string) {
  const tasks = having(pairResults(result, family)[0].tasks, 'labels')
  const points = tasks[0][0]?.labels ?? []
  return once(tasks, 'labels', () =>
    points.map(({ count: labels }, i) => ({
      labels,
      summary: summaryOf(tasks, family, (task) => task.labels![i].student, {
        ceiling: (task) => task.labels![i].ceiling,
      }),
    })),
  )
}

function labelBlocks(result: WeakToStrongResult, family: string): Block[] {
  const points = labelSummaries(result, family)
  if (points.length === 0) return []
  const x = { label: 'weak labels', scale: 'log' } as const
  return [
    ...pathFigures(
      points.map(({ labels, summary }) => ({ x: labels, summary })),
      {
        title: `By the number of weak labels (${family})`,
        caption:
          'Students of so many weak labels, and ceilings of as many true ones; as many steps for all. 95 % intervals.',
        x,
      },
    ),
    table({
      caption: `Fewer weak labels (${family})`,
      columns: ['labels', 'student', 'ceiling of as many', 'PGR'],
      rows: points.map(({ labels, summary }) => [
        String(labels),
        percent(summary.student),
        percent(summary.ceiling),
        summary.pgr ? number(summary.pgr, 2) : 'hidden',
      ]),
      note: 'As many steps for all. PGR is hidden where the gap is within noise.',
    }),
  ]
}

/** Accuracy of students and ceilings over something that grows, and PGR where it is not hidden. */
function pathFigures(
  points: { x: number; summary: WeakToStrongSummary }[],
  { title, caption, x: of }: { title: string; caption: string; x: Axis },
): Block[] {
  const x: Axis = { ...of, domain: [points[0].x, points[points.length - 1].x] }
  const withPgr = points.flatMap(({ x, summary }) => (summary.pgr ? [{ x, ...at(summary.pgr) }] : []))
  return [
    figure({
      kind: 'lines',
      title,
      caption,
      x,
      y: { label: 'test accuracy', format: 'percent' },
      series: [
        { name: 'strong student', points: points.map(({ x, summary }) => ({ x, ...at(summary.student) })) },
        { name: 'strong ceiling', points: points.map(({ x, summary }) => ({ x, ...at(summary.ceiling) })) },
      ],
      references: [
        { y: points[0].summary.weak.value, label: 'supervisor' },
        { y: points[0].summary.zeroShot!.value, label: 'strong, zero-shot' },
      ],
    }),
    ...(withPgr.length > 0
      ? [
          figure({
            kind: 'lines',
            title: `${title}: PGR`,
            caption: 'With 95 % intervals. Points whose gap is within noise are left out.',
            x,
            y: { label: 'PGR' },
            series: [{ name: 'PGR', points: withPgr }],
            references: [{ y: 0, label: 'no better than the supervisor' }],
          }),
        ]
      : []),
  ]
}

/** Accuracy of models of easy, random and hard items, by terciles of the test items' difficulty. */
export function difficultyRows(result: WeakToStrongResult, family: string) {
  const tasks = having(pairResults(result, family)[0].tasks, 'difficulty')
  if (!tasks[0][0]) return []
  const thirds = ['easy', 'middle', 'hard'] as const
  const among = thirds.map((_, third) => tercile(tasks, third))
  const models: Record<string, (task: TaskResult) => number[]> = {
    'truth, easy half': (task) => task.difficulty!.trained.easy,
    'truth, half at random': (task) => task.difficulty!.trained.random,
    'truth, hard half': (task) => task.difficulty!.trained.hard,
    'truth, all': (task) => task.ceiling,
    'weak supervisor': (task) => task.weak,
    'weak labels, all': (task) => task.students.naive,
    'strong, zero-shot': (task) => task.zeroShot,
  }
  return once(tasks, 'difficulty', () =>
    Object.entries(models).map(([name, of]) => ({
      name,
      byThird: among.map((items) => (hasItems(items) ? shareAmong(correct(tasks, of), items) : undefined)),
    })),
  )
}

/** How much more often models of easy items are right about the hardest third than models of as many at random. */
export function easyOverRandom(result: WeakToStrongResult, family: string): Interval | undefined {
  const tasks = having(pairResults(result, family)[0].tasks, 'difficulty')
  if (!tasks[0][0]) return undefined
  const hard = tercile(tasks, 2)
  const right = (name: string) => correct(tasks, (task) => task.difficulty!.trained[name])
  const both = (a: Correctness) =>
    a.map((seed, s) => seed.map((items, t) => items.map((value, i) => value * hard[s][t][i])))
  const { value, draws } = resampleAccuracies(
    { easy: both(right('easy')), random: both(right('random')), hard },
    bootstrapOptions(family),
  )
  return percentileInterval(
    (value.easy - value.random) / value.hard,
    draws.hard.map((items, r) => (items > 0 ? (draws.easy[r] - draws.random[r]) / items : 0)),
  )
}

const hasItems = (items: ReturnType<typeof count>) => items.every((seed) => seed.every((task) => task.includes(1)))

/** 1 for items in that third of the difficulties. Where difficulty is yes or no, there is no middle. */
function tercile(tasks: TasksBySeed, third: number) {
  const bounds = new Map<TaskResult, [number, number]>()
  const boundsOf = (task: TaskResult) => {
    const sorted = [...task.difficulty!.ofItems].sort((a, b) => a - b)
    const [low, high] = [sorted[Math.floor(sorted.length / 3)], sorted[Math.floor((2 * sorted.length) / 3)]]
    const isBinary = new Set(sorted).size === 2
    return isBinary ? ([sorted[0], sorted[0]] as [number, number]) : ([low, high] as [number, number])
  }
  for (const task of tasks.flat()) bounds.set(task, boundsOf(task))
  return count(tasks, (task, i) => {
    const [low, high] = bounds.get(task)!
    const value = task.difficulty!.ofItems[i]
    return third === (value <= low ? 0 : value <= high ? 1 : 2)
  })
}

function difficultyBlocks(result: WeakToStrongResult, family: string): Block[] {
  const rows = difficultyRows(result, family)
  if (rows.length === 0) return []
  const shown = [0, 1, 2].filter((third) => rows[0].byThird[third])
  const titles = ['easy items', 'middle', 'hard items']
  return [
    figure({
      kind: 'bars',
      title: `From easy to hard (${family})`,
      caption:
        'Test accuracy by difficulty, of the strong model finetuned on the truth about some items, and of who only knows weak labels. 95 % intervals.',
      groups: shown.map((third) => titles[third]),
      y: { label: 'test accuracy', format: 'percent', domain: [0.4, 1] },
      series: rows.map(({ name, byThird }) => ({ name, values: shown.map((third) => byThird[third]) })),
      references: [{ y: 0.5, label: 'chance' }],
    }),
    table({
      caption: `From easy to hard (${family})`,
      columns: ['finetuned on', ...shown.map((third) => titles[third])],
      rows: rows.map(({ name, byThird }) => [name, ...shown.map((third) => percent(byThird[third]!))]),
      note: 'Test accuracy by difficulty: how rare an item’s nouns are, or (binding) whether its two nouns would give different answers.',
    }),
  ]
}
