// What the base model reads: right solutions, written in grains that are drawn anew for every document.

import { cumulativeSums, Random } from '@nanoalign/kernels'
import type { LanguageBatch } from '@nanoalign/trainer'
import type { Grain, ReasoningLanguage } from './language.ts'
import { trainingProblem } from './problems.ts'

interface Mix {
  grains: Grain[]
  shares: number[]
}

const GRAINS: Grain[] = [1, 2, 4, 0]
/** Share of each grain in pretraining, and in the habit phase (“knows how, but answers fast”). */
export const mixed: Mix = { grains: GRAINS, shares: [0.3, 0.25, 0.25, 0.2] }
export const habit: Mix = { grains: GRAINS, shares: [0.08, 0.32, 0.3, 0.3] }

/** One step's documents: random problems of all sizes; the loss is the mean over the tokens of their solutions. */
export function documents(
  language: ReasoningLanguage,
  B: number,
  { grains, shares }: Mix,
  seed: number,
  step: number,
): LanguageBatch {
  const { family, promptLength, length } = language
  const random = new Random(seed, `reasoning/${family.name}/documents/${step}`)
  const T = length - 1
  const upTo = cumulativeSums(shares)
  const ids = new Uint32Array(B * T)
  const targets = new Uint32Array(B * T)
  const weights = new Float32Array(B * T)
  for (let b = 0; b < B; b++) {
    const problem = trainingProblem(family, random, 1 + random.integer(family.maxSize))
    const solution = language.solution(problem, grains[random.fromCumulative(upTo)])
    const row = Uint32Array.of(...language.prompt(problem), ...solution)
    ids.set(row.subarray(0, row.length - 1), b * T)
    targets.set(row.subarray(1), b * T)
    weights.fill(1, b * T + promptLength - 1, b * T + row.length - 1)
  }
  const count = weights.reduce((sum, weight) => sum + weight, 0)
  return { ids, targets, weights: weights.map((weight) => weight / count) }
}
