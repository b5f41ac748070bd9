// Intervals of the card's numbers: over seeds and items, and never shorter than the items alone allow.

import { Random } from '@nanoalign/kernels'
import { type Interval, percentileInterval } from '../statistics/bootstrap.ts'
import { RESAMPLES } from '../statistics/resamples.ts'
import { shareInterval } from '../statistics/share-interval.ts'

const Z = 1.959964

/** A number with its 95 % interval, from n answers (or requests, where several answers make one). */
export interface Measured extends Interval {
  n: number
}

/** Wilson's score interval of `successes` in `n` (Wilson 1927): it has a width even where all or none succeed. */
export function wilson(successes: number, n: number): { low: number; high: number } {
  const p = successes / n
  const middle = (p + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n)
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/**
 * Mean over seeds of the mean over items. The interval is a bootstrap over seeds and items; for values of 0 and 1 it is
 * widened to Wilson's of all items together, since a bootstrap of equal values has no width.
 */
export function measured(seeds: readonly (readonly number[])[]): Measured | undefined {
  const interval = shareInterval(seeds)
  if (!interval) return undefined
  const all = seeds.flat()
  const n = all.length
  if (!all.every((value) => value === 0 || value === 1)) return { ...interval, n }
  const { low, high } = wilson(all.filter((value) => value === 1).length, n)
  return {
    value: interval.value,
    low: Math.min(interval.value, interval.low, low),
    high: Math.max(interval.value, interval.high, high),
    n,
  }
}

/** A fitted number, the mean over seeds: seeds are resampled, then the items of each, and all is fitted again. */
export function measuredFit<Item>(
  seeds: readonly (readonly Item[])[],
  fit: (items: readonly Item[]) => { value: number; n: number },
): Measured | undefined {
  const fits = seeds.map(fit)
  if (fits.some(({ value }) => !Number.isFinite(value))) return undefined
  const random = new Random(0, 'card/measured-fit')
  const draw = () => {
    let sum = 0
    for (let s = 0; s < seeds.length; s++) {
      const items = seeds[random.integer(seeds.length)]
      sum += fit(items.map(() => items[random.integer(items.length)])).value
    }
    return sum / seeds.length
  }
  const value = fits.reduce((sum, each) => sum + each.value, 0) / seeds.length
  const draws = Float64Array.from({ length: RESAMPLES.fit }, draw).filter(Number.isFinite)
  return { ...percentileInterval(value, draws), n: fits.reduce((sum, each) => sum + each.n, 0) }
}
