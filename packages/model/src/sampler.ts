// Many completions at once: the prompts go through the model in one pass that fills the key-value cache, then every
// row moves one token per step. All prompts have one length.

import {
  appendTokens,
  attentionDecode,
  attentionForward,
  createTensor,
  destroyTensor,
  FREE,
  type Gpu,
  Program,
  read,
  sample,
  storeKeysValues,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import { block, type GPTConfig, gptLogits } from './gpt.ts'
import { embedding, layer, layerNorm } from './ops.ts'
import type { Parameters } from './parameters.ts'
import { Tape } from './tape.ts'

export interface SamplerOptions {
  /** rows sampled side by side */
  rows: number
  /** tokens of every prompt, and of prompt and completion together at most (≤ blockSize) */
  promptLength: number
  length: number
  /** a completion ends with it */
  endToken: number
  /** 0 takes the most likely token each time */
  temperature: number
  seed: number
}

/** A completion, end token included. */
export interface Sample {
  tokens: Uint32Array
  /** false: it was cut off at the longest length */
  ended: boolean
}

export interface Sampler {
  /**
   * One completion of each prompt, in the same order; any number of prompts. `stream` (< 2¹⁶) separates the noise of
   * several calls. `forced[i]` dictates tokens of completion i by their place, counted from the prompt's end.
   * It reads the parameters as they are at the call.
   */
  sample(
    prompts: readonly Uint32Array[],
    options?: { stream?: number; forced?: readonly ReadonlyMap<number, number>[] },
  ): Promise<Sample[]>
  destroy(): void
}

/** Batches that one stream of noise is enough for. */
const BATCHES = 512

export async function createSampler(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  { rows: B, promptLength: P, length: T, endToken, temperature, seed }: SamplerOptions,
): Promise<Sampler> {
  const { nLayer, nHead, nEmbd: C, blockSize } = config
  if (!(P >= 1 && P < T && T <= blockSize))
    throw new Error(`createSampler: promptLength ${P} and length ${T} must be 1 ≤ promptLength < length ≤ ${blockSize}`)
  const owned: Tensor[] = []
  const make = (shape: number[], dtype: 'f32' | 'u32', label: string) => {
    const tensor = createTensor(gpu, shape, dtype, label)
    owned.push(tensor)
    return tensor
  }
  const promptIds = make([B * P], 'u32', 'prompt-ids')
  const last = make([B], 'u32', 'last-rows')
  const zero = make([1], 'u32', 'zero')
  const ids = make([B], 'u32', 'ids')
  const tokens = make([B, T], 'u32', 'tokens')
  const forced = make([B, T], 'u32', 'forced')
  const noise = make([1], 'u32', 'noise')
  const position = make([1], 'u32', 'position')
  const next = make([1], 'u32', 'next')
  const caches = Array.from({ length: nLayer }, (_, i) => ({
    keys: make([B, nHead, T, C / nHead], 'f32', `h.${i}.keys`),
    values: make([B, nHead, T, C / nHead], 'f32', `h.${i}.values`),
  }))
  write(
    gpu,
    last,
    Uint32Array.from({ length: B }, (_, b) => b * P + P - 1),
  )

  /** Hidden states → one more token per row. */
  const finish = (tape: Tape, x: Tensor) => {
    const { program } = tape
    const hidden = layerNorm(tape, x, layer(tape, 'ln_f'))
    const logits = gptLogits(tape, config, hidden)
    const sampled = program.tensor([B], 'sampled', 'u32')
    sample(program, { logits, position: noise, ids: sampled }, { temperature, topK: 0, seed, stream: 0 })
    appendTokens(program, { sampled, forced, next, tokens, ids })
  }
  const embed = (tape: Tape, which: Tensor, first: Tensor, length: number) =>
    embedding(tape, { ids: which, wte: tape.parameter('wte.weight'), wpe: tape.parameter('wpe.weight'), first }, length)

  const prefill = new Program(gpu, 'prefill')
  const prefillTape = new Tape(prefill, parameters, { training: false })
  let x = embed(prefillTape, promptIds, zero, P) // (B·P, C)
  caches.forEach((cache, i) => {
    const attend = (qkv: Tensor) => {
      storeKeysValues(prefill, { qkv, ...cache }, { B, T: P, nHead })
      const out = prefill.tensor([B * P, C], 'attention')
      attentionForward(prefill, { qkv, out, lse: prefill.tensor([B * nHead, P], 'log-sum-exp') }, { B, T: P, nHead })
      return out
    }
    x = block(prefillTape, i, x, attend, i === nLayer - 1 ? last : undefined)
  })
  finish(prefillTape, x)
  await prefill.build()

  const step = new Program(gpu, 'decode')
  const stepTape = new Tape(step, parameters, { training: false })
  let y = embed(stepTape, ids, position, 1) // (B, C)
  caches.forEach((cache, i) => {
    y = block(stepTape, i, y, (qkv) => {
      const out = step.tensor([B, C], 'attention')
      attentionDecode(step, { qkv, ...cache, out, position }, { B, nHead, blockSize: T })
      return out
    })
  })
  finish(stepTape, y)
  await step.build()

  const batch = async (
    prompts: readonly Uint32Array[],
    counter: number,
    places: readonly (ReadonlyMap<number, number> | undefined)[],
  ): Promise<Sample[]> => {
    const input = new Uint32Array(B * P)
    const dictated = new Uint32Array(B * T).fill(FREE)
    for (let b = 0; b < B; b++) {
      input.set(prompts[Math.min(b, prompts.length - 1)], b * P)
      for (const [place, token] of places[b] ?? []) dictated[b * T + P + place] = token
    }
    write(gpu, promptIds, input)
    write(gpu, forced, dictated)
    for (let t = P - 1; t < T - 1; t++) {
      write(gpu, noise, Uint32Array.of(counter * T + t))
      write(gpu, position, Uint32Array.of(t))
      write(gpu, next, Uint32Array.of(t + 1))
      ;(t === P - 1 ? prefill : step).submit()
    }
    const all = (await read(gpu, tokens)) as Uint32Array
    return prompts.map((_, b) => {
      const row = all.slice(b * T + P, (b + 1) * T)
      const end = row.indexOf(endToken)
      return { tokens: end < 0 ? row : row.slice(0, end + 1), ended: end >= 0 }
    })
  }

  return {
    async sample(prompts, { stream = 0, forced: places } = {}) {
      checkPrompts(config, prompts, P)
      if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 16)
        throw new Error(`sample: stream is ${stream} but must be an integer from 0 to 65535`)
      if (places && places.length !== prompts.length)
        throw new Error(`sample: forced has ${places.length} entries but there are ${prompts.length} prompts`)
      if (prompts.length > BATCHES * B)
        throw new Error(`sample: ${prompts.length} prompts are more than ${BATCHES} batches of ${B} rows`)
      const samples: Sample[] = []
      for (let from = 0, i = 0; from < prompts.length; from += B, i++)
        samples.push(
          ...(await batch(prompts.slice(from, from + B), stream * BATCHES + i, places?.slice(from, from + B) ?? [])),
        )
      return samples
    },
    destroy() {
      prefill.destroy()
      step.destroy()
      owned.forEach(destroyTensor)
    },
  }
}

function checkPrompts({ vocabSize }: GPTConfig, prompts: readonly Uint32Array[], P: number): void {
  prompts.forEach((prompt, i) => {
    if (prompt.length !== P) throw new Error(`sample: prompt ${i} has ${prompt.length} tokens but must have ${P}`)
    const bad = prompt.findIndex((id) => id >= vocabSize)
    if (bad >= 0) throw new Error(`sample: prompt ${i} has token ${prompt[bad]}, beyond vocabSize ${vocabSize}`)
  })
}
