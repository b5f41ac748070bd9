// Generative finetuning: prompts of any lengths, each followed by a completion of a few tokens, which alone is learned.
// The places of the completion are data of each batch, so that the last layer and the read-out run at these places only.

import {
  createTensor,
  destroyTensor,
  type Gpu,
  hardenedTargets,
  Program,
  readFloats,
  sum,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import { type GPTConfig, gptHidden, gptLogits, type Parameters, softmaxLoss, Tape } from '@nanoalign/model'
import type { TrainingTask } from './train.ts'

/** B rows of T tokens, R predicted places in each, K weighted targets per place. */
export interface CompletionShape {
  B: number
  T: number
  R: number
  /** 1: hard labels; the number of possible tokens: soft ones */
  K: number
}

export interface CompletionBatch {
  /** (B·T) */
  ids: Uint32Array<ArrayBuffer>
  /** (B·R): the place in its row from which each token of the completion is predicted, ascending */
  places: Uint32Array<ArrayBuffer>
  /** (B·R·K) tokens, and their weights; the loss is Σ weights·cross-entropy */
  targets: Uint32Array<ArrayBuffer>
  weights: Float32Array<ArrayBuffer>
}

/**
 * A finetuning task on `batchAt(step)`. With `alpha` a share alpha(step) of every target goes to the model's own most
 * likely token (given the label's tokens before it): the auxiliary confidence loss.
 */
export async function completionTask(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  loss: Tensor,
  { B, T, R, K }: CompletionShape,
  batchAt: (step: number) => CompletionBatch,
  alpha?: (step: number) => number,
): Promise<TrainingTask> {
  const owned: Tensor[] = []
  const make = (shape: number[], dtype: 'f32' | 'u32', label: string) => {
    const tensor = createTensor(gpu, shape, dtype, label)
    owned.push(tensor)
    return tensor
  }
  const ids = make([B * T], 'u32', 'ids')
  const rows = make([B * R], 'u32', 'rows')
  const first = make([1], 'u32', 'first-position')
  const labels = make([B * R, K], 'u32', 'labels')
  const labelWeights = make([B * R, K], 'f32', 'label-weights')
  const share = make([1], 'f32', 'alpha')
  const program = new Program(gpu, 'completion')
  const tape = new Tape(program, parameters, { training: true })
  const logits = gptLogits(tape, config, gptHidden(tape, config, { ids, first, rows }, { B, T }))
  let targets = { ids: labels, weights: labelWeights }
  if (alpha) {
    targets = {
      ids: program.tensor([B * R, K + 1], 'targets', 'u32'),
      weights: program.tensor([B * R, K + 1], 'weights'),
    }
    hardenedTargets(program, { logits, labels, labelWeights, alpha: share, ...targets })
  }
  sum(program, { inp: softmaxLoss(tape, { logits, ...targets }), out: loss }, { accumulate: true })
  tape.backward()
  await program.build()
  return {
    program,
    load(step) {
      const batch = batchAt(step)
      checkTokens('completion', config, batch.ids)
      write(gpu, ids, batch.ids)
      write(
        gpu,
        rows,
        batch.places.map((place, i) => Math.floor(i / R) * T + place),
      )
      write(gpu, labels, batch.targets)
      write(gpu, labelWeights, batch.weights)
      if (alpha) write(gpu, share, new Float32Array([alpha(step)]))
    },
    tokensPerMicroBatch: B * T,
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}

export interface CompletionReadout {
  /** The next-token logits at one place of each row: rows (items·T), places (items) → (items·outputSize). */
  logits(rows: Uint32Array, places: Uint32Array): Promise<Float32Array<ArrayBuffer>>
  destroy(): void
}

/** Reads a model at one place of each row; rows are taken in batches of B. */
export async function completionReadout(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  { B, T }: { B: number; T: number },
): Promise<CompletionReadout> {
  const ids = createTensor(gpu, [B * T], 'u32', 'ids')
  const rows = createTensor(gpu, [B], 'u32', 'rows')
  const first = createTensor(gpu, [1], 'u32', 'first-position')
  const program = new Program(gpu, 'completion-readout')
  const tape = new Tape(program, parameters, { training: false })
  const out = program.keep(gptLogits(tape, config, gptHidden(tape, config, { ids, first, rows }, { B, T })))
  await program.build()
  const width = out.shape[1]
  return {
    async logits(input, places) {
      if (input.length !== places.length * T)
        throw new Error(`completionReadout: ${input.length} tokens but expected ${places.length} rows of ${T}`)
      checkTokens('completionReadout', config, input)
      const all = new Float32Array(places.length * width)
      for (let start = 0; start < places.length; start += B) {
        const count = Math.min(B, places.length - start)
        const chunk = new Uint32Array(B * T)
        chunk.set(input.subarray(start * T, (start + count) * T))
        write(gpu, ids, chunk)
        write(
          gpu,
          rows,
          Uint32Array.from({ length: B }, (_, b) => b * T + (b < count ? places[start + b] : 0)),
        )
        program.submit()
        all.set((await readFloats(gpu, out)).subarray(0, count * width), start * width)
      }
      return all
    },
    destroy() {
      program.destroy()
      for (const tensor of [ids, rows, first]) destroyTensor(tensor)
    },
  }
}

function checkTokens(who: string, { vocabSize }: GPTConfig, ids: Uint32Array): void {
  const bad = ids.findIndex((id) => id >= vocabSize)
  if (bad >= 0) throw new RangeError(`${who}: token ${ids[bad]} at ${bad} is beyond vocabSize ${vocabSize}`)
}
