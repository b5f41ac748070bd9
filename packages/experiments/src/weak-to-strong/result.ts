// What the study finds, as plain data: predictions and the truth, from which every number of the report is computed.

import type { Pair, WeakToStrongOptions } from './options.ts'
import type { WorldName } from './tasks/family.ts'

/** P(label = 1) of each test item; five digits, but never on the other side of ½. */
export type TestPredictions = number[]

/** What one seed gives for one task. */
export interface TaskResult {
  family: string
  k: number
  truth: number[]
  /** 0 or 1: which of the two label tokens the strong model prefers without any training */
  zeroShot: number[]
  weak: TestPredictions
  ceiling: TestPredictions
  /** by method */
  students: Record<string, TestPredictions>
  /**
   * accuracy on the first 1,000 test items before the first step and three times per epoch: by 'weak', 'ceiling' and
   * method, as far as finetuned
   */
  curves: Record<string, number[]>
  /** students of equally wrong supervisors (error-structures.ts), and 'hinted': told the weak label in the prompt */
  errors?: Record<string, TestPredictions>
  /** 'lp(weak)', 'lp(gt)', 'ft(weak) then lp(gt)' */
  probes?: Record<string, TestPredictions>
  /** the student and its ceiling at points of the strong model's pretraining; students of one weak supervisor */
  pretraining?: { share: number; knowledge: number; student: TestPredictions; ceiling: TestPredictions }[]
  /** the student and its ceiling with labels of a part of half B, at last of all of it */
  labels?: { count: number; student: TestPredictions; ceiling: TestPredictions }[]
  /** how hard each test item is, and models finetuned on the truth about the 'easy' half of B, the 'hard' one, a 'random' one */
  difficulty?: { ofItems: number[]; trained: Record<string, TestPredictions> }
  /** probes on the first features as supervisors of probes on all of them, and on as many random errors */
  simulation?: { features: number; weak: TestPredictions; student: TestPredictions; ofRandom: TestPredictions }[]
  /** '5-shot, true labels' and '5-shot, weak labels': prompts instead of finetuning; 0 or 1 */
  prompts?: Record<string, number[]>
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
  /** the strong model asked directly */
  zeroShot: TestPredictions
  weak: TestPredictions
  /** a supervisor that has first read the texts */
  generativeWeak: TestPredictions
  ceiling: TestPredictions
  /** a ceiling that has first read the texts */
  generativeCeiling: TestPredictions
  /**
   * 'naive'; 'flipped': as many errors, placed at random; 'generative': reads the texts first; 'of a reader' and
   * 'generative, of a reader': naive and generative students of `generativeWeak`; 'stop-truth' and 'generative,
   * stop-truth': naive and generative when they were best on the truth about validation pairs, which no method may see
   */
  students: Record<string, TestPredictions>
  /** accuracy on the first 1,000 test pairs during the finetuning (rewardLookShares): 'weak', 'naive', 'generative', 'ceiling' */
  curves: Record<string, number[]>
}

export interface BaseResult {
  /** mean loss of consecutive tenths of the pretraining, nats per predicted token */
  losses: number[]
  /** by its own words, as its world measures it */
  knowledge: number
  parameters: number
  rows: number
  /** floating-point operations of the pretraining */
  flops: number
}

export interface SeedResult {
  seed: number
  /** the pretrained models, by world and size */
  models: Partial<Record<WorldName, Record<string, BaseResult>>>
  tasks: TaskResult[]
  /** the first task's student retrained with the confidence loss at α = 0 gives the naive student, bit for bit */
  alphaZeroIsNaive: boolean
  pairs?: PairResult[]
  reward?: RewardResult[]
}

export interface WeakToStrongResult {
  options: WeakToStrongOptions
  seeds: SeedResult[]
}

/** Five significant digits, but never on the other side of ½: a result holds millions of these. */
export function short(probabilities: ArrayLike<number>): number[] {
  return Array.from(probabilities, (p) => {
    const rounded = Number(p.toPrecision(5))
    return rounded > 0.5 === p > 0.5 ? rounded : p
  })
}
