// The definition of layer normalisation, in f64. Shapes as in layer-norm.ts.

export function layerNormForwardReference(
  inp: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  { N, C, eps = 1e-5 }: { N: number; C: number; eps?: number },
) {
  const out = new Float64Array(N * C)
  const mean = new Float64Array(N)
  const rstd = new Float64Array(N)
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) mean[n] += inp[n * C + c] / C
    let variance = 0
    for (let c = 0; c < C; c++) variance += (inp[n * C + c] - mean[n]) ** 2 / C
    rstd[n] = 1 / Math.sqrt(variance + eps)
    for (let c = 0; c < C; c++) out[n * C + c] = (inp[n * C + c] - mean[n]) * rstd[n] * weight[c] + bias[c]
  }
  return { out, mean, rstd }
}

export function layerNormBackwardReference(
  inp: ArrayLike<number>,
  weight: ArrayLike<number>,
  dout: ArrayLike<number>,
  { N, C, eps = 1e-5 }: { N: number; C: number; eps?: number },
) {
  const { mean, rstd } = layerNormForwardReference(inp, weight, new Float64Array(C), { N, C, eps })
  const dinp = new Float64Array(N * C)
  const dweight = new Float64Array(C)
  const dbias = new Float64Array(C)
  for (let n = 0; n < N; n++) {
    const xHat = (c: number) => (inp[n * C + c] - mean[n]) * rstd[n]
    let gMean = 0
    let gxMean = 0
    for (let c = 0; c < C; c++) {
      const g = dout[n * C + c] * weight[c]
      gMean += g / C
      gxMean += (g * xHat(c)) / C
      dweight[c] += dout[n * C + c] * xHat(c)
      dbias[c] += dout[n * C + c]
    }
    for (let c = 0; c < C; c++) dinp[n * C + c] = rstd[n] * (dout[n * C + c] * weight[c] - gMean - xHat(c) * gxMean)
  }
  return { dinp, dweight, dbias }
}
