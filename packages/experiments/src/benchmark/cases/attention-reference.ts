// Rows of one head's causal attention and of its gradients, in f64, without computing the rest.

export function headReference(qkv: Float32Array, dout: Float32Array, { T, hs }: { T: number; hs: number }) {
  const width = 3 * hs
  const dot = (a: Float32Array, i: number, b: Float32Array, j: number) => {
    let sum = 0
    for (let e = 0; e < hs; e++) sum += a[i + e] * b[j + e]
    return sum
  }
  /** the probabilities of query i */
  const softmax = (i: number) => {
    const scores = Float64Array.from(
      { length: i + 1 },
      (_, j) => dot(qkv, i * width, qkv, j * width + hs) / Math.sqrt(hs),
    )
    const highest = scores.reduce((a, b) => Math.max(a, b))
    const numerators = scores.map((s) => Math.exp(s - highest))
    const sum = numerators.reduce((a, b) => a + b)
    return numerators.map((x) => x / sum)
  }
  /** d(loss)/d(scores of query i), the factor 1/√hs included */
  const dscores = (i: number, p: Float64Array) => {
    const dp = p.map((_, j) => dot(dout, i * hs, qkv, j * width + 2 * hs))
    const delta = p.reduce((sum, pj, j) => sum + pj * dp[j], 0)
    return p.map((pj, j) => (pj * (dp[j] - delta)) / Math.sqrt(hs))
  }
  const weighted = (weights: Float64Array, column: number) => {
    const row = new Float64Array(hs)
    for (const [j, w] of weights.entries()) for (let e = 0; e < hs; e++) row[e] += w * qkv[j * width + column + e]
    return row
  }
  return {
    out: (i: number) => weighted(softmax(i), 2 * hs),
    dq: (i: number) => weighted(dscores(i, softmax(i)), hs),
    dkv(j: number) {
      const [dk, dv] = [new Float64Array(hs), new Float64Array(hs)]
      for (let i = j; i < T; i++) {
        const p = softmax(i)
        const ds = dscores(i, p)
        for (let e = 0; e < hs; e++) {
          dk[e] += ds[j] * qkv[i * width + e]
          dv[e] += p[j] * dout[i * hs + e]
        }
      }
      return { dk, dv }
    },
  }
}
