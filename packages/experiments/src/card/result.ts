// What a system card leaves behind: every answer in words, so that every number can be computed again.

import type { DocumentSet, PolicyWorldFile } from '../policy-world/index.ts'
import type { CardSizes } from './options.ts'

/** Before and after safety training, and a model to compare with. */
export const modelNames = ['before', 'after', 'baseline'] as const
export type ModelName = (typeof modelNames)[number]

export interface CardModel {
  name: ModelName
  label: string
  /** absent: the model was trained on the policy world alone */
  documents?: DocumentSet
}

export interface SeedAnswers {
  seed: number
  models: Partial<
    Record<
      ModelName,
      {
        /** of the model's artifact in the store */
        key: string
        /** completions in the order of asking, words separated by spaces, by evaluation */
        answers: Record<string, string[]>
      }
    >
  >
}

export interface CardResult {
  /** what was evaluated, for readers */
  subject: string
  world: PolicyWorldFile
  sizes: CardSizes
  models: CardModel[]
  seeds: SeedAnswers[]
}
