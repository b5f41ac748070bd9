// Rows of claims: how numbers are written, and verdicts that follow from intervals.

import type { Interval } from '../statistics/bootstrap.ts'
import type { Claim } from '../weak-to-strong/claims.ts'

const signed = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`.replace('-', '−')
export const points = ({ value, low, high }: Interval) => `${signed(value)} points [${signed(low)}, ${signed(high)}]`
export const share = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`

export type VerdictRule = (interval: Interval) => Claim['verdict']

/** A claim that something is positive. */
export const positive: VerdictRule = ({ low, high }) =>
  low > 0 ? 'replicates' : high < 0 ? 'does not replicate' : 'inconclusive'
export const negative: VerdictRule = ({ value, low, high }) => positive({ value: -value, low: -high, high: -low })

/** Seeds that a verdict needs. */
const ENOUGH = 3

export class ClaimRows {
  readonly all: Claim[] = []
  readonly #seeds: number

  constructor(seeds: number) {
    this.#seeds = seeds
  }

  /** Nothing is added where nothing was measured. */
  add(
    claim: string,
    paper: string,
    interval: Interval | undefined,
    verdict: VerdictRule,
    here: (interval: Interval) => string = points,
  ): void {
    if (!interval) return
    this.all.push({
      claim,
      paper,
      here: here(interval),
      verdict: this.#seeds < ENOUGH ? 'inconclusive' : verdict(interval),
    })
  }
}
