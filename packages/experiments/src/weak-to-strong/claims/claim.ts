// A claim of a paper beside what a run measured: how its numbers are written, and the rules of its verdict.

import type { Interval } from '../../statistics/bootstrap.ts'
import type { WeakToStrongResult } from '../result.ts'
import { pairResults, type TasksBySeed } from '../scores.ts'

export interface Claim {
  claim: string
  /** Where in Burns et al. 2023, and the number there. */
  paper: string
  here: string
  verdict: 'replicates' | 'partly' | 'does not replicate' | 'inconclusive' | 'not testable here'
}

/** What a rule finds in one family. */
export interface Judgement {
  here: string
  verdict: Claim['verdict']
}

const signed = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`.replace('-', '−')

/** `+9.9 points [6.7, 13.7]` */
export const points = ({ value, low, high }: Interval) =>
  `${signed(value)} points [${signed(low).replace('+', '')}, ${signed(high).replace('+', '')}]`

/** `92.4 % [89.9, 95.0]` */
export const share = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`

/** `PGR 0.45 [0.29, 0.74]` */
export const pgrText = (pgr: Interval | undefined) =>
  pgr
    ? `PGR ${pgr.value.toFixed(2)} [${pgr.low.toFixed(2)}, ${pgr.high.toFixed(2)}]`.replaceAll('-', '−')
    : 'PGR hidden'

/** A claim that something is positive (sign 1) or negative (−1). */
export function bySign({ low, high }: Interval, sign: 1 | -1 = 1): Claim['verdict'] {
  if (sign * (sign > 0 ? low : high) > 0) return 'replicates'
  return sign * (sign > 0 ? high : low) < 0 ? 'does not replicate' : 'inconclusive'
}

/** A claim that one number is above another, from their intervals. */
export function above(a: Interval, b: Interval): Claim['verdict'] {
  return a.low > b.high ? 'replicates' : a.high < b.low ? 'does not replicate' : 'inconclusive'
}

/** A claim that a difference is nowhere below −`margin`. */
export function notBelow({ low, high }: Interval, margin: number): Claim['verdict'] {
  return low > -margin ? 'replicates' : high < -margin ? 'does not replicate' : 'inconclusive'
}

/** One verdict on a claim about several families: one that holds in some of them holds partly. */
export function together(verdicts: Claim['verdict'][]): Claim['verdict'] {
  if (new Set(verdicts).size === 1) return verdicts[0]
  return verdicts.includes('replicates') || verdicts.includes('partly') ? 'partly' : 'inconclusive'
}

/** A claim about the main pair, judged family by family; families that a rule leaves out (undefined) are not told of. */
export function perFamily(
  result: WeakToStrongResult,
  claim: string,
  paper: string,
  judge: (family: string, tasks: TasksBySeed) => Judgement | undefined,
): Claim[] {
  const { families, weak, strong } = result.options
  const judged = families.flatMap((family) => {
    const own = judge(family, pairResults(result, family)[0].tasks)
    return own ? [{ family, ...own }] : []
  })
  if (judged.length === 0) return []
  const here = judged.map((own) => `${own.family} ${weak}→${strong}: ${own.here}`).join('; ')
  return [{ claim, paper, here, verdict: together(judged.map(({ verdict }) => verdict)) }]
}
