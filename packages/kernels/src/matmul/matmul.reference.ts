// The definition of matmul, in f64: out[m,n] (+)= gelu(Σ_k op(A)[m,k] · op(B)[k,n] (+ bias[n])) (· factor[m,n]) (+ residual[m,n]).

import { geluReference } from '../gelu/gelu.reference.ts'

export interface MatmulReferenceInput {
  M: number
  N: number
  K: number
  /** default 1; a and out are [batch, …], b too unless `sharedB` */
  batch?: number
  a: ArrayLike<number>
  b: ArrayLike<number>
  bias?: ArrayLike<number>
  residual?: ArrayLike<number>
  factor?: ArrayLike<number>
  gelu?: boolean
  /** A is [K, M] */
  transposeA?: boolean
  /** B is [N, K] */
  transposeB?: boolean
  sharedB?: boolean
  /** what out held before; given, the product is added to it */
  accumulate?: ArrayLike<number>
}

export function matmulReference(input: MatmulReferenceInput): Float64Array {
  const { M, N, K, batch = 1, a, b, bias, residual, factor, gelu, transposeA, transposeB, sharedB, accumulate } = input
  const out = new Float64Array(batch * M * N)
  for (let z = 0; z < batch; z++) {
    const a0 = z * M * K
    const b0 = sharedB ? 0 : z * K * N
    for (let m = 0; m < M; m++) {
      for (let n = 0; n < N; n++) {
        const i = (z * M + m) * N + n
        let sum = 0
        for (let k = 0; k < K; k++)
          sum += a[a0 + (transposeA ? k * M + m : m * K + k)] * b[b0 + (transposeB ? n * K + k : k * N + n)]
        if (bias) sum += bias[n]
        if (gelu) sum = geluReference(sum)
        if (factor) sum *= factor[i]
        if (residual) sum += residual[i]
        if (accumulate) sum += accumulate[i]
        out[i] = sum
      }
    }
  }
  return out
}
