// Calibration: whether a model is right as often as it believes to be.

/** Items whose confidence, max(p, 1 − p), falls into one of ten bins from ½ to 1. */
export interface ReliabilityBin {
  count: number
  /** means over the bin; NaN where it is empty */
  confidence: number
  accuracy: number
}

const BINS = 10

export function reliability(probabilities: ArrayLike<number>, truth: ArrayLike<number>): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }))
  for (let i = 0; i < truth.length; i++) {
    const p = probabilities[i]
    const confidence = Math.max(p, 1 - p)
    const bin = sums[Math.min(BINS - 1, Math.floor((confidence - 0.5) * 2 * BINS))]
    bin.count++
    bin.confidence += confidence
    if (Number(p > 0.5) === truth[i]) bin.right++
  }
  return sums.map(({ count, confidence, right }) => ({
    count,
    confidence: confidence / count,
    accuracy: right / count,
  }))
}

/** Expected calibration error: the mean of |accuracy − confidence| over the bins, weighted by their items. */
export function calibrationError(probabilities: ArrayLike<number>, truth: ArrayLike<number>): number {
  return reliability(probabilities, truth).reduce(
    (sum, { count, confidence, accuracy }) =>
      count === 0 ? sum : sum + (count / truth.length) * Math.abs(accuracy - confidence),
    0,
  )
}
