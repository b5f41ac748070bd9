// A training's configuration as the query of the page's address, and back. The text itself is too long for it: the
// address names it by the hash of its bytes, and this browser keeps it.

import { checkTextModelOptions, type TextModelOptions, textModelPresets } from '@nanoalign/experiments'

export interface TrainConfig {
  /** `built-in`, or the first 16 hex digits of the SHA-256 of the text's bytes */
  text: string
  options: TextModelOptions
}

// shorter than the command line's, with samples to watch
export const pagePresets: Record<'taste' | 'tiny' | 'small', TextModelOptions> = {
  taste: { ...textModelPresets.tiny, layers: 2, width: 32, context: 32, steps: 400, evalEvery: 40, sampleEvery: 40 },
  tiny: { ...textModelPresets.tiny, evalEvery: 50, sampleEvery: 100 },
  small: { ...textModelPresets.small, evalEvery: 100, sampleEvery: 200 },
}
export type PagePreset = keyof typeof pagePresets

export const numberOptions = [
  'layers',
  'heads',
  'width',
  'context',
  'batch',
  'steps',
  'lr',
  'seed',
  'evalEvery',
  'sampleEvery',
] as const

export function toTrainQuery({ text, options }: TrainConfig): string {
  const query = new URLSearchParams({ text, tokenizer: options.tokenizer })
  for (const name of numberOptions) query.set(name, String(options[name]))
  return query.toString()
}

/** What the query leaves out is the `tiny` preset's on the built-in text. @throws Error in words for the visitor. */
export function fromTrainQuery(query: URLSearchParams): TrainConfig {
  const options = { ...pagePresets.tiny }
  const tokenizer = query.get('tokenizer')
  if (tokenizer !== null) options.tokenizer = tokenizer as TextModelOptions['tokenizer']
  for (const name of numberOptions) {
    const text = query.get(name)
    if (text !== null) options[name] = /^\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN
  }
  checkTextModelOptions(options)
  const text = query.get('text') ?? 'built-in'
  if (text !== 'built-in' && !/^[0-9a-f]{16}$/.test(text)) throw new Error(`the address names no text: "${text}"`)
  return { text, options }
}

export function presetOfTraining(options: TextModelOptions): PagePreset | undefined {
  const same = (name: PagePreset) => toTrainQuery({ text: '', options: pagePresets[name] })
  return (Object.keys(pagePresets) as PagePreset[]).find((name) => same(name) === toTrainQuery({ text: '', options }))
}
