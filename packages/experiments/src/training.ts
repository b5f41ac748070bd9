// What the studies' stages share: running a training inside a stage, and models and numbers as bytes.

import { gptParameters, type ModelFile, readModel, writeModel } from '@nanoalign/model'
import type { TrainOptions, train } from '@nanoalign/trainer'
import type { StageContext } from './stages/stage.ts'

/**
 * Runs a training, reports its progress, and keeps its losses over interruptions. Returns the loss of every step.
 * `onEvent` may look at the model, and give its accuracy for the report.
 */
export async function runTraining(
  context: StageContext,
  start: (options: Pick<TrainOptions, 'signal' | 'checkpoint'>) => ReturnType<typeof train>,
  onEvent: (step: number) => Promise<number | undefined> = async () => {},
): Promise<number[]> {
  let losses: number[] | undefined
  for await (const event of start({ signal: context.signal, checkpoint: context.checkpoint })) {
    losses = [...(losses ?? (event.extra as number[] | undefined) ?? []), ...event.losses]
    event.extra = losses
    const loss = event.losses[event.losses.length - 1]
    const accuracy = await onEvent(event.step)
    const { step, steps, tokensPerSecond } = event
    context.report({ step, steps, loss, tokensPerSecond, ...(typeof accuracy === 'number' && { accuracy }) })
  }
  return losses ?? []
}

export const encodeJson = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
export const decodeJson = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))
export const toBytes = (data: Float32Array) => new Uint8Array(data.slice().buffer)
export const toFloats = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer)

/** Rows of equal length, one after the other. */
export function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
  let at = 0
  for (const row of rows) {
    all.set(row, at)
    at += row.length
  }
  return all
}

/** The inverse of {@link joined}. */
export function split(all: Float32Array, rows: number): Float32Array[] {
  const length = all.length / rows
  return Array.from({ length: rows }, (_, r) => all.slice(r * length, (r + 1) * length))
}

export interface TrainedModel {
  model: ModelFile
}

/** A model and all that is known about it. */
export function encodeTrained<Output extends TrainedModel>({ model, ...rest }: Output) {
  return { 'model.safetensors': writeModel(gptParameters(model.config), model), 'metrics.json': encodeJson(rest) }
}

export function decodeTrained<Output extends TrainedModel>(blobs: Record<string, Uint8Array>): Output {
  return { model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }
}
