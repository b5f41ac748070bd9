// What a text model is trained with: the options by their plain names, and presets by the hardware they suit.

import type { GPTConfig } from '@nanoalign/model'
import type { Schedule } from '@nanoalign/trainer'

export interface TextModelOptions {
  tokenizer: 'char' | 'byte'
  layers: number
  heads: number
  width: number
  /** tokens the model sees at once */
  context: number
  /** windows per step */
  batch: number
  steps: number
  /** the learning rate's peak */
  lr: number
  seed: number
  /** steps between two measurements of the validation loss, and between two samples; 0 = only at the end */
  evalEvery: number
  sampleEvery: number
}

export type TextModelPreset = 'tiny' | 'small' | 'medium'

const SHARED = { tokenizer: 'char', seed: 1 } as const

export const textModelPresets: Record<TextModelPreset, TextModelOptions> = {
  // 0.1 M parameters: minutes on two CPU cores
  tiny: {
    ...SHARED,
    layers: 2,
    heads: 4,
    width: 64,
    context: 64,
    batch: 8,
    steps: 2000,
    lr: 6e-3,
    evalEvery: 250,
    sampleEvery: 500,
  },
  // 0.8 M parameters: minutes on an integrated GPU
  small: {
    ...SHARED,
    layers: 4,
    heads: 4,
    width: 128,
    context: 128,
    batch: 32,
    steps: 3000,
    lr: 2e-3,
    evalEvery: 250,
    sampleEvery: 500,
  },
  // 10.7 M parameters: nanoGPT's train_shakespeare_char, for a GPU of its own
  medium: {
    ...SHARED,
    layers: 6,
    heads: 6,
    width: 384,
    context: 256,
    batch: 64,
    steps: 5000,
    lr: 1e-3,
    evalEvery: 250,
    sampleEvery: 1000,
  },
}

/** @throws RangeError naming the option and what it may be. */
export function checkTextModelOptions(options: TextModelOptions): void {
  const whole = (name: keyof TextModelOptions, least: number, most: number) => {
    const value = options[name]
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      throw new RangeError(`${name} is ${value} but must be a whole number from ${least} to ${most}`)
  }
  if (options.tokenizer !== 'char' && options.tokenizer !== 'byte')
    throw new RangeError(`tokenizer is "${options.tokenizer}" but must be char or byte`)
  for (const name of ['layers', 'heads', 'width', 'batch'] as const) whole(name, 1, 65_536)
  whole('context', 2, 65_536)
  whole('steps', 1, 1_000_000_000)
  for (const name of ['evalEvery', 'sampleEvery'] as const) whole(name, 0, 1_000_000_000)
  whole('seed', 0, 0xffffffff)
  const { width, heads, lr } = options
  if (width % heads !== 0) throw new RangeError(`width ${width} is not a multiple of heads ${heads}`)
  if (width / heads > 128)
    throw new RangeError(`width ${width} over ${heads} heads makes heads of ${width / heads}, more than 128; use more`)
  if (!(lr > 0 && Number.isFinite(lr))) throw new RangeError(`lr is ${lr} but must be a positive number`)
}

export function textModelConfig(options: TextModelOptions, vocabSize: number): GPTConfig {
  const { layers: nLayer, heads: nHead, width: nEmbd, context: blockSize } = options
  return { vocabSize, blockSize, nLayer, nHead, nEmbd }
}

export function textModelSchedule({ lr, steps }: TextModelOptions): Schedule {
  return { kind: 'cosine', peak: lr, warmup: Math.min(100, Math.ceil(steps / 10)), floor: 0.1 }
}
