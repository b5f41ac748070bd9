// A reward model: a GPT with a scalar head on the hidden state at a text's last token, trained on comparisons of two
// texts (Bradley & Terry 1952): P(the second is better) = σ(r₂ − r₁). The head starts at zero, so all rewards are equal.

import {
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  readFloats,
  sum,
  type Tensor,
  upload,
  write,
} from '@nanoalign/kernels'
import {
  type GPTConfig,
  gptHidden,
  gptParameters,
  layer,
  linear,
  type ParameterSpec,
  type Parameters,
  softmaxLoss,
  Tape,
} from '@nanoalign/model'
import type { TrainingTask } from './train.ts'

/** Texts of at most T tokens each, filled up at the end (a causal model never sees the filling). */
export interface Texts {
  /** (texts·T) */
  inputs: Uint32Array<ArrayBuffer>
  /** (texts) the number of tokens of each */
  lengths: Uint32Array
}

/** B comparisons: texts 2b and 2b + 1, and the probability that the second is the better one. */
export interface ComparisonBatch extends Texts {
  labels: Float32Array<ArrayBuffer>
}

/** The parameters of a reward model on a GPT: the GPT's, head.weight (C, 1) and head.bias (1). */
export function rewardParameters(config: GPTConfig): ParameterSpec[] {
  return [
    ...gptParameters(config),
    { name: 'head.weight', shape: [config.nEmbd, 1], init: { constant: 0 } },
    { name: 'head.bias', shape: [1], init: { constant: 0 } },
  ]
}

/** Rewards (texts, 1), and how to write the texts they are for. */
function recordRewards(gpu: Gpu, tape: Tape, config: GPTConfig, { texts, T }: { texts: number; T: number }) {
  const ids = createTensor(gpu, [texts * T], 'u32', 'ids')
  const last = createTensor(gpu, [texts], 'u32', 'last-rows')
  const first = createTensor(gpu, [1], 'u32', 'first-position')
  const hidden = gptHidden(tape, config, { ids, first, rows: last }, { B: texts, T }) // (texts, C)
  return {
    rewards: linear(tape, hidden, layer(tape, 'head')), // (texts, 1)
    load({ inputs, lengths }: Texts) {
      write(gpu, ids, inputs)
      write(
        gpu,
        last,
        Uint32Array.from(lengths, (length, text) => text * T + length - 1),
      )
    },
    destroy: () => [ids, last, first].forEach(destroyTensor),
  }
}

/** Finetuning on `batchAt(step)`, B comparisons a step: cross-entropy with soft labels, mean over the batch. */
export async function rewardTask(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  loss: Tensor,
  { B, T }: { B: number; T: number },
  batchAt: (step: number) => ComparisonBatch,
): Promise<TrainingTask> {
  const program = new Program(gpu, 'reward')
  const tape = new Tape(program, parameters, { training: true })
  const { rewards, load, destroy } = recordRewards(gpu, tape, config, { texts: 2 * B, T })
  const logits = rewards.view([B, 2]) // softmax of a pair's rewards is Bradley and Terry's model
  tape.record(() => tape.give(rewards, tape.gradient(logits).view([2 * B, 1])))
  const ids = upload(
    gpu,
    Uint32Array.from({ length: 2 * B }, (_, i) => i % 2),
    [B, 2],
    'classes',
  )
  const weights = createTensor(gpu, [B, 2], 'f32', 'weights')
  const losses = softmaxLoss(tape, { logits, ids, weights })
  sum(program, { inp: losses, out: loss }, { accumulate: true })
  tape.backward()
  await program.build()
  return {
    program,
    load(step) {
      const batch = batchAt(step)
      load(batch)
      write(gpu, weights, Float32Array.from(Array.from(batch.labels, (p) => [(1 - p) / B, p / B]).flat()))
    },
    tokensPerMicroBatch: 2 * B * T,
    destroy() {
      program.destroy()
      destroy()
      destroyTensor(ids)
      destroyTensor(weights)
    },
  }
}

export interface RewardReadout {
  /** The reward of every text. */
  run(texts: Texts): Promise<Float32Array>
  destroy(): void
}

/** Rewards of texts of at most T tokens, `texts` at a time. */
export async function rewardReadout(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  { texts, T }: { texts: number; T: number },
): Promise<RewardReadout> {
  const program = new Program(gpu, 'reward-readout')
  const tape = new Tape(program, parameters, { training: false })
  const { rewards, load, destroy } = recordRewards(gpu, tape, config, { texts, T })
  program.keep(rewards)
  await program.build()
  return {
    async run({ inputs, lengths }) {
      if (inputs.length !== lengths.length * T)
        throw new Error(`rewardReadout: ${inputs.length} tokens but ${lengths.length} texts of ${T} tokens`)
      const all = new Float32Array(lengths.length)
      for (let start = 0; start < lengths.length; start += texts) {
        const count = Math.min(texts, lengths.length - start)
        const chunk = { inputs: new Uint32Array(texts * T), lengths: new Uint32Array(texts).fill(1) }
        chunk.inputs.set(inputs.subarray(start * T, (start + count) * T))
        chunk.lengths.set(lengths.subarray(start, start + count))
        load(chunk)
        program.submit()
        all.set((await readFloats(gpu, rewards)).subarray(0, count), start)
      }
      return all
    },
    destroy() {
      program.destroy()
      destroy()
    },
  }
}
