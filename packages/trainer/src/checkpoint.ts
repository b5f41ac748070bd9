// The state of an unfinished training: parameters, moments and the step. Data order and noise are functions of the
// step, so nothing else is needed to go on to the same bits.

import { CorruptFileError, readSafetensors, writeSafetensors } from '@nanoalign/model'

export interface TrainingState {
  /** steps done */
  step: number
  values: Float32Array<ArrayBuffer>
  m: Float32Array<ArrayBuffer>
  v: Float32Array<ArrayBuffer>
  /** what the caller wants back, e.g. the loss curve so far */
  extra: unknown
}

/** Where checkpoints go. `due` says when the next one is wanted. */
export interface CheckpointSlot {
  load(): Promise<Uint8Array | undefined>
  save(bytes: Uint8Array): Promise<void>
  due(): boolean
}

export function encodeState({ step, values, m, v, extra }: TrainingState): Uint8Array {
  const tensor = (data: Float32Array<ArrayBuffer>) => ({ dtype: 'F32' as const, shape: [data.length], data })
  const metadata = { step: String(step), extra: JSON.stringify(extra ?? null) }
  return writeSafetensors({ values: tensor(values), m: tensor(m), v: tensor(v) }, metadata)
}

/** @throws CorruptFileError, also when it belongs to a model of another size. */
export function decodeState(bytes: Uint8Array, size: number): TrainingState {
  const { tensors, metadata } = readSafetensors(bytes)
  const floats = (name: string) => {
    const data = tensors[name]?.data
    if (!(data instanceof Float32Array) || data.length !== size)
      throw new CorruptFileError(`checkpoint: "${name}" has ${data?.length ?? 'no'} values, the model has ${size}`)
    return Float32Array.from(data)
  }
  const step = Number(metadata.step)
  if (!/^\d{1,15}$/.test(metadata.step ?? '')) throw new CorruptFileError('checkpoint: it does not tell its step')
  let extra: unknown
  try {
    extra = JSON.parse(metadata.extra)
  } catch {
    throw new CorruptFileError('checkpoint: what was kept beside the weights is not JSON')
  }
  return { step, values: floats('values'), m: floats('m'), v: floats('v'), extra }
}
