// A decoder-only transformer on one page: GPT-2's architecture and parameter names (Radford et al. 2019), pre-LN,
// learned positions, tanh GELU, output tied to the token embedding. B T C V: batch, time, nEmbd, vocabulary.

import type { Tensor } from '@nanoalign/kernels'
import {
  attention,
  embedding,
  gatherRows,
  layer,
  layerNorm,
  linear,
  linearLayerNorm,
  mlp,
  projectedLoss,
  softmaxLoss,
  unembed,
} from './ops.ts'
import type { ParameterSpec } from './parameters.ts'
import type { Tape } from './tape.ts'

export interface GPTConfig {
  vocabSize: number
  /** Only the first outputSize tokens are ever predicted (they share the rows of wte). Default: vocabSize. */
  outputSize?: number
  /** Longest context, in tokens. */
  blockSize: number
  nLayer: number
  nHead: number
  nEmbd: number
}

/** @throws Error naming the field that makes no model. */
export function checkConfig(config: GPTConfig): void {
  for (const name of ['vocabSize', 'blockSize', 'nLayer', 'nHead', 'nEmbd'] as const)
    if (!Number.isInteger(config[name]) || config[name] < 1)
      throw new Error(`GPTConfig: ${name} is ${config[name]} but must be a positive integer`)
  const { nEmbd, nHead, vocabSize, outputSize = vocabSize } = config
  if (nEmbd % nHead !== 0) throw new Error(`GPTConfig: nEmbd ${nEmbd} is not a multiple of nHead ${nHead}`)
  if (nEmbd / nHead > 128) throw new Error(`GPTConfig: head size ${nEmbd / nHead} is over 128; use more heads`)
  if (!Number.isInteger(outputSize) || outputSize < 1 || outputSize > vocabSize)
    throw new Error(`GPTConfig: outputSize is ${outputSize} but must be from 1 to vocabSize ${vocabSize}`)
}

/**
 * The parameters with their initialisation: embeddings N(0, 0.1²), matrices N(0, 1/fan-in), those that write to the
 * residual stream smaller by √(2·nLayer), biases 0. (GPT-2's constant 0.02 suits its width of 768 and up only.)
 */
export function gptParameters(config: GPTConfig): ParameterSpec[] {
  checkConfig(config)
  const { vocabSize, blockSize, nLayer, nEmbd: C } = config
  const residual = Math.sqrt(2 * nLayer)
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [C], init: { constant: 1 } },
    { name: `${name}.bias`, shape: [C], init: { constant: 0 } },
  ]
  const dense = (name: string, fanIn: number, fanOut: number, shrink = 1): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [fanIn, fanOut], init: { normal: 1 / Math.sqrt(fanIn) / shrink } },
    { name: `${name}.bias`, shape: [fanOut], init: { constant: 0 } },
  ]
  const block = (i: number): ParameterSpec[] => [
    ...norm(`h.${i}.ln_1`),
    ...dense(`h.${i}.attn.c_attn`, C, 3 * C),
    ...dense(`h.${i}.attn.c_proj`, C, C, residual),
    ...norm(`h.${i}.ln_2`),
    ...dense(`h.${i}.mlp.c_fc`, C, 4 * C),
    ...dense(`h.${i}.mlp.c_proj`, 4 * C, C, residual),
  ]
  return [
    { name: 'wte.weight', shape: [vocabSize, C], init: { normal: 0.1 } },
    { name: 'wpe.weight', shape: [blockSize, C], init: { normal: 0.1 } },
    ...Array.from({ length: nLayer }, (_, i) => block(i)).flat(),
    ...norm('ln_f'),
  ]
}

/**
 * One transformer block; x (B·T, C) → (B·T, C). `attend` maps the packed qkv (B·T, 3C) to (B·T, C). With `rows` (R) u32
 * only those rows go on after the attention, the last operation that looks at others: → (R, C).
 */
export function block(tape: Tape, i: number, x: Tensor, attend: (qkv: Tensor) => Tensor, rows?: Tensor): Tensor {
  const p = (name: string) => layer(tape, `h.${i}.${name}`)
  const qkv = linear(tape, layerNorm(tape, x, p('ln_1')), p('attn.c_attn')) // (B·T, 3C)
  const pick = (all: Tensor) => (rows ? gatherRows(tape, all, rows) : all)
  const { sum, normed } = linearLayerNorm(tape, pick(attend(qkv)), p('attn.c_proj'), pick(x), p('ln_2')) // sum = … + x
  return mlp(tape, normed, p('mlp.c_fc'), p('mlp.c_proj'), sum) // + sum
}

/**
 * The hidden states after the final layer norm, (B·T, C), of token ids (B·T) u32, row b after row b − 1; or of `rows`
 * (R) u32 of them alone, (R, C). first (1) u32 is the position of column 0: zero but for a decoder.
 */
export function gptHidden(
  tape: Tape,
  config: GPTConfig,
  { ids, first, rows }: { ids: Tensor; first: Tensor; rows?: Tensor },
  { B, T }: { B: number; T: number },
): Tensor {
  if (ids.size !== B * T) throw new Error(`gpt: ids has ${ids.size} elements but B·T is ${B}·${T}`)
  if (T > config.blockSize) throw new Error(`gpt: T ${T} is longer than blockSize ${config.blockSize}`)
  const wte = tape.parameter('wte.weight')
  let x = embedding(tape, { ids, wte, wpe: tape.parameter('wpe.weight'), first }, T)
  for (let i = 0; i < config.nLayer; i++) {
    const attend = (qkv: Tensor) => attention(tape, qkv, { B, T, nHead: config.nHead })
    x = block(tape, i, x, attend, i === config.nLayer - 1 ? rows : undefined)
  }
  return layerNorm(tape, x, layer(tape, 'ln_f'))
}

/** Next-token logits (N, outputSize) of hidden states (N, C), through the token embedding. */
export function gptLogits(tape: Tape, config: GPTConfig, hidden: Tensor): Tensor {
  return unembed(tape, hidden, tape.parameter('wte.weight', config.outputSize ?? config.vocabSize))
}

/** Logits from so many elements on (32 MiB) are not stored, but made and used block by block. */
const STORED = 2 ** 23

/** Cross-entropy of next tokens, (N): hidden (N, C); ids (N, K) u32, weights (N, K) as {@link softmaxLoss} takes them. */
export function gptLoss(
  tape: Tape,
  config: GPTConfig,
  hidden: Tensor,
  targets: { ids: Tensor; weights: Tensor },
  stored = STORED,
): Tensor {
  const V = config.outputSize ?? config.vocabSize
  if (hidden.shape[0] * V < stored) return softmaxLoss(tape, { logits: gptLogits(tape, config, hidden), ...targets })
  return projectedLoss(tape, { inp: hidden, table: tape.parameter('wte.weight', V), ...targets })
}

/** Multiply-adds × 2 of one training step (forward + backward) per token, attention scores included; for estimates. */
export function trainingFlopsPerToken(config: GPTConfig, T: number): number {
  const { nLayer, nEmbd: C, vocabSize, outputSize = vocabSize } = config
  return 6 * (12 * nLayer * C * C + outputSize * C + nLayer * C * T)
}
