import type { StageEvent } from '@nanoalign/experiments'
import type { StatesConfig } from './config.ts'

export type ToStates = { type: 'start'; config: StatesConfig } | { type: 'stop' }

export type FromStates =
  | { type: 'waiting' }
  | { type: 'started' }
  | { type: 'stage'; event: StageEvent }
  | { type: 'done'; states: States }
  | { type: 'stopped' }
  | { type: 'failed'; message: string }

/** One model's hidden states, seen along their three directions of most variance. */
export interface ModelStates {
  /** [look] (items, 3), all but a few within the unit ball around their mean */
  positions: Float32Array<ArrayBuffer>[]
  /** [look] (items): P(label = 1) */
  answers: Float32Array<ArrayBuffer>[]
  /** of all variance, along each of the three */
  shares: number[]
}

export interface States {
  /** finetuning steps done at each look */
  steps: number[]
  /** the test items, in words */
  items: string[]
  /** (items), 0 or 1 */
  truth: Uint8Array<ArrayBuffer>
  /** (items): what the finished teacher believes, P(label = 1) */
  teacher: Float32Array<ArrayBuffer>
  weak: ModelStates
  strong: ModelStates
}
