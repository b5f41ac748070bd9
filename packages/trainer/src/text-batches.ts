// Batches of random windows from one long token sequence, the same for the same (seed, step, micro-batch).

import { Random } from '@nanoalign/kernels'
import type { LanguageBatch } from './language-model.ts'

/** @throws RangeError when the text is shorter than one window. */
export function windowBatches(
  tokens: Uint32Array,
  { B, T }: { B: number; T: number },
  { seed, microBatches = 1 }: { seed: number; microBatches?: number },
): (step: number, micro: number) => LanguageBatch {
  checkLength(tokens, T)
  const weights = new Float32Array(B * T).fill(1 / (B * T * microBatches))
  return (step, micro) => {
    const random = new Random(seed, `windows/${step * microBatches + micro}`)
    const starts = Array.from({ length: B }, () => random.integer(tokens.length - T))
    return { ...windows(tokens, starts, T), weights }
  }
}

/** The same `count` batches of evenly spread windows each time, weighted so that the evaluator returns the mean loss. */
export function evaluationBatches(
  tokens: Uint32Array,
  { B, T }: { B: number; T: number },
  count: number,
): LanguageBatch[] {
  checkLength(tokens, T)
  const weights = new Float32Array(B * T).fill(1 / (B * T * count))
  return Array.from({ length: count }, (_, i) => {
    const at = (b: number) => Math.floor(((i * B + b) * (tokens.length - T - 1)) / Math.max(1, count * B - 1))
    return {
      ...windows(
        tokens,
        Array.from({ length: B }, (_, b) => at(b)),
        T,
      ),
      weights,
    }
  })
}

function windows(tokens: Uint32Array, starts: number[], T: number) {
  const ids = new Uint32Array(starts.length * T)
  const targets = new Uint32Array(starts.length * T)
  starts.forEach((start, b) => {
    ids.set(tokens.subarray(start, start + T), b * T)
    targets.set(tokens.subarray(start + 1, start + T + 1), b * T)
  })
  return { ids, targets }
}

function checkLength(tokens: Uint32Array, T: number): void {
  if (tokens.length < T + 1)
    throw new RangeError(`the text has ${tokens.length} tokens, but one window of context ${T} needs ${T + 1}`)
}

/** Entropy of the token frequencies, in nats: the loss of a model that ignores the context. */
export function unigramEntropy(tokens: Uint32Array): number {
  const counts = new Map<number, number>()
  for (const id of tokens) counts.set(id, (counts.get(id) ?? 0) + 1)
  let entropy = 0
  for (const count of counts.values()) entropy -= (count / tokens.length) * Math.log(count / tokens.length)
  return entropy
}
