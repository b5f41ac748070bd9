// Medians over tasks (Burns et al. 2023, Fig. 3 and Fig. 5: medians over 22 NLP tasks), with intervals from a bootstrap.
// A mean is moved by one task without a gap or with a huge PGR; a median is not.

import { Random } from '@nanoalign/kernels'
import { type BootstrapOptions, groupItems, type Interval, percentileInterval } from './bootstrap.ts'
import { multinomial } from './multinomial.ts'
import { pgr, type WeakToStrongCorrectness } from './pgr.ts'
import { mean, median, quantile } from './summary.ts'

/** Tasks of one family: all seeds have the same tasks. */
export type FamilyCorrectness = Required<WeakToStrongCorrectness> & Pick<BootstrapOptions, 'sharedItems'>

export interface TaskMedians {
  weak: Interval
  student: Interval
  ceiling: Interval
  zeroShot: Interval
  /** Of the tasks whose gap is beyond noise; undefined where no task has one. */
  pgr?: Interval
  tasks: number
  /** of which the gap is beyond noise */
  withGap: number
}

/** One task: the accuracy of each model, mean over seeds, and the same in every resample. */
interface TaskDraws {
  value: number[]
  draws: Float64Array[]
}

const MODELS = ['weak', 'student', 'ceiling', 'zeroShot'] as const

/**
 * Medians over the tasks of all families of a task's accuracies (means over seeds) and of its PGR. Seeds are resampled
 * once for all families, as they have their models in common; items within each drawn seed.
 */
export function taskMedians(
  families: readonly FamilyCorrectness[],
  { resamples = 1000, seed = 0, level = 0.95 }: Omit<BootstrapOptions, 'sharedItems'> & { level?: number } = {},
): TaskMedians {
  const tasks = resampledTasks(families, resamples, seed)
  const rounds = Array.from({ length: resamples }, (_, r) => r)
  const ofModel = (m: number) =>
    percentileInterval(
      median(tasks.map(({ value }) => value[m])),
      rounds.map((r) => median(tasks.map(({ draws }) => draws[m][r]))),
      level,
    )
  const withGap = tasks.filter(
    ({ draws: [weak, , ceiling] }) =>
      quantile(
        ceiling.map((top, r) => top - weak[r]),
        (1 - level) / 2,
      ) > 0,
  )
  const medianPgr = (of: (task: TaskDraws) => number | undefined) => {
    const defined = withGap.map(of).filter((each) => each !== undefined)
    return defined.length > 0 ? median(defined) : undefined
  }
  const value = medianPgr(({ value: [weak, student, ceiling] }) => pgr(weak, student, ceiling))
  const draws = rounds.map((r) =>
    medianPgr(({ draws: [weak, student, ceiling] }) => pgr(weak[r], student[r], ceiling[r])),
  )
  return {
    weak: ofModel(0),
    student: ofModel(1),
    ceiling: ofModel(2),
    zeroShot: ofModel(3),
    ...(value !== undefined && {
      pgr: percentileInterval(
        value,
        draws.filter((draw) => draw !== undefined),
        level,
      ),
    }),
    tasks: tasks.length,
    withGap: withGap.length,
  }
}

function resampledTasks(families: readonly FamilyCorrectness[], resamples: number, seed: number): TaskDraws[] {
  const seeds = families[0]?.weak.length ?? 0
  if (seeds === 0 || families.some(({ weak }) => weak.length !== seeds))
    throw new RangeError('taskMedians: families need the same seeds, at least one')
  const all = families.map((family) => ({
    tasks: family.weak[0].map(
      (_, t): TaskDraws => ({
        value: MODELS.map((model) => mean(family[model].map((byTask) => mean(byTask[t])))),
        draws: MODELS.map(() => new Float64Array(resamples)),
      }),
    ),
    cells: Array.from({ length: seeds }, (_, s) => cellsOf(family, s)),
  }))
  const random = new Random(seed, 'task medians')
  for (let r = 0; r < resamples; r++)
    for (let i = 0; i < seeds; i++) {
      const s = random.integer(seeds)
      for (const { tasks, cells } of all)
        for (const { first, items, sizes, scores, counts } of cells[s]) {
          multinomial(random, items, sizes, counts)
          for (let column = 0; column < scores[0].length; column++) {
            let sum = 0
            for (let g = 0; g < sizes.length; g++) sum += counts[g] * scores[g][column]
            tasks[first + Math.floor(column / MODELS.length)].draws[column % MODELS.length][r] += sum / (items * seeds)
          }
        }
    }
  return all.flatMap(({ tasks }) => tasks)
}

/** A seed's tasks, grouped by items: all in one cell where they share them. Columns are task by task, model by model. */
function cellsOf(family: FamilyCorrectness, s: number) {
  const columns = family.weak[s].map((_, t) => MODELS.map((model) => [family[model][s][t]]))
  const groups = family.sharedItems ? [columns.flat()] : columns
  return groups.map((group, first) => {
    const cell = groupItems(group)
    return { ...cell, first, counts: new Uint32Array(cell.sizes.length) }
  })
}
