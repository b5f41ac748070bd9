// What the study finds, as plain data: predictions and the truth, from which every number of the report is computed.

import type { Pair, WeakToStrongOptions } from './options.ts'

/** What one seed gives for one task: P(label = 1) of the test items per model, the truth, and the students' epochs. */
export interface TaskResult {
  family: string
  k: number
  truth: number[]
  zeroShot: number[]
  weak: number[]
  ceiling: number[]
  /** by method */
  students: Record<string, number[]>
  /** test accuracy after each epoch, from before the first on: by 'weak', 'ceiling' and method, as far as finetuned */
  curves: Record<string, number[]>
  /** the same three times per epoch, of the naive student */
  fineCurve?: number[]
  /** students of equally wrong supervisors (error-structures.ts), and 'hinted': told the weak label in the prompt */
  errors?: Record<string, number[]>
  /** 'lp(weak)', 'lp(gt)', 'ft(weak) then lp(gt)' */
  probes?: Record<string, number[]>
}

/** A grid's pair other than the main one. */
export interface PairResult extends Pair {
  tasks: TaskResult[]
}

/** Reward models: P(the second text is better) of the test pairs. */
export interface RewardResult {
  k: number
  truth: number[]
  /** tokens of the second text − tokens of the first */
  longer: number[]
  weak: number[]
  ceiling: number[]
  /** 'naive', and 'flipped': as many errors, placed at random */
  students: Record<string, number[]>
}

export interface BaseResult {
  losses: number[]
  knowledge: number
  parameters: number
  rows: number
}

export interface SeedResult {
  seed: number
  /** own-readout knowledge and pretraining loss of the two bases */
  bases: { weak: BaseResult; strong: BaseResult }
  tasks: TaskResult[]
  /** the first task's student retrained with the confidence loss at α = 0 gives the naive student, bit for bit */
  alphaZeroIsNaive: boolean
  /** by size, with the pretraining's floating-point operations; absent without a grid */
  sizes?: Record<string, BaseResult & { flops: number }>
  pairs?: PairResult[]
  reward?: RewardResult[]
}

export interface WeakToStrongResult {
  options: WeakToStrongOptions
  seeds: SeedResult[]
}
