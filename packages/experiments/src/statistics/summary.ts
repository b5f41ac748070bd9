// Mean, spread and order statistics of a list of numbers.

/** Arithmetic mean; an empty list is an error. */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('mean: the list is empty')
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/** Sample standard deviation (divisor n − 1), the "± sd over seeds" of the tables; NaN for fewer than two values. */
export function sd(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN
  const center = mean(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - center) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/**
 * The `share`-quantile (0 to 1), linear between order statistics: the default of R (type 7) and NumPy.
 * Infinities are allowed; NaN is an error, since it has no rank.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), share)
}

/** {@link quantile} of values already in ascending order, for taking several quantiles of one list. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`quantile: share is ${share} but must be from 0 to 1`)
  if (sorted.length === 0) throw new RangeError('quantile: the list is empty')
  // a typed array sorts NaN to the end
  if (Number.isNaN(sorted[sorted.length - 1])) throw new RangeError('quantile: the list holds NaN')
  const position = share * (sorted.length - 1)
  const below = Math.floor(position)
  const fraction = position - below
  if (fraction === 0) return sorted[below]
  return sorted[below] * (1 - fraction) + sorted[below + 1] * fraction
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}
