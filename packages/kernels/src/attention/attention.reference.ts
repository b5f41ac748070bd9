// Causal self-attention in plain f64 loops, forward and backward: the definition of the op.

import type { AttentionDims } from './attention-forward.ts'

/** out (B·T, C) and lse (B·nHead, T), in base 2, from qkv (B·T, 3·C). */
export function attentionForwardReference(
  qkv: ArrayLike<number>,
  { B, T, nHead }: AttentionDims,
): { out: Float64Array; lse: Float64Array } {
  const C = qkv.length / (B * T * 3)
  const hs = C / nHead
  const out = new Float64Array(B * T * C)
  const lse = new Float64Array(B * nHead * T)
  for (let b = 0; b < B; b++)
    for (let h = 0; h < nHead; h++)
      for (let i = 0; i < T; i++) {
        const scores = scoresOf(qkv, b * T, i, h * hs, C, hs)
        const max = Math.max(...scores)
        const sum = scores.reduce((total, s) => total + Math.exp(s - max), 0)
        lse[(b * nHead + h) * T + i] = (max + Math.log(sum)) / Math.LN2
        for (let j = 0; j <= i; j++) {
          const p = Math.exp(scores[j] - max) / sum
          for (let e = 0; e < hs; e++)
            out[(b * T + i) * C + h * hs + e] += p * qkv[(b * T + j) * 3 * C + 2 * C + h * hs + e]
        }
      }
  return { out, lse }
}

/** dqkv (B·T, 3·C) from qkv and dout (B·T, C). */
export function attentionBackwardReference(
  qkv: ArrayLike<number>,
  dout: ArrayLike<number>,
  { B, T, nHead }: AttentionDims,
): Float64Array {
  const C = qkv.length / (B * T * 3)
  const hs = C / nHead
  const scale = 1 / Math.sqrt(hs)
  const dqkv = new Float64Array(B * T * 3 * C)
  for (let b = 0; b < B; b++)
    for (let h = 0; h < nHead; h++)
      for (let i = 0; i < T; i++) {
        const scores = scoresOf(qkv, b * T, i, h * hs, C, hs)
        const max = Math.max(...scores)
        const numerators = scores.map((s) => Math.exp(s - max))
        const sum = numerators.reduce((a, x) => a + x, 0)
        const p = numerators.map((x) => x / sum)
        const qi = (b * T + i) * 3 * C + h * hs
        const oi = (b * T + i) * C + h * hs
        // out_i = Σ_j p_j v_j
        const dp = p.map((pj, j) => {
          const vj = (b * T + j) * 3 * C + 2 * C + h * hs
          let sum = 0
          for (let e = 0; e < hs; e++) {
            sum += dout[oi + e] * qkv[vj + e]
            dqkv[vj + e] += pj * dout[oi + e]
          }
          return sum
        })
        // p = softmax(scores)
        const delta = p.reduce((total, pj, j) => total + pj * dp[j], 0)
        p.forEach((pj, j) => {
          const ds = pj * (dp[j] - delta)
          const kj = (b * T + j) * 3 * C + C + h * hs
          for (let e = 0; e < hs; e++) {
            dqkv[qi + e] += ds * scale * qkv[kj + e]
            dqkv[kj + e] += ds * scale * qkv[qi + e]
          }
        })
      }
  return dqkv
}

// q_i·k_j / √hs for j = 0..i, of the head whose columns start at `column`
function scoresOf(qkv: ArrayLike<number>, token: number, i: number, column: number, C: number, hs: number): number[] {
  const q = (token + i) * 3 * C + column
  return Array.from({ length: i + 1 }, (_, j) => {
    const k = (token + j) * 3 * C + C + column
    let sum = 0
    for (let e = 0; e < hs; e++) sum += qkv[q + e] * qkv[k + e]
    return sum / Math.sqrt(hs)
  })
}
