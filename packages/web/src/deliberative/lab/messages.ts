// What the lab's page and its worker say to each other.

import type { PolicyWorldFile } from '@nanoalign/experiments'

/** Where an arm's model is: a file of this site, or a key in this browser's store. */
export type ModelPlace = { url: string } | { key: string }

export interface Ask {
  /** names the model among those that were asked for before */
  arm: string
  model: ModelPlace
  prompts: Uint32Array[]
  /** the answer comes at once, without a thought */
  direct: boolean
}

export type ToLab = { type: 'ask'; id: number; world: PolicyWorldFile; seed: number; asks: Ask[] }

export type FromLab =
  | { type: 'answered'; id: number; arm: string; completions: Uint32Array[] }
  | { type: 'failed'; id: number; arm: string; message: string }
  | { type: 'finished'; id: number }
