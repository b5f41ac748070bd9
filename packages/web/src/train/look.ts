// A GPT's forward pass in plain TypeScript that keeps what the kernels never write to memory: the attention weights.
// One prompt at a time; the kernels' own attention forgets its weights as it goes (flash attention).

import type { GPTConfig, ModelFile } from '@nanoalign/model'

export interface Look {
  /** (V): probabilities of what follows the last token */
  next: Float64Array
  /** [layer][head] (T·T), row t: weights of the positions up to t */
  maps: Float32Array[][]
}

type Rows = Float64Array[]
type Weights = ArrayLike<number>

export function look({ config, values }: ModelFile, ids: ArrayLike<number>): Look {
  const { nLayer, nEmbd: C } = config
  const T = ids.length
  let x: Rows = Array.from({ length: T }, (_, t) =>
    Float64Array.from({ length: C }, (_, c) => values['wte.weight'][ids[t] * C + c] + values['wpe.weight'][t * C + c]),
  )
  const maps: Float32Array[][] = []
  for (let i = 0; i < nLayer; i++) {
    const p = (name: string) => values[`h.${i}.${name}`]
    const normed = x.map((row) => norm(row, p('ln_1.weight'), p('ln_1.bias')))
    const qkv = normed.map((row) => dense(row, p('attn.c_attn.weight'), p('attn.c_attn.bias')))
    const { out, weights } = attend(qkv, config)
    maps.push(weights)
    x = addRows(
      x,
      out.map((row) => dense(row, p('attn.c_proj.weight'), p('attn.c_proj.bias'))),
    )
    const hidden = x.map((row) => {
      const up = dense(norm(row, p('ln_2.weight'), p('ln_2.bias')), p('mlp.c_fc.weight'), p('mlp.c_fc.bias'))
      return up.map((v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))))
    })
    x = addRows(
      x,
      hidden.map((row) => dense(row, p('mlp.c_proj.weight'), p('mlp.c_proj.bias'))),
    )
  }
  const last = norm(x[T - 1], values['ln_f.weight'], values['ln_f.bias'])
  const { vocabSize, outputSize = vocabSize } = config
  const logits = Float64Array.from({ length: outputSize }, (_, v) =>
    last.reduce((total, value, c) => total + value * values['wte.weight'][v * C + c], 0),
  )
  return { next: softmax(logits), maps }
}

/** Causal attention of packed queries, keys and values (T, 3C) → (T, C), with each head's weights. */
function attend(qkv: Rows, { nHead, nEmbd: C }: GPTConfig): { out: Rows; weights: Float32Array[] } {
  const T = qkv.length
  const hs = C / nHead
  const weights = Array.from({ length: nHead }, () => new Float32Array(T * T))
  const out = qkv.map((row, t) => {
    const attended = new Float64Array(C)
    for (let head = 0; head < nHead; head++) {
      const at = head * hs
      const scores = Float64Array.from({ length: t + 1 }, (_, s) => {
        let score = 0
        for (let d = 0; d < hs; d++) score += row[at + d] * qkv[s][C + at + d]
        return score / Math.sqrt(hs)
      })
      softmax(scores).forEach((weight, s) => {
        weights[head][t * T + s] = weight
        for (let d = 0; d < hs; d++) attended[at + d] += weight * qkv[s][2 * C + at + d]
      })
    }
    return attended
  })
  return { out, weights }
}

function norm(x: Float64Array, weight: Weights, bias: Weights): Float64Array {
  const mean = x.reduce((a, b) => a + b) / x.length
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length
  return x.map((v, c) => ((v - mean) / Math.sqrt(variance + 1e-5)) * weight[c] + bias[c])
}

function dense(x: Float64Array, weight: Weights, bias: Weights): Float64Array {
  const out = Float64Array.from(bias)
  for (let k = 0; k < x.length; k++) for (let m = 0; m < out.length; m++) out[m] += x[k] * weight[k * out.length + m]
  return out
}

function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - highest))
  const total = shares.reduce((a, b) => a + b)
  return shares.map((share) => share / total)
}

const addRows = (a: Rows, b: Rows) => a.map((row, t) => row.map((v, c) => v + b[t][c]))
