// Paired, hierarchical bootstrap of mean accuracies (Efron & Tibshirani 1993, percentile intervals).
// The same resampled seeds and items score every model, so a difference of two models keeps their correlation.

import { Random } from '@nanoalign/kernels'
import { multinomial } from './multinomial.ts'
import { RESAMPLES } from './resamples.ts'
import { quantileOfSorted } from './summary.ts'

/** Per seed, per task, per test item: 1 where the model was right, else 0. */
export type Correctness = readonly (readonly Uint8Array[])[]

/** A point estimate with its interval. */
export interface Interval {
  value: number
  low: number
  high: number
}

export interface BootstrapOptions {
  /** Number of bootstrap resamples. */
  resamples?: number
  /** Seed of the resampling; a fixed default, so the same results always print the same intervals. */
  seed?: number
  /**
   * True if item i is the same thing (the same noun, say) in every task of a seed, as in most task families here.
   * The tasks then share one resample of the items; drawing them apart would ignore that errors on one thing go
   * together, and give intervals that are too short.
   */
  sharedItems?: boolean
}

/** Mean accuracies of the named models, and the same means in every bootstrap resample. */
export interface ResampledAccuracies<Name extends string> {
  value: Record<Name, number>
  draws: Record<Name, Float64Array>
}

/** Items of one cell (a seed's task, or its tasks with the same items) grouped by how every model scored on them: group g has `sizes[g]` items with `scores[g][model]`. */
export interface Cell {
  items: number
  sizes: number[]
  scores: number[][]
}

/**
 * Resamples seeds with replacement and, within each drawn seed and task, items with replacement (tasks stay).
 * Every task and seed has the same weight, whatever its number of items.
 *
 * With very few seeds (three, say) the spread between seeds is underestimated by a factor of (seeds − 1) / seeds;
 * with one seed the intervals speak about that seed only.
 */
export function resampleAccuracies<Name extends string>(
  correct: Record<Name, Correctness>,
  { resamples = RESAMPLES.accuracy, seed = 0, sharedItems = false }: BootstrapOptions = {},
): ResampledAccuracies<Name> {
  const names = Object.keys(correct) as Name[]
  const models = names.map((name) => correct[name])
  checkShapes(names, models, sharedItems)
  const seeds = models[0].map((tasks, s) =>
    sharedItems
      ? [groupItems(models.map((model) => model[s]))]
      : tasks.map((_, t) => groupItems(models.map((model) => [model[s][t]]))),
  )

  const random = new Random(seed, 'bootstrap')
  const counts = new Uint32Array(Math.max(...seeds.flat().map((cell) => cell.sizes.length)))
  const draws = models.map(() => new Float64Array(resamples))
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < seeds.length; i++) {
      const cells = seeds[random.integer(seeds.length)]
      for (const { items, sizes, scores } of cells) {
        multinomial(random, items, sizes, counts)
        const share = 1 / (items * cells.length * seeds.length)
        for (let m = 0; m < models.length; m++) {
          let sum = 0
          for (let g = 0; g < sizes.length; g++) sum += counts[g] * scores[g][m]
          draws[m][r] += sum * share
        }
      }
    }
  }

  const result = { value: {}, draws: {} } as ResampledAccuracies<Name>
  for (const [m, name] of names.entries()) {
    result.value[name] = meanAccuracy(models[m])
    result.draws[name] = draws[m]
  }
  return result
}

/** Mean over seeds of the mean over tasks of the accuracy. */
export function meanAccuracy(correct: Correctness): number {
  let sum = 0
  for (const tasks of correct)
    for (const items of tasks) sum += items.reduce((a, b) => a + b, 0) / (items.length * tasks.length * correct.length)
  return sum
}

/** The central interval that holds `level` of the draws. */
export function percentileInterval(value: number, draws: ArrayLike<number>, level = 0.95): Interval {
  const sorted = Float64Array.from(draws).sort()
  return { value, low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2) }
}

/** Interval of the accuracy of one model. */
export function accuracyInterval<Name extends string>(
  resampled: ResampledAccuracies<Name>,
  name: NoInfer<Name>,
  level?: number,
): Interval {
  return percentileInterval(resampled.value[name], resampled.draws[name], level)
}

/** Interval of the difference in accuracy, `name` − `baseline`, on the same items. */
export function differenceInterval<Name extends string>(
  { value, draws }: ResampledAccuracies<Name>,
  name: NoInfer<Name>,
  baseline: NoInfer<Name>,
  level?: number,
): Interval {
  const differences = draws[name].map((draw, r) => draw - draws[baseline][r])
  return percentileInterval(value[name] - value[baseline], differences, level)
}

/** Groups items by their scores; `correctByModel[model][task][item]`, and an item's score is its mean over the tasks. */
export function groupItems(correctByModel: readonly (readonly Uint8Array[])[]): Cell {
  const tasks = correctByModel[0].length
  const items = correctByModel[0][0].length
  const groups = new Map<string, { size: number; scores: number[] }>()
  for (let i = 0; i < items; i++) {
    const sums = correctByModel.map((byTask) => byTask.reduce((sum, correct) => sum + correct[i], 0))
    const key = sums.join()
    const group = groups.get(key)
    if (group) group.size++
    else groups.set(key, { size: 1, scores: sums.map((sum) => sum / tasks) })
  }
  const sorted = [...groups.values()].sort((a, b) => b.size - a.size)
  return { items, sizes: sorted.map((group) => group.size), scores: sorted.map((group) => group.scores) }
}

function checkShapes(names: string[], models: Correctness[], sharedItems: boolean): void {
  const shape = (model: Correctness) => JSON.stringify(model.map((tasks) => tasks.map((items) => items.length)))
  if (names.length === 0) throw new RangeError('resampleAccuracies: no models were given')
  for (const [m, model] of models.entries()) {
    if (model.length === 0 || model.some((tasks) => tasks.length === 0 || tasks.some((items) => items.length === 0)))
      throw new RangeError(
        `resampleAccuracies: ${names[m]} has no seeds, a seed without tasks, or a task without items`,
      )
    if (shape(model) !== shape(models[0]))
      throw new RangeError(
        `resampleAccuracies: items per seed and task are ${shape(model)} for ${names[m]} but ${shape(models[0])} for ${names[0]}; all models must be scored on the same items`,
      )
    if (sharedItems && model.some((tasks) => tasks.some((items) => items.length !== tasks[0].length)))
      throw new RangeError('resampleAccuracies: sharedItems needs equally many items in every task of a seed')
  }
}
