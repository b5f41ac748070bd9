// What training, reading and sampling cost, from shapes alone: for plans of stages.

import { sizeOf } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, trainingFlopsPerToken } from '@nanoalign/model'

/** As in StagePlan. */
export interface Work {
  flops: number
  submits: number
}

export function trainingWork(config: GPTConfig, { B, T, steps }: { B: number; T: number; steps: number }): Work {
  return { flops: steps * B * T * trainingFlopsPerToken(config, T), submits: steps }
}

/** Forward passes over `rows` rows, `batch` at a time. The forward is a third of a training step. */
export function readingWork(config: GPTConfig, { rows, T, batch }: { rows: number; T: number; batch: number }): Work {
  const batches = Math.ceil(rows / batch)
  return { flops: (batches * batch * T * trainingFlopsPerToken(config, T)) / 3, submits: batches }
}

/** Completions of `rows` prompts, 128 side by side: one submit for the prompts, then one per token. */
export function samplingWork(
  config: GPTConfig,
  { rows, promptLength, length }: { rows: number; promptLength: number; length: number },
): Work {
  const { flops, submits } = readingWork(config, { rows, T: length, batch: 128 })
  return { flops, submits: submits * (length - promptLength + 1) }
}

export function total(...works: Work[]): Work {
  return works.reduce((sum, { flops, submits }) => ({ flops: sum.flops + flops, submits: sum.submits + submits }), {
    flops: 0,
    submits: 0,
  })
}

export function times(n: number, { flops, submits }: Work): Work {
  return { flops: n * flops, submits: n * submits }
}

/** Of a model's file; its header and the metrics beside it are small. */
export function modelBytes(config: GPTConfig): number {
  return gptParameters(config).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 2048)
}
