// How likely a model finds given completions: one forward pass, and the read-out at the completion's places alone.

import {
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  readFloats,
  softmaxLoss,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import { type GPTConfig, gptHidden, gptLogits } from './gpt.ts'
import type { Parameters } from './parameters.ts'
import { Tape } from './tape.ts'

export interface Scorer {
  /**
   * Natural log-probability of each token of each completion given all before it; any number of rows. The prompts have
   * promptLength tokens, the completions at most length − promptLength. It reads the parameters as they are at the call.
   */
  score(rows: readonly { prompt: Uint32Array; completion: Uint32Array }[]): Promise<Float32Array[]>
  destroy(): void
}

export async function createScorer(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  { rows: B, promptLength: P, length }: { rows: number; promptLength: number; length: number },
): Promise<Scorer> {
  const T = length - 1 // the last token is only a target
  const R = length - P
  const owned: Tensor[] = []
  const make = (shape: number[], dtype: 'f32' | 'u32', label: string) => {
    const tensor = createTensor(gpu, shape, dtype, label)
    owned.push(tensor)
    return tensor
  }
  const ids = make([B * T], 'u32', 'ids')
  const first = make([1], 'u32', 'first-position')
  const places = make([B * R], 'u32', 'places')
  const targets = make([B * R], 'u32', 'targets')
  const weights = make([B * R], 'f32', 'weights')
  const losses = make([B * R], 'f32', 'losses')
  write(gpu, places, completionPlaces(B, P, length))
  write(gpu, weights, new Float32Array(B * R).fill(1))
  const program = new Program(gpu, 'score')
  const tape = new Tape(program, parameters, { training: false })
  const logits = gptLogits(tape, config, gptHidden(tape, config, { ids, first, rows: places }, { B, T }))
  softmaxLoss(program, { logits, ids: targets, weights, losses }, { gradient: false })
  await program.build()
  return {
    async score(rows) {
      const scores: Float32Array[] = []
      for (let from = 0; from < rows.length; from += B) {
        const some = rows.slice(from, from + B)
        const input = new Uint32Array(B * T)
        const wanted = new Uint32Array(B * R)
        some.forEach(({ prompt, completion }, b) => {
          if (prompt.length !== P || completion.length > R)
            throw new Error(
              `score: row ${from + b} has ${prompt.length} + ${completion.length} tokens but must have ${P} + at most ${R}`,
            )
          input.set(prompt, b * T)
          input.set(completion.subarray(0, R - 1), b * T + P)
          wanted.set(completion, b * R)
        })
        write(gpu, ids, input)
        write(gpu, targets, wanted)
        program.submit()
        const all = await readFloats(gpu, losses)
        some.forEach(({ completion }, b) => {
          scores.push(Float32Array.from(all.subarray(b * R, b * R + completion.length), (loss) => -loss))
        })
      }
      return scores
    },
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}

/** Rows of a (B·(length − 1)) batch whose next token belongs to the completion: (B·(length − promptLength)). */
export function completionPlaces(B: number, promptLength: number, length: number): Uint32Array<ArrayBuffer> {
  const T = length - 1
  const R = length - promptLength
  return Uint32Array.from({ length: B * R }, (_, i) => Math.floor(i / R) * T + promptLength - 1 + (i % R))
}
