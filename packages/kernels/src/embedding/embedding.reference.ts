// The definition of the embedding and its gradients, in f64. Shapes as in embedding.ts.

export function embeddingForwardReference(
  ids: ArrayLike<number>,
  table: ArrayLike<number>,
  positions: ArrayLike<number> | undefined,
  { C, T, first = 0 }: { C: number; T: number; first?: number },
): Float64Array {
  const out = new Float64Array(ids.length * C)
  for (let n = 0; n < ids.length; n++)
    for (let c = 0; c < C; c++)
      out[n * C + c] = table[ids[n] * C + c] + (positions ? positions[((n % T) + first) * C + c] : 0)
  return out
}

export function embeddingBackwardReference(
  ids: ArrayLike<number>,
  dout: ArrayLike<number>,
  { rows, C, T }: { rows: number; C: number; T: number },
) {
  const dtable = new Float64Array(rows * C)
  const dpositions = new Float64Array(T * C)
  for (let n = 0; n < ids.length; n++)
    for (let c = 0; c < C; c++) {
      dtable[ids[n] * C + c] += dout[n * C + c]
      dpositions[(n % T) * C + c] += dout[n * C + c]
    }
  return { dtable, dpositions }
}
