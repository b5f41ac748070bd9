// Performance gap recovered, the measure of weak-to-strong generalization (Burns et al. 2023, arXiv 2312.09390, section 3).

import {
  accuracyInterval,
  type BootstrapOptions,
  type Correctness,
  differenceInterval,
  type Interval,
  percentileInterval,
  resampleAccuracies,
} from './bootstrap.ts'

/**
 * (student − weak) / (ceiling − weak): 0 = no better than the weak supervisor, 1 = as good as a strong model trained
 * on ground truth; can be negative or above 1. Undefined where there is no gap to recover (ceiling ≤ weak).
 */
export function pgr(weak: number, student: number, ceiling: number): number | undefined {
  return ceiling > weak ? (student - weak) / (ceiling - weak) : undefined
}

/** Correctness of the three models, and optionally of the untrained strong model, on the same items. */
export interface WeakToStrongCorrectness {
  weak: Correctness
  student: Correctness
  ceiling: Correctness
  zeroShot?: Correctness
}

/** Mean accuracies over seeds and tasks, their differences and the PGR of the means, each with its interval. */
export interface WeakToStrongSummary {
  weak: Interval
  student: Interval
  ceiling: Interval
  zeroShot?: Interval
  /** student − weak */
  gain: Interval
  /** ceiling − weak */
  gap: Interval
  /** Undefined where the gap is within noise; {@link pgrHidden} then says why. */
  pgr?: Interval
  pgrHidden?: string
}

export interface WeakToStrongOptions extends BootstrapOptions {
  /** Share of the resamples inside an interval. */
  level?: number
}

/**
 * Paired bootstrap of one (weak, student, ceiling) triple. PGR is computed from the mean accuracies, not as a mean
 * of PGRs: a quotient with a small denominator has no usable mean. It is hidden where the interval of the gap
 * includes 0 or lies below it.
 */
export function summarizeWeakToStrong(
  correct: WeakToStrongCorrectness,
  { level = 0.95, ...options }: WeakToStrongOptions = {},
): WeakToStrongSummary {
  const { weak, student, ceiling, zeroShot } = correct
  const resampled = resampleAccuracies<'weak' | 'student' | 'ceiling' | 'zeroShot'>(
    { weak, student, ceiling, zeroShot: zeroShot ?? weak },
    options,
  )
  const gap = differenceInterval(resampled, 'ceiling', 'weak', level)
  const summary: WeakToStrongSummary = {
    weak: accuracyInterval(resampled, 'weak', level),
    student: accuracyInterval(resampled, 'student', level),
    ceiling: accuracyInterval(resampled, 'ceiling', level),
    gain: differenceInterval(resampled, 'student', 'weak', level),
    gap,
  }
  if (zeroShot) summary.zeroShot = accuracyInterval(resampled, 'zeroShot', level)
  if (gap.low > 0) {
    const { value, draws } = resampled
    // fewer than (1 − level) / 2 of the resamples have no gap; a PGR there means nothing, so they are left out
    const quotients = Array.from(draws.weak, (w, r) => pgr(w, draws.student[r], draws.ceiling[r]))
    const defined = quotients.filter((quotient) => quotient !== undefined)
    summary.pgr = percentileInterval(pgr(value.weak, value.student, value.ceiling)!, defined, level)
  } else {
    const points = (share: number) => (share * 100).toFixed(1)
    const range = `${points(gap.value)} points, ${level * 100}% interval ${points(gap.low)} to ${points(gap.high)}`
    summary.pgrHidden =
      gap.high < 0
        ? `the ceiling is below the weak supervisor (${range})`
        : `the gap between ceiling and weak supervisor is within noise (${range})`
  }
  return summary
}

/**
 * PGR of one triple minus that of another on the same items, from one paired bootstrap. Undefined where either gap is
 * within noise, as PGR is then.
 */
export function pgrDifference(
  a: WeakToStrongCorrectness,
  b: WeakToStrongCorrectness,
  { level = 0.95, ...options }: WeakToStrongOptions = {},
): Interval | undefined {
  const resampled = resampleAccuracies(
    {
      weakA: a.weak,
      studentA: a.student,
      ceilingA: a.ceiling,
      weakB: b.weak,
      studentB: b.student,
      ceilingB: b.ceiling,
    },
    options,
  )
  const hasGap = (ceiling: 'ceilingA' | 'ceilingB', weak: 'weakA' | 'weakB') =>
    differenceInterval(resampled, ceiling, weak, level).low > 0
  if (!hasGap('ceilingA', 'weakA') || !hasGap('ceilingB', 'weakB')) return undefined
  const { value, draws } = resampled
  const difference = (of: (name: keyof typeof value) => number) => {
    const [first, second] = [
      pgr(of('weakA'), of('studentA'), of('ceilingA')),
      pgr(of('weakB'), of('studentB'), of('ceilingB')),
    ]
    return first === undefined || second === undefined ? undefined : first - second
  }
  const differences = Array.from(draws.weakA, (_, r) => difference((name) => draws[name][r]))
  return percentileInterval(
    difference((name) => value[name])!,
    differences.filter((each) => each !== undefined),
    level,
  )
}
