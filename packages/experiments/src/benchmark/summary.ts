// Many samples of one cost in three numbers, and whether two such summaries differ by more than their noise.

import { quantileOfSorted } from '../statistics/summary.ts'

/** Median with the lower and the upper quartile of `count` samples. */
export interface Summary {
  median: number
  low: number
  high: number
  count: number
}

export function summarize(samples: readonly number[]): Summary {
  const sorted = Float64Array.from(samples).sort()
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantileOfSorted(sorted, share))
  return { median, low, high, count: samples.length }
}

/** Half the distance of the quartiles as a share of the median. */
export function spread({ median, low, high }: Summary): number {
  return (high - low) / 2 / median
}

/** Relative standard error of a median, from its quartiles as if the samples were normal. */
function standardError(summary: Summary): number {
  // sd ≈ IQR / 1.349; the median of n samples has 1.2533 · sd / √n
  return (1.2533 * 2 * spread(summary)) / 1.349 / Math.sqrt(summary.count)
}

// Two runs of one program differ by this much though nothing changed: memory layout, code alignment, clock speed.
const BETWEEN_RUNS = 0.05

export interface Change {
  /** how many times faster the new one is; below 1: slower */
  speedup: number
  /** changes below this share are noise: 5 % between any two runs, or 2.5 standard errors of the two medians */
  noise: number
  verdict: 'faster' | 'slower' | 'same'
}

/** Compares two costs (less is better). */
export function compareCosts(before: Summary, after: Summary): Change {
  const speedup = before.median / after.median
  const noise = Math.max(BETWEEN_RUNS, 2.5 * Math.hypot(standardError(before), standardError(after)))
  const change = Math.abs(Math.log(speedup))
  return { speedup, noise, verdict: change <= Math.log1p(noise) ? 'same' : speedup > 1 ? 'faster' : 'slower' }
}
