// What a study leaves behind: every answer in words, so that every number can be computed again.

import type { PolicyWorldFile } from '../policy-world/index.ts'
import type { ArmName } from './arms.ts'
import type { Capability } from './capabilities.ts'
import type { FilterQuality, Generated } from './filter.ts'
import type { Intervention } from './interventions.ts'
import type { DeliberativeOptions } from './options.ts'
import type { Reinforced, Rollout } from './reinforce-stage.ts'
import type { AnswerScores } from './score-stage.ts'
import type { Kept } from './select.ts'

/** Completions by test set, words separated by spaces; `jailbreaks` has all transforms of the first request, then … */
export type SpokenAnswers = Record<string, string[]>

export interface ArmResult {
  answers: SpokenAnswers
  /** of the model's artifact in the store */
  key: string
  /** the model judge's score of each answer, by the clauses */
  scores?: AnswerScores
  /** of the safety data */
  quality?: FilterQuality
  sftLosses?: number[]
  /** which samples became its examples */
  kept?: Kept[]
  log?: Reinforced['log']
  /** share of each RL step's samples that were right by the world's own verdict */
  right?: number[]
  /** some groups of RL's samples with their rewards */
  rollouts?: Rollout[]
}

export interface SeedResult {
  seed: number
  /** parameters of a model */
  parameters: number
  /** of pretraining, in tenths */
  losses: number[]
  capability: Capability
  arms: Partial<Record<ArmName, ArmResult>>
  /**
   * every generated sample with the judge's score, whether it was right, which only the noisy judges are told, and the
   * arms that were trained on it
   */
  safetyData?: (Omit<Generated, 'tokens'> & { request: string; completion: string; keptBy: ArmName[] })[]
  dataSizes?: { prompts: number; arm: ArmName; answers: SpokenAnswers }[]
  budgets?: { budget: number; arm: ArmName; answers: SpokenAnswers }[]
  interventions?: { intervention: Intervention; arm: ArmName; answers: SpokenAnswers }[]
  votes?: { samples: number; arm: ArmName; answers: SpokenAnswers; scores: AnswerScores }[]
}

export interface DeliberativeResult {
  options: DeliberativeOptions
  world: PolicyWorldFile
  seeds: SeedResult[]
}
