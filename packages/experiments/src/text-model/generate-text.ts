// Text from a model: prompts of any length, and outputs longer than its context.

import type { Gpu } from '@nanoalign/kernels'
import {
  createDecoder,
  type Decoder,
  type GenerateOptions,
  gptParameters,
  type ModelFile,
  Parameters,
  type Tokenizer,
} from '@nanoalign/model'

export interface GenerateTextOptions extends GenerateOptions {
  prompt: string
  /** how many to write after the prompt */
  tokens: number
  /** independent continuations, written side by side. Default 1 */
  count?: number
  signal?: AbortSignal
}

/** Writes on from the prompt; yields what is new of each continuation as it comes. The prompt is not repeated. */
export async function* generateText(
  gpu: Gpu,
  model: ModelFile,
  { prompt, tokens, count = 1, signal, ...options }: GenerateTextOptions,
): AsyncGenerator<string[], void> {
  const { config, values, tokenizer } = model
  if (!tokenizer) throw new Error('the model has no tokenizer, so it cannot write text')
  const start = promptTokens(tokenizer, prompt)
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.load(values)
  const decoder = await createDecoder(gpu, config, parameters, count, options)
  const written = Array.from({ length: count }, () => ({ ids: [] as number[], shown: 0 }))
  try {
    let left = tokens
    for await (const rows of continueTokens(decoder, config.blockSize, Array(count).fill(start), tokens)) {
      left -= rows[0].length
      yield rows.map((ids, row) => {
        const one = written[row]
        one.ids.push(...ids)
        let text = tokenizer.decode(one.ids)
        // the bytes of a character may come in two parts
        if (left > 0) text = text.replace(/\ufffd{1,3}$/, '')
        const fresh = text.slice(one.shown)
        one.shown = Math.max(one.shown, text.length)
        return fresh
      })
      signal?.throwIfAborted()
    }
  } finally {
    decoder.destroy()
    parameters.destroy()
  }
}

/**
 * Continues each prompt (all of one length) by `count` tokens, a window of blockSize at a time; the next window starts
 * with the last half of the one before, so that there is always context to go on from. Yields the new tokens of each row.
 */
export async function* continueTokens(
  decoder: Decoder,
  blockSize: number,
  prompts: Uint32Array[],
  count: number,
): AsyncGenerator<Uint32Array[], void> {
  const half = Math.max(1, Math.floor(blockSize / 2))
  let rows = prompts
  for (let left = count, window = 0; left > 0; window++) {
    const heads = rows[0].length < blockSize ? rows : rows.map((row) => row.slice(-half))
    const known = heads[0].length
    rows = await decoder.generate(heads, Math.min(blockSize, known + left), window)
    left -= rows[0].length - known
    yield rows.map((row) => row.slice(known))
  }
}

/** @throws RangeError for a prompt that is empty or has a character the model has never seen. */
function promptTokens(tokenizer: Tokenizer, prompt: string): Uint32Array {
  if (prompt === '') throw new RangeError('the prompt is empty; give at least one character to start from')
  const json = tokenizer.toJSON()
  if (json.kind === 'char') {
    const known = new Set(json.characters)
    const unknown = [...prompt].find((character) => !known.has(character))
    if (unknown !== undefined) {
      const code = unknown.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      throw new RangeError(
        `the prompt contains ${JSON.stringify(unknown)} (U+${code}), which is not among the ${known.size} ` +
          'characters of the text that the model was trained on; leave it out, or train with the byte tokenizer',
      )
    }
  }
  return tokenizer.encode(prompt)
}
