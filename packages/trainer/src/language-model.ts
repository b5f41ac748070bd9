// Next-token training and evaluation of a GPT: batches of B rows of T + 1 tokens.

import { createTensor, destroyTensor, type Gpu, Program, readFloats, sum, type Tensor, write } from '@nanoalign/kernels'
import { completionPlaces, type GPTConfig, gptHidden, gptLoss, type Parameters, Tape } from '@nanoalign/model'
import type { TrainingTask } from './train.ts'

/** One batch of B rows: inputs ids (B·T); what should follow each, targets (B·T); weights (B·T), usually 1/count or 0. */
export interface LanguageBatch {
  ids: Uint32Array<ArrayBuffer>
  targets: Uint32Array<ArrayBuffer>
  /** the loss is Σ weights·cross-entropy; absent: the mean over all B·T */
  weights?: Float32Array<ArrayBuffer>
}

interface Shape {
  B: number
  T: number
  /** only places from here on are ever predicted (their weights elsewhere are ignored): the last layer skips the rest */
  from?: number
}

class Batch {
  readonly ids: Tensor
  readonly targets: Tensor
  readonly weights: Tensor
  readonly first: Tensor
  /** the places that are predicted, when they are not all */
  readonly rows?: Tensor
  readonly #gpu: Gpu
  readonly #vocabSize: number
  readonly #shape: Required<Shape>

  constructor(gpu: Gpu, config: GPTConfig, { B, T, from = 0 }: Shape) {
    if (!(from >= 0 && from < T)) throw new RangeError(`language model: from is ${from} but must be from 0 to ${T - 1}`)
    this.#gpu = gpu
    this.#vocabSize = config.vocabSize
    this.#shape = { B, T, from }
    const R = T - from
    this.ids = createTensor(gpu, [B * T], 'u32', 'ids')
    this.targets = createTensor(gpu, [B * R], 'u32', 'targets')
    this.weights = createTensor(gpu, [B * R], 'f32', 'weights')
    this.first = createTensor(gpu, [1], 'u32', 'first-position')
    if (from === 0) return
    this.rows = createTensor(gpu, [B * R], 'u32', 'rows')
    write(gpu, this.rows, completionPlaces(B, from + 1, T + 1))
  }

  /** What belongs to the predicted places of a (B·T) array. */
  #predicted<A extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(all: A): A {
    const { B, T, from } = this.#shape
    if (from === 0) return all
    const R = T - from
    const part = all.slice(0, B * R) as A
    for (let b = 0; b < B; b++) part.set(all.subarray(b * T + from, (b + 1) * T), b * R)
    return part
  }

  write({ ids, targets, weights }: LanguageBatch): void {
    const bad = ids.findIndex((id) => id >= this.#vocabSize)
    if (bad >= 0)
      throw new RangeError(`language model: token ${ids[bad]} at ${bad} is beyond vocabSize ${this.#vocabSize}`)
    write(this.#gpu, this.ids, ids)
    write(this.#gpu, this.targets, this.#predicted(targets))
    write(this.#gpu, this.weights, this.#predicted(weights ?? new Float32Array(ids.length).fill(1 / ids.length)))
  }

  destroy(): void {
    for (const tensor of [this.ids, this.targets, this.weights, this.first, this.rows])
      if (tensor) destroyTensor(tensor)
  }
}

/** A training task: `batchAt(step, micro)` must be a pure function. Its loss and gradients are sums over micro-batches. */
export async function languageModelTask(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  loss: Tensor,
  shape: Shape,
  batchAt: (step: number, micro: number) => LanguageBatch,
): Promise<TrainingTask> {
  const batch = new Batch(gpu, config, shape)
  const program = new Program(gpu, 'language-model')
  const tape = new Tape(program, parameters, { training: true })
  const hidden = gptHidden(tape, config, batch, shape)
  const losses = gptLoss(tape, config, hidden, { ids: batch.targets, weights: batch.weights })
  sum(program, { inp: losses, out: loss }, { accumulate: true })
  tape.backward()
  await program.build()
  return {
    program,
    load: (step, micro) => batch.write(batchAt(step, micro)),
    tokensPerMicroBatch: shape.B * shape.T,
    destroy() {
      program.destroy()
      batch.destroy()
    },
  }
}

/** The model's loss on batches without training it. */
export interface LanguageEvaluator {
  /** Σ over the batches of Σ weights·cross-entropy, in nats. */
  loss(batches: Iterable<LanguageBatch>): Promise<number>
  destroy(): void
}

export async function languageEvaluator(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  shape: Shape,
): Promise<LanguageEvaluator> {
  const batch = new Batch(gpu, config, shape)
  const total = createTensor(gpu, [1], 'f32', 'loss')
  const program = new Program(gpu, 'evaluate')
  const tape = new Tape(program, parameters, { training: false })
  const hidden = gptHidden(tape, config, batch, shape)
  const losses = gptLoss(tape, config, hidden, { ids: batch.targets, weights: batch.weights })
  sum(program, { inp: losses, out: total }, { accumulate: true })
  await program.build()
  return {
    async loss(batches) {
      write(gpu, total, new Float32Array(1))
      for (const one of batches) {
        batch.write(one)
        program.submit()
      }
      return (await readFloats(gpu, total))[0]
    },
    destroy() {
      program.destroy()
      batch.destroy()
      destroyTensor(total)
    },
  }
}
