// Matmul in its three forms, square and in the shapes that training a GPT has.

import { matmul, Random, readFloats } from '@nanoalign/kernels'
import { type Case, noise, programSubject, worstError } from '../subject.ts'

/** nn: A·B, a forward; nt: A·Bᵀ, the gradient of an input; tn: Aᵀ·B, the gradient of a weight */
export type MatmulForm = 'nn' | 'nt' | 'tn'

export interface MatmulShape {
  form: MatmulForm
  M: number
  N: number
  K: number
}

const FORMS: MatmulForm[] = ['nn', 'nt', 'tn']
const NAME = { nn: 'A·B', nt: 'A·Bᵀ', tn: 'Aᵀ·B' }

export function matmulCases(quick: boolean): Case[] {
  const square = (quick ? [128, 512] : [128, 256, 512, 1024]).flatMap((n) =>
    FORMS.map((form): MatmulShape => ({ form, M: n, N: n, K: n })),
  )
  // tokens × width: C → 3C, C → 4C forward; their input gradients; their weight gradients
  const gpt = (
    quick
      ? [[2048, 128]]
      : [
          [1024, 64],
          [2048, 128],
          [2048, 256],
        ]
  ).flatMap(([rows, C]): MatmulShape[] => [
    { form: 'nn', M: rows, N: 3 * C, K: C },
    { form: 'nn', M: rows, N: C, K: 4 * C },
    { form: 'nt', M: rows, N: C, K: 4 * C },
    { form: 'tn', M: C, N: 4 * C, K: rows },
  ])
  return [...square, ...gpt].map(matmulCase)
}

export function matmulCase({ form, M, N, K }: MatmulShape): Case {
  return {
    id: `matmul/${form}/${M}x${N}x${K}`,
    group: 'matmul',
    label: `${NAME[form]} ${M}×${N}×${K}`,
    flops: 2 * M * N * K,
    bytes: 4 * (M * K + K * N + M * N),
    bound: 'multiply-add',
    open: (gpu) =>
      programSubject(gpu, (program, put) => {
        const [a, b] = [noise(M * K, 1), noise(K * N, 2)]
        const out = program.keep(program.tensor([M, N], 'product'))
        const tensors = {
          a: put(a, ...(form === 'tn' ? [K, M] : [M, K])),
          b: put(b, ...(form === 'nt' ? [N, K] : [K, N])),
          out,
        }
        matmul(program, tensors, { transposeA: form === 'tn', transposeB: form === 'nt' })
        return async () => {
          const got = await readFloats(gpu, out)
          const cells = sampledCells(M, N)
          const pairs = cells.map(([m, n]) => [got[m * N + n], entry({ form, M, N, K }, a, b, m, n)] as const)
          // as docs/numerics.md derives it
          const error = worstError(pairs, { atol: 5 * 2 ** -24 * (K / Math.SQRT2 + 4), rtol: 2 ** -22 })
          return { error, compared: `${cells.length} of ${M * N} entries with f64` }
        }
      }),
  }
}

/** The corners and 250 cells drawn at random. */
export function sampledCells(M: number, N: number): [m: number, n: number][] {
  const random = new Random(1, 'cells')
  const corners: [number, number][] = [
    [0, 0],
    [0, N - 1],
    [M - 1, 0],
    [M - 1, N - 1],
  ]
  const drawn = Array.from({ length: 250 }, (): [number, number] => [random.integer(M), random.integer(N)])
  return [...corners, ...drawn]
}

/** One entry of the product, in f64. */
export function entry({ form, M, N, K }: MatmulShape, a: Float32Array, b: Float32Array, m: number, n: number): number {
  let sum = 0
  for (let k = 0; k < K; k++) sum += a[form === 'tn' ? k * M + m : m * K + k] * b[form === 'nt' ? n * K + k : k * N + n]
  return sum
}
