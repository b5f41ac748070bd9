// What a method is: how a student comes out of weak labels. It trains on a bench, which has no truth to give.

import type { Artifact } from '../../stages/stage.ts'
import type { Beliefs, Finetuned, StudentLoss } from '../finetune-stage.ts'

export interface Method {
  /** `filter`, or with a number `filter:0.25`. */
  name: string
  /** What it does, for the report; one sentence, without a full stop. */
  about: string
  /** The number after the colon: its usual value and its range. */
  parameter?: { usual: number; least: number; most: number; whole?: true; about: string }
  /** Present where the method looks at the truth, as nobody could who supervises a stronger model. */
  student: ((bench: Bench, parameter: number) => Promise<Predictions>) | { withTruth: TruthMethod }
}

export type TruthMethod = (bench: TruthBench, parameter: number) => Promise<Predictions>

export interface TruthBench extends Bench {
  /** The naive student when it was best on the true labels of validation items. */
  stoppedOnTruth(): Promise<Artifact<Finetuned>>
}

/** P(label = 1) of the test items; of a finetuned student also what it was on the way. */
export type Predictions = Pick<Finetuned, 'onTest'> & Partial<Pick<Finetuned, 'looks'>>

export interface Bench {
  /** The weak supervisor. */
  weak: Artifact<Finetuned>
  /** The sizes between the supervisor's and the student's, ascending, and the student's own. */
  between: readonly string[]
  strong: string
  /** Whether the world has fresh items of half B, for steps that must not see the same ones again. */
  fresh: boolean
  /** `count` supervisors of the weak size, the study's own first; the others have read other corpora. */
  supervisors(count: number): Promise<Artifact<Beliefs>[]>
  /** Finetunes a model of the ladder on weak labels about half B. */
  train(recipe?: Recipe): Promise<Artifact<Finetuned>>
}

export interface Recipe {
  /** default: the strong size */
  size?: string
  /** whose labels; several are averaged. Default: the weak supervisor's */
  labels?: Artifact<Beliefs>[]
  /** labels rounded to 0 or 1; default: soft */
  hard?: boolean
  /** default: cross-entropy */
  loss?: StudentLoss
  /** share of the items kept, those with the most confident labels; default 1 */
  confident?: number
  /** a model whose beliefs about validation items decide when the training is stopped; default: it never is */
  stopOn?: Artifact<Finetuned>
  /** which fresh items of half B; default 0, the usual ones */
  draw?: number
  /** whether the head starts from the embeddings of two label tokens; default: from zeros */
  verbaliser?: boolean
  /** whether the model is first trained to predict the texts of half B, without labels */
  readFirst?: boolean
}
