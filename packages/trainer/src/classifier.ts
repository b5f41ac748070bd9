// A GPT with a linear head on the hidden state at the last input token: binary (or n-way) classification.
// The head starts at zero, so an untrained classifier is exactly at chance.

import {
  confidenceTargets,
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  productTargets,
  readFloats,
  releasedConfidenceTargets,
  reverseKlTargets,
  sum,
  type Tensor,
  upload,
  write,
} from '@nanoalign/kernels'
import {
  type GPTConfig,
  gptHidden,
  gptLogits,
  gptParameters,
  layer,
  linear,
  type ParameterSpec,
  type Parameters,
  softmaxLoss,
  Tape,
} from '@nanoalign/model'
import type { TrainingTask } from './train.ts'

/** B items of T tokens each, with the probability that the label is 1: the truth as 0 or 1, or a weak model's belief. */
export interface LabelledBatch {
  inputs: Uint32Array<ArrayBuffer>
  labels: Float32Array<ArrayBuffer>
}

/**
 * Targets that also depend on the student's own predictions (detached), recomputed in every step:
 * - `confidence`: the auxiliary confidence loss of Burns et al. (2023) §4.3, the weak labels mixed with the student's own
 *   hardened predictions by α = alpha(step) in [0, 1];
 * - `released-confidence`: the same with the threshold of the released code;
 * - `product`: the student's beliefs times the weak labels, normalised;
 * - `reverse-kl`: the gradient of KL(student ‖ weak) (the loss that is reported is another number).
 */
export type StudentTargets =
  | { rule: 'confidence' | 'released-confidence'; alpha: (step: number) => number }
  | { rule: 'product' | 'reverse-kl' }

/** The parameters of a two-way classifier on a GPT: the GPT's, head.weight (C, 2) and head.bias (2). */
export function classifierParameters(config: GPTConfig): ParameterSpec[] {
  return [
    ...gptParameters(config),
    { name: 'head.weight', shape: [config.nEmbd, 2], init: { constant: 0 } },
    { name: 'head.bias', shape: [2], init: { constant: 0 } },
  ]
}

interface Shape {
  B: number
  T: number
}

function hiddenAtLast(gpu: Gpu, tape: Tape, config: GPTConfig, ids: Tensor, { B, T }: Shape, owned: Tensor[]): Tensor {
  const first = createTensor(gpu, [1], 'u32', 'first-position')
  const rows = upload(
    gpu,
    Uint32Array.from({ length: B }, (_, b) => b * T + T - 1),
    [B],
    'last-rows',
  )
  owned.push(first, rows)
  return gptHidden(tape, config, { ids, first, rows }, { B, T }) // (B, C)
}

function head(tape: Tape, hidden: Tensor): Tensor {
  return linear(tape, hidden, layer(tape, 'head')) // (B, 2)
}

/**
 * A finetuning task on `batchAt(step)`: cross-entropy with soft labels, mean over the batch, or with the targets that
 * `own` makes of the labels and the model's own predictions.
 */
export async function classifierTask(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  loss: Tensor,
  shape: Shape,
  batchAt: (step: number) => LabelledBatch,
  own?: StudentTargets,
): Promise<TrainingTask> {
  const { B, T } = shape
  const owned: Tensor[] = []
  const make = (dims: number[], dtype: 'f32' | 'u32', label: string) => {
    const tensor = createTensor(gpu, dims, dtype, label)
    owned.push(tensor)
    return tensor
  }
  const ids = make([B * T], 'u32', 'ids')
  const classes = make([B, 2], 'u32', 'classes')
  write(
    gpu,
    classes,
    Uint32Array.from({ length: 2 * B }, (_, i) => i % 2),
  )
  const labels = make([B], 'f32', 'labels')
  const alpha = make([1], 'f32', 'alpha')
  const program = new Program(gpu, 'classifier')
  const tape = new Tape(program, parameters, { training: true })
  const logits = head(tape, hiddenAtLast(gpu, tape, config, ids, shape, owned))
  const weights = make([B, 2], 'f32', 'weights')
  const t = { logits, weak: labels, weights }
  if (own?.rule === 'confidence') confidenceTargets(program, { ...t, alpha })
  if (own?.rule === 'released-confidence') releasedConfidenceTargets(program, { ...t, alpha })
  if (own?.rule === 'product') productTargets(program, t)
  if (own?.rule === 'reverse-kl') reverseKlTargets(program, t)
  const losses = softmaxLoss(tape, { logits, ids: classes, weights })
  sum(program, { inp: losses, out: loss }, { accumulate: true })
  tape.backward()
  await program.build()
  return {
    program,
    load(step) {
      const batch = batchAt(step)
      write(gpu, ids, batch.inputs)
      if (own) {
        write(gpu, labels, batch.labels)
        if ('alpha' in own) write(gpu, alpha, new Float32Array([own.alpha(step)]))
      } else {
        const shares = Array.from(batch.labels, (p) => [Math.fround(1 - p) / B, p / B])
        write(gpu, weights, Float32Array.from(shares.flat()))
      }
    },
    tokensPerMicroBatch: B * T,
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}

/** Runs a readout over items of T tokens, again and again; (items·T) tokens in, (items·width) numbers out. */
export interface Readout {
  run(inputs: Uint32Array): Promise<Float32Array<ArrayBuffer>>
  destroy(): void
}

/** P(label = 1) of every item: (items·T) → (items). Items are taken in batches of at most B. */
export async function classifierReadout(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  shape: Shape,
): Promise<Readout> {
  const logits = await readout(gpu, parameters, config, shape, head)
  return {
    async run(inputs) {
      const z = await logits.run(inputs)
      return Float32Array.from({ length: z.length / 2 }, (_, i) => 1 / (1 + Math.exp(z[2 * i] - z[2 * i + 1])))
    },
    destroy: logits.destroy,
  }
}

/** The language model's own next-token logits after every item: (items·T) → (items·outputSize). */
export function nextTokenReadout(gpu: Gpu, config: GPTConfig, parameters: Parameters, shape: Shape): Promise<Readout> {
  return readout(gpu, parameters, config, shape, (tape, hidden) => gptLogits(tape, config, hidden))
}

/** The features a linear probe reads: the final hidden state at the last input token, (items·T) → (items·nEmbd). */
export function featureReadout(gpu: Gpu, config: GPTConfig, parameters: Parameters, shape: Shape): Promise<Readout> {
  return readout(gpu, parameters, config, shape, (_, hidden) => hidden)
}

async function readout(
  gpu: Gpu,
  parameters: Parameters,
  config: GPTConfig,
  shape: Shape,
  record: (tape: Tape, hidden: Tensor) => Tensor,
): Promise<Readout> {
  const { B, T } = shape
  const owned: Tensor[] = []
  const ids = createTensor(gpu, [B * T], 'u32', 'ids')
  owned.push(ids)
  const program = new Program(gpu, 'readout')
  const tape = new Tape(program, parameters, { training: false })
  const out = program.keep(record(tape, hiddenAtLast(gpu, tape, config, ids, shape, owned)))
  await program.build()
  const width = out.shape[1]
  return {
    async run(inputs) {
      const items = inputs.length / T
      if (!Number.isInteger(items) || items < 1)
        throw new Error(`readout: ${inputs.length} input tokens are no whole number of items of ${T} tokens`)
      const bad = inputs.findIndex((id) => id >= config.vocabSize)
      if (bad >= 0)
        throw new RangeError(`readout: token ${inputs[bad]} at ${bad} is beyond vocabSize ${config.vocabSize}`)
      const all = new Float32Array(items * width)
      for (let start = 0; start < items; start += B) {
        const chunk = new Uint32Array(B * T) // the last one is filled up with token 0
        chunk.set(inputs.subarray(start * T, Math.min(items, start + B) * T))
        write(gpu, ids, chunk)
        program.submit()
        const rows = await readFloats(gpu, out)
        all.set(rows.subarray(0, Math.min(B, items - start) * width), start * width)
      }
      return all
    },
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}
