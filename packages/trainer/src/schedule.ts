// Learning-rate schedules: a linear warm-up, then constant, linear or cosine decay to a floor.

export interface Schedule {
  kind: 'constant' | 'linear' | 'cosine'
  /** the highest learning rate, reached at the end of the warm-up */
  peak: number
  /** steps of warm-up: step s of them has peak·(s + 1)/warmup */
  warmup: number
  /** the decay's end, as a share of the peak; default 0 */
  floor?: number
}

/** The learning rate of step `step` (from 0) of `steps`. The last step comes just before the floor would be reached. */
export function learningRate(schedule: Schedule, step: number, steps: number): number {
  const { kind, peak, warmup, floor = 0 } = schedule
  if (step < warmup) return (peak * (step + 1)) / warmup
  if (kind === 'constant') return peak
  const progress = (step - warmup) / Math.max(1, steps - warmup)
  const share = kind === 'linear' ? 1 - progress : 0.5 * (1 + Math.cos(Math.PI * progress))
  return peak * (floor + (1 - floor) * share)
}
