import type { Makers, TextMetrics, TextModelOptions, TextModelResult } from '@nanoalign/experiments'
import type { TrainConfig } from './config.ts'

export type ToTraining =
  /** asks how much work a training of a kept text is, which the page calls `id`; answered by `planned`, or not where it cannot be */
  | { type: 'plan'; id: string; wanted: TrainConfig }
  | { type: 'start'; name: string; text: string; options: TextModelOptions }
  | { type: 'pause' }
  /** for tests: makes the device go away */
  | { type: 'lose-device' }
  /** what the model makes of a prompt; answered by `insight` */
  | { type: 'look'; prompt: string }
  /** answered by `model` */
  | { type: 'save' }
  | { type: 'write'; prompt: string; temperature: number; seed: number }

export type FromTraining =
  /** seconds on two processor cores */
  | { type: 'planned'; id: string; seconds: number }
  | { type: 'waiting' }
  | { type: 'started'; adapter: string; characters: number; vocabulary: number; parameters: number; unigram: number }
  | { type: 'progress'; step: number; steps: number; loss: number; tokensPerSecond: number; resumed: boolean }
  | { type: 'metrics'; metrics: Pick<TextMetrics, 'validation' | 'samples'> }
  /** the model's key, and what made it: it may have been found */
  | { type: 'done'; result: TextModelResult; key: string; makers: Makers; adapters?: string }
  | { type: 'paused' }
  | { type: 'failed'; error: string; message: string }
  | { type: 'model'; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'insight'; insight: Insight }
  | { type: 'look-failed'; message: string }
  | { type: 'written'; text: string; end: boolean }

/** What the model makes of a prompt. */
export interface Insight {
  /** the prompt's characters, at most as many as the model sees at once */
  characters: string[]
  /** the likeliest next characters, most likely first */
  next: { character: string; probability: number }[]
  /** maps[layer][head] (T·T): how much position t looks at position s, at t·T + s; each row sums to 1 */
  maps: Float32Array[][]
}
