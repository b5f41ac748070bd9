// A model in one safetensors file: GPT-2's parameter names, with the configuration and the tokenizer in the metadata.

import { checkConfig, type GPTConfig } from './gpt.ts'
import type { ParameterSpec, ParameterValues } from './parameters.ts'
import { CorruptFileError, readSafetensors, type SafetensorsTensor, writeSafetensors } from './safetensors.ts'
import { type Tokenizer, tokenizerFromJSON } from './tokenizer.ts'

export interface ModelFile {
  config: GPTConfig
  values: ParameterValues
  tokenizer?: Tokenizer
}

/** The file's bytes; `specs` gives the shapes. The same model gives the same bytes. `F16` halves them, and rounds. */
export function writeModel(
  specs: readonly ParameterSpec[],
  { config, values, tokenizer }: ModelFile,
  dtype: 'F32' | 'F16' = 'F32',
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, SafetensorsTensor> = {}
  for (const { name, shape } of specs) tensors[name] = { dtype, shape: [...shape], data: values[name] }
  const metadata: Record<string, string> = { config: JSON.stringify(config) }
  if (tokenizer) metadata.tokenizer = JSON.stringify(tokenizer.toJSON())
  return writeSafetensors(tensors, metadata)
}

/** @throws CorruptFileError when the bytes are no model file. */
export function readModel(bytes: Uint8Array): ModelFile {
  const { tensors, metadata } = readSafetensors(bytes)
  if (!metadata.config) throw new CorruptFileError('readModel: the file has no "config" in its metadata')
  let config: GPTConfig
  let tokenizer: Tokenizer | undefined
  try {
    config = JSON.parse(metadata.config)
    checkConfig(config)
    if (metadata.tokenizer) tokenizer = tokenizerFromJSON(JSON.parse(metadata.tokenizer))
  } catch (error) {
    throw new CorruptFileError(`readModel: ${(error as Error).message}`)
  }
  const values: ParameterValues = {}
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor.dtype !== 'F32') throw new CorruptFileError(`readModel: "${name}" is ${tensor.dtype}, expected F32`)
    values[name] = Float32Array.from(tensor.data)
  }
  return { config, values, tokenizer }
}
