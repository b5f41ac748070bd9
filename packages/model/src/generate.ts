// Batch generation with a key-value cache. Every row of the batch moves one position per step; the prompt's tokens are
// fed the same way, so prompts of different lengths need no padding. All bookkeeping stays on the GPU: one submit per
// position, and only the finished token ids come back.

import {
  advance,
  attentionDecode,
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  read,
  sample,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import { block, type GPTConfig, gptLogits } from './gpt.ts'
import { embedding, layer, layerNorm } from './ops.ts'
import type { Parameters } from './parameters.ts'
import { Tape } from './tape.ts'

export interface GenerateOptions {
  /** 0 takes the most likely token each time. Default 1. */
  temperature?: number
  /** Only the k most likely tokens are eligible; 0 = all. Default 0. */
  topK?: number
  /** Default 0. */
  seed?: number
}

/** A decoder for batches of B rows; build once, use for many batches. */
export interface Decoder {
  /**
   * Continues each prompt (1 to `length` tokens, ids < vocabSize) up to `length` tokens in all, length ≤ blockSize.
   * Returns B arrays of `length` tokens, prompts included. `stream` separates the noise of several calls.
   */
  generate(prompts: readonly Uint32Array[], length: number, stream?: number): Promise<Uint32Array[]>
  destroy(): void
}

export async function createDecoder(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  B: number,
  { temperature = 1, topK = 0, seed = 0 }: GenerateOptions = {},
): Promise<Decoder> {
  const { nLayer, nHead, nEmbd, blockSize } = config
  const owned: Tensor[] = []
  const make = (shape: number[], dtype: 'f32' | 'u32', label: string) => {
    const tensor = createTensor(gpu, shape, dtype, label)
    owned.push(tensor)
    return tensor
  }
  const ids = make([B], 'u32', 'ids')
  const position = make([1], 'u32', 'position')
  const promptLengths = make([B], 'u32', 'prompt-lengths')
  const tokens = make([B, blockSize], 'u32', 'tokens')
  const noise = make([1], 'u32', 'noise-counter')

  const program = new Program(gpu, 'decode')
  const tape = new Tape(program, parameters, { training: false })
  const wte = tape.parameter('wte.weight')
  let x = embedding(tape, { ids, wte, wpe: tape.parameter('wpe.weight'), first: position }, 1) // (B, C)
  for (let i = 0; i < nLayer; i++) {
    const cache = [B, nHead, blockSize, nEmbd / nHead]
    const [keys, values] = [make(cache, 'f32', `h.${i}.keys`), make(cache, 'f32', `h.${i}.values`)]
    x = block(tape, i, x, (qkv) => {
      const out = program.tensor([B, nEmbd], 'attention')
      attentionDecode(program, { qkv, keys, values, out, position }, { B, nHead, blockSize })
      return out
    })
  }
  const hidden = layerNorm(tape, x, layer(tape, 'ln_f'))
  const logits = gptLogits(tape, config, hidden)
  const sampled = program.tensor([B], 'sampled', 'u32')
  sample(program, { logits, position: noise, ids: sampled }, { temperature, topK, seed, stream: 0 })
  advance(program, { sampled, promptLengths, position, tokens, ids })
  await program.build()

  return {
    async generate(prompts, length, stream = 0) {
      checkPrompts(config, B, prompts, length)
      const start = new Uint32Array(B * blockSize)
      prompts.forEach((prompt, b) => {
        start.set(prompt, b * blockSize)
      })
      write(gpu, tokens, start)
      write(
        gpu,
        ids,
        Uint32Array.from(prompts, (prompt) => prompt[0]),
      )
      write(
        gpu,
        promptLengths,
        Uint32Array.from(prompts, (prompt) => prompt.length),
      )
      for (let t = 0; t + 1 < length; t++) {
        write(gpu, position, new Uint32Array([t]))
        write(gpu, noise, new Uint32Array([stream * blockSize + t]))
        program.submit()
        // keep the queue short, so that a lost device or an abort is noticed soon
        if (t % 64 === 63) await gpu.device.queue.onSubmittedWorkDone()
      }
      const all = await read(gpu, tokens)
      return prompts.map((_, b) => (all as Uint32Array).slice(b * blockSize, b * blockSize + length))
    },
    destroy() {
      program.destroy()
      owned.forEach(destroyTensor)
    },
  }
}

function checkPrompts(config: GPTConfig, B: number, prompts: readonly Uint32Array[], length: number): void {
  if (prompts.length !== B) throw new Error(`generate: got ${prompts.length} prompts but the decoder was made for ${B}`)
  if (!Number.isInteger(length) || length < 1 || length > config.blockSize)
    throw new Error(`generate: length is ${length} but must be from 1 to blockSize ${config.blockSize}`)
  prompts.forEach((prompt, b) => {
    if (prompt.length < 1 || prompt.length > length)
      throw new Error(`generate: prompt ${b} has ${prompt.length} tokens but must have 1 to ${length}`)
    const bad = prompt.findIndex((id) => id >= config.vocabSize)
    if (bad >= 0)
      throw new Error(`generate: prompt ${b} has token ${prompt[bad]}, beyond vocabSize ${config.vocabSize}`)
  })
}
