// The capability stream: random documents as rows of a batch.

import { cumulativeSums, type Random } from '@nanoalign/kernels'
import type { LanguageBatch } from '@nanoalign/trainer'
import type { PolicyWorld } from '../world.ts'
import { arithmeticKind } from './arithmetic.ts'
import { decodingKind } from './decoding.ts'
import type { CapabilityKind } from './kind.ts'
import { policyKind } from './policy.ts'

export const standardKinds: readonly CapabilityKind[] = [policyKind, decodingKind, arithmeticKind]

/** B rows of rowLength − 1 inputs and targets; the loss is the mean over the tokens to be learned. */
export function capabilityRows(world: PolicyWorld, random: Random, B: number): LanguageBatch {
  const T = world.layout.rowLength - 1
  const { pad } = world.vocabulary.special
  const kinds = [...standardKinds, ...world.kinds]
  const weights = cumulativeSums(kinds.map(({ weight }) => weight))
  const batch = {
    ids: new Uint32Array(B * T).fill(pad),
    targets: new Uint32Array(B * T).fill(pad),
    weights: new Float32Array(B * T),
  }
  for (let row = 0; row < B; row++) {
    const { tokens, learned } = kinds[random.fromCumulative(weights)].document(world, random)
    batch.ids.set(tokens.subarray(0, tokens.length - 1), row * T)
    batch.targets.set(tokens.subarray(1), row * T)
    batch.weights.set(learned.subarray(1), row * T)
  }
  const count = batch.weights.reduce((sum, weight) => sum + weight, 0)
  return { ...batch, weights: batch.weights.map((weight) => weight / count) }
}
