// Which tile a matmul takes. Pure: the same adapter and problem give the same variant, and so the same bits. A tuning
// (../tuning) may put another in its place.
//
// Measured on SwiftShader (4 lanes), GFLOPS per core-second, the best of 5; tiles as rows×groups:
//
//                              8×1   16×1  16×2  32×1  32×2
//   A·B    512×512×512         4.1   5.6   5.0   4.7         (broadcasts instead of swaps: 3.9, 3.9)
//   A·B    1024×256×64         3.5   4.5   4.4   4.2
//   A·B    1024×64×256         4.7   5.9                     with a residual
//   A·B    1024×62×256         3.9   3.7                     narrow: N is no multiple of 4
//   Aᵀ·B   512×512×512         3.7   4.6   4.9   4.9
//   A·Bᵀ   512×512×512         3.7   5.4                     (B transposed first, then A·B: 5.5)
//   robustness on:
//   A·B    512×512×512               4.0         4.5   5.2
//   A·B    1024×256×64               3.3         3.7   4.4
//   Aᵀ·B   512×512×512               4.0         4.4   5.5
//   A·Bᵀ   512×512×512         3.0   3.8               5.0
//
// SwiftShader loads a vec4f in each of four lanes by sixteen scalar loads with a branch each, and keeps all but a few
// values on the stack. So a tile should be large, for fewer loads per multiply-add, all the more when each load is
// checked; but above the 16×1 kernel's size something else costs more than that gains. What, is not known.
// Without subgroups 8×1 and 4×2 are equal (2.0), 8×2 is no better. Tried and not faster: broadcasting whole vec4f,
// k as the outer loop of the tile, 1, 2 or 8 steps of k at a time. Lavapipe (8 lanes) took 16×1 in every form and A·Bᵀ
// directly. Hardware has not been measured.

import type { Gpu } from '../device.ts'
import { matmulCandidate, matmulClass, tunedSplits } from './candidates.ts'
import type { Form } from './tile.wgsl.ts'

export interface Variant {
  /** 'subgroup' needs gpu.subgroupSize; 'register' and 'workgroup' (through workgroup memory) run everywhere */
  kernel: 'subgroup' | 'register' | 'workgroup'
  /** rows of a tile: a multiple of 4 */
  rows: number
  /** groups of 4 columns per lane */
  groups: number
  /** subgroups of four only: lanes exchange A's values in swaps instead of broadcasting them; the same sums */
  exchange: boolean
  /** register and workgroup: invocations of a workgroup along the columns and along the rows */
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
}

export function chooseVariant(gpu: Gpu, problem: Problem): Variant {
  const kind = matmulClass(problem)
  const tuned = kind === undefined ? undefined : matmulCandidate(gpu.tuning?.choices[kind])
  return { ...defaultVariant(gpu, problem), ...tuned, ...tunedSplits(gpu, problem) }
}

function defaultVariant(gpu: Gpu, problem: Problem): Variant {
  const { M, N, K, batch, wide } = problem
  const { software, robustness, architecture } = gpu.adapter
  const kernel = gpu.subgroupSize ? 'subgroup' : 'register'
  const lanes = software ? ([8, 1] as const) : ([8, 8] as const)
  const lanesAcross = gpu.subgroupSize ?? lanes[0]
  const quads = kernel === 'subgroup' && gpu.subgroupSize === 4 && architecture === 'swiftshader'
  const small = kernel === 'register' || !software || (quads && !wide)
  const tiles = quads && robustness && wide ? [...TILES, LARGE] : small ? TILES.slice(1) : TILES
  const { rows, groups } = bestTile(tiles, M, N, 4 * lanesAcross)
  // The split decides in which order a sum is made. It must not depend on the tile: a browser, where robustness is on,
  // gives the bits that Node gives.
  const count = Math.ceil(M / bestTile(small ? TILES.slice(1) : TILES, M, N, 1).rows) * Math.ceil(N / (4 * lanesAcross))
  const splits = splitsFor(count * batch, K, software)
  return { kernel, rows, groups, exchange: true, lanes, splits, transposeFirst: false }
}

// Larger tiles are faster per row but waste more at the edge: time ∝ rows · columns, waste included, / speed.
interface Tile {
  rows: number
  groups: number
  speed: number
}
const TILES: readonly Tile[] = [
  { rows: 16, groups: 1, speed: 1 },
  { rows: 8, groups: 1, speed: 0.78 },
  { rows: 4, groups: 1, speed: 0.56 },
]
const LARGE: Tile = { rows: 32, groups: 2, speed: 1.3 }

function bestTile(tiles: readonly Tile[], M: number, N: number, columns: number): Tile {
  const time = ({ rows, groups, speed }: Tile) =>
    (Math.ceil(M / rows) * rows * Math.ceil(N / columns / groups) * groups) / speed
  return tiles.reduce((best, tile) => (time(tile) < time(best) ? tile : best))
}

// Few tiles and a long K (weight gradients): cut K so that there is work for every core, but in parts of at least
// 256, so that writing and summing the parts stays small beside the work. Depends on the shape and on what kind of
// adapter it is, never on its load.
function splitsFor(tiles: number, K: number, software: boolean): number {
  const wanted = software ? 4 : 256
  return Math.max(1, Math.min(Math.ceil(wanted / tiles), Math.floor(K / 256)))
}
