import type { LanguageBatch } from '@nanoalign/trainer'

/** Rows per step of pretraining. */
export const BATCH = 32

/**
 * Batches of rows of tokens (rows·rowLength) in which the model predicts the ids from 1 to below `outputSize`: neither
 * nouns, which have larger ids, nor the padding, 0. The loss is the mean over what is predicted.
 */
export function predictedBelow(outputSize: number, tokens: Uint32Array, rowLength: number) {
  const T = rowLength - 1
  return (step: number): LanguageBatch => {
    const ids = new Uint32Array(BATCH * T)
    const targets = new Uint32Array(BATCH * T)
    const weights = new Float32Array(BATCH * T)
    let predicted = 0
    for (let i = 0; i < BATCH * T; i++) {
      const at = (step * BATCH + Math.floor(i / T)) * rowLength + (i % T)
      ids[i] = tokens[at]
      const next = tokens[at + 1]
      if (next === 0 || next >= outputSize) continue
      targets[i] = next
      weights[i] = 1
      predicted++
    }
    return { ids, targets, weights: weights.map((weight) => weight / predicted) }
  }
}
