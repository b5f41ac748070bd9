// Exact binomial and multinomial draws. They let a bootstrap resample n items in the time of a few draws instead of n.

import type { Random } from '@nanoalign/kernels'

const logFactorials = [0]

function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1] + Math.log(i))
  return logFactorials[n]
}

/**
 * The number of successes in `trials` independent trials of probability `p`.
 * Inverts the distribution outwards from its mode, so it takes about √(n·p·(1−p)) steps and one uniform number.
 */
export function binomial(random: Random, trials: number, p: number): number {
  if (trials === 0 || p <= 0) return 0
  if (p >= 1) return trials
  const mode = Math.min(trials, Math.floor((trials + 1) * p))
  const odds = p / (1 - p)
  const logWays = logFactorial(trials) - logFactorial(mode) - logFactorial(trials - mode)
  let below = mode
  let above = mode
  let massBelow = Math.exp(logWays + mode * Math.log(p) + (trials - mode) * Math.log1p(-p))
  let massAbove = massBelow
  let left = random.uniform() - massBelow
  while (left >= 0) {
    if (above < trials) {
      massAbove *= (odds * (trials - above)) / (above + 1)
      above++
      left -= massAbove
      if (left < 0) return above
    }
    if (below > 0) {
      massBelow *= below / (odds * (trials - below + 1))
      below--
      left -= massBelow
      if (left < 0) return below
    }
    if (above === trials && below === 0) break // rounding: the masses add up to a hair less than 1
  }
  return mode
}

/**
 * Draws `trials` items with replacement from groups of `sizes[i]` equally likely items and writes to `counts[i]`
 * how many came from group i. Fastest when `sizes` is in descending order.
 */
export function multinomial(random: Random, trials: number, sizes: ArrayLike<number>, counts: Uint32Array): void {
  let sizeLeft = 0
  for (let i = 0; i < sizes.length; i++) sizeLeft += sizes[i]
  if (trials > 0 && !(sizeLeft > 0)) throw new RangeError('multinomial: all groups are empty')
  let left = trials
  for (let i = 0; i < sizes.length; i++) {
    const count = left === 0 ? 0 : binomial(random, left, sizes[i] / sizeLeft)
    counts[i] = count
    left -= count
    sizeLeft -= sizes[i]
  }
}
