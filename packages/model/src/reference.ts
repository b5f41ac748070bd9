// The same GPT in plain f64 TypeScript, forward and loss: what gpt.ts must compute. Slow; for tests.

import type { GPTConfig } from './gpt.ts'
import type { ParameterValues } from './parameters.ts'

type Values = Record<string, ArrayLike<number>> | ParameterValues

const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))

function norm(x: Float64Array, weight: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  const mean = x.reduce((a, b) => a + b) / x.length
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length
  return x.map((v, c) => ((v - mean) / Math.sqrt(variance + 1e-5)) * weight[c] + bias[c])
}

function dense(x: Float64Array, weight: ArrayLike<number>, bias: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(bias)
  for (let k = 0; k < x.length; k++) for (let m = 0; m < out.length; m++) out[m] += x[k] * weight[k * out.length + m]
  return out
}

/** Logits (B, T, outputSize) of ids (B·T), flat. */
export function gptLogitsReference(config: GPTConfig, p: Values, ids: ArrayLike<number>, T: number): Float64Array {
  const { nLayer, nHead, nEmbd: C, vocabSize, outputSize = vocabSize } = config
  const hs = C / nHead
  const logits = new Float64Array(ids.length * outputSize)
  for (let start = 0; start < ids.length; start += T) {
    let x = Array.from({ length: T }, (_, t) =>
      Float64Array.from({ length: C }, (_, c) => p['wte.weight'][ids[start + t] * C + c] + p['wpe.weight'][t * C + c]),
    )
    for (let i = 0; i < nLayer; i++) {
      const h = (name: string) => p[`h.${i}.${name}`]
      const qkv = x.map((row) =>
        dense(norm(row, h('ln_1.weight'), h('ln_1.bias')), h('attn.c_attn.weight'), h('attn.c_attn.bias')),
      )
      x = x.map((row, t) => {
        const attended = new Float64Array(C)
        for (let head = 0; head < nHead; head++) {
          const at = head * hs
          const scores = Array.from({ length: t + 1 }, (_, s) => {
            let score = 0
            for (let d = 0; d < hs; d++) score += qkv[t][at + d] * qkv[s][C + at + d]
            return score / Math.sqrt(hs)
          })
          const highest = Math.max(...scores)
          const weights = scores.map((score) => Math.exp(score - highest))
          const total = weights.reduce((a, b) => a + b)
          for (let s = 0; s <= t; s++)
            for (let d = 0; d < hs; d++) attended[at + d] += (weights[s] / total) * qkv[s][2 * C + at + d]
        }
        const projected = dense(attended, h('attn.c_proj.weight'), h('attn.c_proj.bias'))
        return row.map((v, c) => v + projected[c])
      })
      x = x.map((row) => {
        const hidden = dense(norm(row, h('ln_2.weight'), h('ln_2.bias')), h('mlp.c_fc.weight'), h('mlp.c_fc.bias'))
        const projected = dense(hidden.map(gelu), h('mlp.c_proj.weight'), h('mlp.c_proj.bias'))
        return row.map((v, c) => v + projected[c])
      })
    }
    x.forEach((row, t) => {
      const last = norm(row, p['ln_f.weight'], p['ln_f.bias'])
      for (let v = 0; v < outputSize; v++)
        for (let c = 0; c < C; c++) logits[(start + t) * outputSize + v] += last[c] * p['wte.weight'][v * C + c]
    })
  }
  return logits
}

/** −Σₙ weights[n]·log softmax(logits[n])[targets[n]], logits (N, V). */
export function crossEntropyReference(
  logits: Float64Array,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): number {
  const V = logits.length / targets.length
  let loss = 0
  for (let n = 0; n < targets.length; n++) {
    const row = logits.subarray(n * V, (n + 1) * V)
    const highest = Math.max(...row)
    const lse = highest + Math.log(row.reduce((total, z) => total + Math.exp(z - highest), 0))
    loss += weights[n] * (lse - row[targets[n]])
  }
  return loss
}
