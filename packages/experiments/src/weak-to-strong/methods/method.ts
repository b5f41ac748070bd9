// What a method is: how a student comes out of weak labels. It trains on a bench, which has no truth to give.

import type { Artifact } from '../../stages/stage.ts'
import type { Finetuned } from '../stages.ts'
import type { Beliefs, Student, StudentLoss } from '../student.ts'

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

export type TruthMethod = (bench: Bench & { truthOnVal: Uint8Array }, parameter: number) => Promise<Predictions>

/** P(label = 1) of the test items; for a finetuned student also after each epoch, from before the first on. */
export interface Predictions {
  onTest: Float32Array
  curve?: Float32Array[]
}

export interface Bench {
  /** The weak supervisor. */
  weak: Artifact<Beliefs>
  /** The sizes between the supervisor's and the student's, ascending, and the student's own. */
  between: readonly string[]
  strong: string
  /** `count` supervisors of the weak size, the study's own first; the others have read other corpora. */
  supervisors(count: number): Promise<Artifact<Beliefs>[]>
  /** The weak supervisor's beliefs about items that neither half holds. */
  weakOnVal(): Promise<Float32Array>
  /** Finetunes a model of the ladder on weak labels about half B. */
  train(recipe?: Recipe): Promise<Artifact<Finetuned>>
  /** The same, looked at three times per epoch. */
  trainLooking(recipe?: Recipe): Promise<Artifact<Student>>
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
  keep?: number
}
