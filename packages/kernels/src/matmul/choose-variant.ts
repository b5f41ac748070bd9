// Which tile a matmul takes. Pure: the same adapter and problem give the same variant, and so the same bits.
//
// Measured on SwiftShader (4 lanes, robustness off), GFLOPS per core-second, best of 25; tiles as rows×groups:
//
//            M×N×K           4×1   8×1   16×1  8×2
//   A·B      320×72×24       1.5   1.8   2.3   1.7
//   A·B      64×192×48       1.3   1.8   2.2   2.1
//   A·B      2048×192×64     2.0   2.8   3.6   3.3
//   A·B      320×37×48       1.0   1.3   1.0   0.8   narrow: N is no multiple of 4
//   Aᵀ·B     24×72×320       1.6   2.2   2.0         24 rows are 1.5 tiles of 16
//   Aᵀ·B     64×256×2048     2.7   3.6   4.3         (two splits: 4.4, summing included)
//   A·Bᵀ     320×48×192      1.8   2.5   1.9   1.7   B transposed first, then A·B 16×1: 2.4
//   A·Bᵀ     2048×64×256     2.5   3.1   2.6   2.8   B transposed first: 3.7
//   A·Bᵀ     64×24×96        1.1   1.3   1.0   1.2   B transposed first: 1.2
//
// With a residual 16×1 falls from 3.6 to 2.5 while 8×1 stays at 3.0. Narrow loads, A·Bᵀ, 20 rows and 16×2 are slow
// in the same way: SwiftShader loses a factor of up to two and a half somewhere above the 16×1 kernel's size, from
// where on not even two processes agree. The cause is not known. Without subgroups 8×1 and 4×2 are equal (2.0), 8×2 is
// no better. Tried and not faster: broadcasting whole vec4f, k as the outer loop of the tile, 1, 2 or 8 steps of k at
// a time; quad swaps instead of broadcasts gain 4 % and need 4 lanes. Lavapipe (8 lanes) took 16×1 in every form and
// A·Bᵀ directly, measured with an earlier form of these kernels. Hardware has not been measured.

import type { Gpu } from '../device.ts'
import type { Form } from './tile.wgsl.ts'

export interface Variant {
  /** 'subgroup' needs gpu.subgroupSize; 'register' runs everywhere */
  kernel: 'subgroup' | 'register'
  /** rows of a tile: a multiple of 4 */
  rows: number
  /** groups of 4 columns per lane */
  groups: number
  /** register only: invocations of a workgroup along the columns and along the rows */
  lanes: readonly [x: number, y: number]
  /** k is cut into about so many parts, which a second pass sums; 1: no second pass */
  splits: number
  /** A·Bᵀ only: transpose B into scratch memory, then A·B */
  transposeFirst: boolean
}

export interface Problem {
  form: Form
  M: number
  N: number
  K: number
  batch: number
  /** K and all row lengths are multiples of 4 */
  wide: boolean
  residual: boolean
}

export function chooseVariant(gpu: Gpu, problem: Problem): Variant {
  const { form, M, N, K, batch, wide, residual } = problem
  const { software, architecture } = gpu.adapter
  const swiftShader = architecture === 'swiftshader'
  const kernel = gpu.subgroupSize ? 'subgroup' : 'register'
  const lanes = software ? ([8, 1] as const) : ([8, 8] as const)
  // with fewer rows the faster kernel does not pay the transpose back (320: even)
  const transposeFirst = swiftShader && kernel === 'subgroup' && form === 'nt' && wide && M >= 512
  const small = swiftShader && (!wide || residual || (form === 'nt' && !transposeFirst)) // see above
  const mostRows = kernel === 'register' || !software || small ? 8 : 16
  const rows = bestRows(M, mostRows)
  const columns = 4 * (gpu.subgroupSize ?? lanes[0])
  const tiles = Math.ceil(M / rows) * Math.ceil(N / columns) * batch
  return { kernel, rows, groups: 1, lanes, splits: splitsFor(tiles, K, software), transposeFirst }
}

// Larger tiles are faster per row but waste more rows at the edge: time ∝ rows including waste / speed.
const SPEED = new Map([
  [16, 1],
  [8, 0.78],
  [4, 0.56],
])

function bestRows(M: number, most: number): number {
  let best = 4
  let least = Infinity
  for (const [rows, speed] of SPEED) {
    const time = (Math.ceil(M / rows) * rows) / speed
    if (rows <= most && time < least) [best, least] = [rows, time]
  }
  return best
}

// Few tiles and a long K (weight gradients): cut K so that there is work for every core, but in parts of at least
// 256, so that writing and summing the parts stays small beside the work. Depends on the shape and on what kind of
// adapter it is, never on its load.
function splitsFor(tiles: number, K: number, software: boolean): number {
  const wanted = software ? 4 : 256
  return Math.max(1, Math.min(Math.ceil(wanted / tiles), Math.floor(K / 256)))
}
