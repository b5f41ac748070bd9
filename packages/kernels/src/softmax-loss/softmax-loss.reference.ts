// The definition of softmax-loss, in f64. Shapes as in softmax-loss.ts.

export function softmaxLossReference(
  logits: ArrayLike<number>,
  ids: ArrayLike<number>,
  weights: ArrayLike<number>,
  { N, V, K }: { N: number; V: number; K: number },
) {
  const losses = new Float64Array(N)
  const dlogits = new Float64Array(N * V)
  for (let n = 0; n < N; n++) {
    let highest = -Infinity
    for (let v = 0; v < V; v++) highest = Math.max(highest, logits[n * V + v])
    let z = 0
    for (let v = 0; v < V; v++) z += Math.exp(logits[n * V + v] - highest)
    const lse = highest + Math.log(z)
    let weight = 0
    for (let k = 0; k < K; k++) {
      const w = weights[n * K + k]
      if (w === 0) continue
      weight += w
      losses[n] += w * (lse - logits[n * V + ids[n * K + k]])
      dlogits[n * V + ids[n * K + k]] -= w
    }
    for (let v = 0; v < V; v++) dlogits[n * V + v] += weight * Math.exp(logits[n * V + v] - lse)
  }
  return { losses, dlogits }
}
