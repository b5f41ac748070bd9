// Intervals of a share over seeds and items: seeds are drawn with replacement, then the items of each drawn seed.

import { Random } from '@nanoalign/kernels'
import { type Interval, percentileInterval } from './bootstrap.ts'
import { RESAMPLES } from './resamples.ts'

/** Scores of the items of one seed, each from 0 to 1. An item that does not count is left out. */
export type ItemScores = readonly number[]

function draws(seeds: readonly ItemScores[], random: Random): number {
  let sum = 0
  for (let s = 0; s < seeds.length; s++) {
    const items = seeds[random.integer(seeds.length)]
    let total = 0
    for (let i = 0; i < items.length; i++) total += items[random.integer(items.length)]
    sum += total / items.length
  }
  return sum / seeds.length
}

const meanOf = (items: ItemScores) => items.reduce((a, b) => a + b, 0) / items.length

/**
 * The mean over seeds of the mean over items, with its 95 % interval (1,000 bootstrap resamples, as Guan et al. 2024,
 * Fig. 2, use). Seeds without items do not count; undefined when none has any.
 */
export function shareInterval(seeds: readonly ItemScores[]): Interval | undefined {
  const counted = seeds.filter((items) => items.length > 0)
  if (counted.length === 0) return undefined
  const random = new Random(0, 'share-interval')
  const value = counted.reduce((sum, items) => sum + meanOf(items), 0) / counted.length
  return percentileInterval(
    value,
    Float64Array.from({ length: RESAMPLES.share }, () => draws(counted, random)),
  )
}

/** The same of the difference `a − b` of two models on the same items of the same seeds. */
export function differenceOfShares(a: readonly ItemScores[], b: readonly ItemScores[]): Interval | undefined {
  const paired = a.map((items, s) => {
    if (items.length !== b[s].length)
      throw new RangeError(`differenceOfShares: seed ${s} has ${items.length} and ${b[s].length} items`)
    return items.map((score, i) => score - b[s][i])
  })
  return shareInterval(paired)
}

/** How one seed's mean moves: for metrics whose items differ between the models, pairing seeds alone. */
export function differenceOfMeans(a: readonly ItemScores[], b: readonly ItemScores[]): Interval | undefined {
  const both = a.map((items, s) => [items, b[s]] as const).filter(([x, y]) => x.length > 0 && y.length > 0)
  if (both.length === 0) return undefined
  const random = new Random(0, 'difference-of-means')
  const resampled = (items: ItemScores) => {
    let total = 0
    for (let i = 0; i < items.length; i++) total += items[random.integer(items.length)]
    return total / items.length
  }
  const value = both.reduce((sum, [x, y]) => sum + meanOf(x) - meanOf(y), 0) / both.length
  const each = () => {
    let sum = 0
    for (let s = 0; s < both.length; s++) {
      const [x, y] = both[random.integer(both.length)]
      sum += resampled(x) - resampled(y)
    }
    return sum / both.length
  }
  return percentileInterval(value, Float64Array.from({ length: RESAMPLES.share }, each))
}
