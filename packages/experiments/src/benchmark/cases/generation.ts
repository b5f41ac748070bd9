// Generating text with the key-value cache, and the same without: every new token computes the whole prefix again.

import {
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  readFloats,
  submit,
  type Tensor,
  upload,
} from '@nanoalign/kernels'
import { createDecoder, gatherRows, gptHidden, gptLogits, gptParameters, Parameters, Tape } from '@nanoalign/model'
import type { Case, Subject } from '../subject.ts'
import { millions, parameterCount, type TrainingShape, trainingShape } from './training.ts'

export function generationCases(quick: boolean): Case[] {
  return [generationCase(quick ? trainingShape(64, 2, 64, 16) : trainingShape(128, 4, 128, 64))]
}

export function generationCase(shape: TrainingShape): Case {
  const { B, T, nEmbd, nLayer, vocabSize } = shape
  return {
    id: `generation/d${nEmbd}-L${nLayer}-T${T}-B${B}`,
    group: 'generation',
    label: `${millions(parameterCount(shape))} parameters, ${B} rows to ${T} tokens`,
    tokens: B * (T - 1),
    flops: 2 * B * (T - 1) * (12 * nLayer * nEmbd ** 2 + vocabSize * nEmbd + nLayer * nEmbd * T),
    bound: 'multiply-add',
    open: (gpu) => openDecoder(gpu, shape),
    rivals: [{ name: 'without the cache', open: (gpu) => openUncached(gpu, shape) }],
  }
}

async function openDecoder(gpu: Gpu, shape: TrainingShape): Promise<Subject> {
  const { B, T } = shape
  const parameters = new Parameters(gpu, gptParameters(shape))
  parameters.initialise(1)
  const decoder = await createDecoder(gpu, shape, parameters, B, { temperature: 0 })
  const prompts = Array.from({ length: B }, (_, b) => Uint32Array.of(b % shape.vocabSize))
  return {
    async run(times) {
      for (let i = 0; i < times; i++) await decoder.generate(prompts, T)
    },
    async check() {
      // greedy continuations of the same prompt must agree with the full forward pass at every position
      const rows = await decoder.generate(prompts, T)
      const { agree, total } = await greedyAgreement(gpu, shape, parameters, rows)
      return {
        error: (1 - agree / total) / 0.005,
        compared: `${agree} of ${total} greedy tokens with the full forward`,
      }
    },
    destroy() {
      decoder.destroy()
      parameters.destroy()
    },
  }
}

/** How many of the greedily chosen tokens have, in one forward pass over whole rows, the highest logit (to 1e-3). */
async function greedyAgreement(gpu: Gpu, { T, ...config }: TrainingShape, parameters: Parameters, rows: Uint32Array[]) {
  const B = rows.length
  const V = config.vocabSize
  const { program, logits, destroy } = await forward(gpu, { ...config, T, B }, parameters, rows)
  program.submit()
  const values = await readFloats(gpu, logits)
  destroy()
  let agree = 0
  for (const [b, row] of rows.entries())
    for (let t = 0; t + 1 < T; t++) {
      const scores = values.subarray((b * T + t) * V, (b * T + t + 1) * V)
      if (scores[row[t + 1]] >= Math.max(...scores) - 1e-3) agree++
    }
  return { agree, total: B * (T - 1) }
}

const PARTS = 8

// A token at position t costs a forward pass over t tokens of each row. Measured at the middle of each eighth of the
// way, which stands for all of it; the logits are computed for the last token of a row only.
async function openUncached(gpu: Gpu, shape: TrainingShape): Promise<Subject> {
  const { B, T } = shape
  const parameters = new Parameters(gpu, gptParameters(shape))
  parameters.initialise(1)
  const parts: Awaited<ReturnType<typeof forward>>[] = []
  for (let i = 0; i < PARTS; i++) {
    const t = Math.round(((i + 0.5) * T) / PARTS)
    const rows = Array.from({ length: B }, (_, b) =>
      Uint32Array.from({ length: t }, (_, i) => (b + i) % shape.vocabSize),
    )
    parts.push(await forward(gpu, { ...shape, T: t }, parameters, rows, true))
  }
  return {
    share: PARTS / (T - 1),
    async run(times) {
      for (let i = 0; i < times; i++)
        for (const { program } of parts) {
          submit(gpu, [program])
          await gpu.device.queue.onSubmittedWorkDone() // the next token is not known before
        }
    },
    check: async () => ({ error: 0, compared: 'nothing: the forward pass is what the decoder is compared with' }),
    destroy() {
      for (const part of parts) part.destroy()
      parameters.destroy()
    },
  }
}

async function forward(gpu: Gpu, shape: TrainingShape, parameters: Parameters, rows: Uint32Array[], lastOnly = false) {
  const { B, T } = shape
  const flat = new Uint32Array(B * T)
  rows.forEach((row, b) => {
    flat.set(row.subarray(0, T), b * T)
  })
  const owned: Tensor[] = [upload(gpu, flat, [B * T]), createTensor(gpu, [1], 'u32')]
  const [ids, first] = owned
  const program = new Program(gpu, 'forward')
  const tape = new Tape(program, parameters, { training: false })
  let hidden = gptHidden(tape, shape, { ids, first }, { B, T })
  if (lastOnly) {
    const last = upload(
      gpu,
      Uint32Array.from({ length: B }, (_, b) => b * T + T - 1),
      [B],
    )
    owned.push(last)
    hidden = gatherRows(tape, hidden, last)
  }
  const logits = program.keep(gptLogits(tape, shape, hidden))
  await program.build()
  return {
    program,
    logits,
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}
