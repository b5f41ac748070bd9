// Products of matrices.

import { geluDerivativeReference } from '../gelu/gelu.reference.ts'
import { unpackHalves } from '../half/half.reference.ts'
import { packHalf } from '../half/half.ts'
import { matmulReference } from '../matmul/matmul.reference.ts'
import { matmul } from '../matmul/matmul.ts'
import { transpose } from '../matmul/transpose.ts'
import type { TensorData } from '../tensor.ts'
import { type Bench, type Check, largestError, type SelfTestCase } from './bench.ts'

export const productCases: SelfTestCase[] = [
  ...[
    { M: 37, N: 41, K: 53 },
    { M: 64, N: 96, K: 40 },
    { M: 1, N: 7, K: 13 },
  ].map((size) => ({
    shape: `M ${size.M}, N ${size.N}, K ${size.K}`,
    record: (bench: Bench) => matmulChecks(bench, size),
  })),
  { shape: '2 × (19, 33)', record: transposeCheck },
  { shape: 'M 20, N 36, K 24', record: tileChecks },
  { shape: 'M 20, N 36, K 24', record: halfChecks },
  { shape: 'M 21, N 36, K 24', record: geluChecks },
]

function matmulChecks(bench: Bench, { M, N, K }: { M: number; N: number; K: number }): Check[] {
  return (['A·B', 'Aᵀ·B', 'A·Bᵀ'] as const).map((form) => {
    const [transposeA, transposeB] = [form === 'Aᵀ·B', form === 'A·Bᵀ']
    const a = bench.noise(2, ...(transposeA ? [K, M] : [M, K]))
    const b = bench.noise(2, ...(transposeB ? [N, K] : [K, N]))
    const [bias, residual, before] = [bench.noise(N), bench.noise(2, M, N), bench.noise(2, M, N)]
    const out = before.tensor
    const inputs = { a: a.tensor, b: b.tensor, bias: bias.tensor, residual: residual.tensor }
    matmul(bench.program, { ...inputs, out }, { transposeA, transposeB, accumulate: true })
    const data = { a: a.data, b: b.data, bias: bias.data, residual: residual.data, accumulate: before.data }
    return {
      kernel: `matmul ${form}`,
      got: out,
      want: matmulReference({ M, N, K, batch: 2, ...data, transposeA, transposeB }),
    }
  })
}

function transposeCheck(bench: Bench): Check[] {
  const [batch, R, C] = [2, 19, 33]
  const inp = bench.noise(batch, R, C)
  const out = bench.out(batch, C, R)
  transpose(bench.program, { inp: inp.tensor, out })
  const want = new Float32Array(batch * R * C)
  for (let z = 0; z < batch; z++)
    for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) want[(z * C + c) * R + r] = inp.data[(z * R + r) * C + c]
  return [{ kernel: 'transpose', got: out, want, tolerance: 0 }]
}

/** The members of the matmul family that are not the default here, but that a tuning may choose. */
function tileChecks(bench: Bench): Check[] {
  const [M, N, K] = [20, 36, 24]
  const [a, b] = [bench.noise(M, K), bench.noise(K, N)]
  const want = matmulReference({ M, N, K, a: a.data, b: b.data })
  return (['register', 'workgroup'] as const).map((kernel) => {
    const out = bench.out(M, N)
    const variant = { kernel, rows: 4, groups: 1, lanes: [8, 8] as const }
    matmul(bench.program, { a: a.tensor, b: b.tensor, out }, { variant })
    return { kernel: `matmul, ${kernel} tile`, got: out, want }
  })
}

function halfChecks(bench: Bench): Check[] {
  const [M, N, K] = [20, 36, 24]
  const [a, b] = [bench.noise(M, K), bench.noise(K, N)]
  const [halves, out] = [bench.program.tensor([K, N / 2], 'halves', 'f16x2'), bench.out(M, N)]
  packHalf(bench.program, { inp: b.tensor, out: halves })
  matmul(bench.program, { a: a.tensor, b: halves, out })
  // a half differs from its number by up to 2⁻¹⁰ of it
  const words = (got: TensorData) => largestError(unpackHalves(got), b.data)
  const want = matmulReference({ M, N, K, a: a.data, b: b.data })
  return [
    { kernel: 'pack half', got: halves, want: [], error: words, tolerance: 2e-3 },
    { kernel: 'matmul, B in halves', got: out, want, tolerance: 2e-2 },
  ]
}

/** GELU in a product's epilogue, and its derivative as the factor of the next. */
function geluChecks(bench: Bench): Check[] {
  const [M, N, K] = [21, 36, 24]
  const [a, b, bias, dout] = [bench.noise(M, K), bench.noise(K, N), bench.noise(N), bench.noise(M, K)]
  const [out, slope, dpre] = [bench.out(M, N), bench.out(M, N), bench.out(M, N)]
  matmul(bench.program, { a: a.tensor, b: b.tensor, bias: bias.tensor, out, slope }, { gelu: true })
  matmul(bench.program, { a: dout.tensor, b: b.tensor, out: dpre, factor: slope })
  const layer = { M, N, K, b: b.data }
  const slopes = matmulReference({ ...layer, a: a.data, bias: bias.data }).map(geluDerivativeReference)
  return [
    {
      kernel: 'matmul with gelu',
      got: out,
      want: matmulReference({ ...layer, a: a.data, bias: bias.data, gelu: true }),
    },
    {
      kernel: 'matmul by the slope of gelu',
      got: dpre,
      want: matmulReference({ ...layer, a: dout.data, factor: slopes }),
    },
  ]
}
