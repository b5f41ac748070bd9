// What a world is: texts to pretrain on, and binary tasks whose labels the texts never print.

import type { GPTConfig, ParameterValues } from '@nanoalign/model'
import type { LanguageBatch } from '@nanoalign/trainer'
import type { Family } from '../tasks/family.ts'

/** Which items: the supervisor's half, the student's half, validation, test. No noun or chapter is in two of them. */
export type Split = 'A' | 'B' | 'val' | 'test'

export interface LadderSize {
  nLayer: number
  nHead: number
  nEmbd: number
  /** rows of the corpus, read once */
  rows: number
}

/** The data of one task on one split. */
export interface Task {
  /** Family and number, such as `vote_3`. */
  name: string
  items: number
  inputLength: number
  /** (items, inputLength) */
  inputs: Uint32Array
  /** (items), 0 or 1 */
  labels: Uint8Array
  /** (items), from easy to hard, where the world knows: a word's frequency rank, say */
  difficulty?: Float32Array
}

/** How a world's models are finetuned: one recipe for every size, task and method. */
export interface FinetuningRecipe {
  epochs: number
  /** highest learning rate × nEmbd */
  peak: number
}

/** A world: a pure function of its name and seed (and of its text, if it is made of one). */
export interface World {
  seed: number
  config(size: LadderSize): GPTConfig
  /** Highest learning rate of pretraining × nEmbd. */
  pretrainingPeak: number
  finetuning: FinetuningRecipe
  /**
   * What a model of the named size reads: batch `step` of 32 rows of `rowLength − 1` predicted tokens. A name with a
   * number (`c copy 1`) is another draw.
   */
  corpus(size: LadderSize, sizeName: string): { rowLength: number; batchAt(step: number): LanguageBatch }
  /** Changes the initial values, where a size would not learn otherwise. */
  initialise?(values: ParameterValues, size: LadderSize): void
  /** Whether there is fresh data of half B: whether tasks with a draw above 0 have other items. */
  fresh: boolean
  /** Task k of a family. */
  task(family: Family, k: number, split: Split, draw?: number): Task
  /** Two tokens that the corpus never uses: the labels of the zero-shot test, of hints and of the verbaliser head. */
  labelTokens: readonly [number, number]
  /** What the pretrained model knows by its own words, without any finetuning; chance is 0.5. */
  knowledge: { inputs: Uint32Array; inputLength: number; score(logits: Float32Array): number; about: string }
  /**
   * Prompts for a model that was pretrained with in-context episodes: the items, each after `shots` examples with labels
   * (0 or 1) as label tokens; (items·length) tokens.
   */
  prompts?(examples: { task: Task; labels: Float32Array }, items: Task, k: number, shots: number): Prompts
}

export interface Prompts {
  inputs: Uint32Array
  inputLength: number
}
