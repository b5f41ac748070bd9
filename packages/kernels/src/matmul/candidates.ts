// The tiles that can be put in place of the default one, by name, and the classes of problems they are chosen for. All of
// them add up k in the same order, so on an adapter that rounds fma alike in all kernels the choice changes no bit. How k is
// split is a choice of its own, and does change bits.

import type { Gpu } from '../device.ts'
import type { Problem, Variant } from './choose-variant.ts'
import { workgroupBytes } from './workgroup-tile.wgsl.ts'

type Tile = Pick<Variant, 'kernel' | 'rows' | 'groups'> & Partial<Pick<Variant, 'lanes'>>

const CANDIDATES: Readonly<Record<string, Tile>> = {
  'subgroup 8×1': { kernel: 'subgroup', rows: 8, groups: 1 },
  'subgroup 16×1': { kernel: 'subgroup', rows: 16, groups: 1 },
  'subgroup 8×2': { kernel: 'subgroup', rows: 8, groups: 2 },
  'subgroup 32×2': { kernel: 'subgroup', rows: 32, groups: 2 },
  'register 4×1, 8×8': { kernel: 'register', rows: 4, groups: 1, lanes: [8, 8] },
  'register 8×1, 8×8': { kernel: 'register', rows: 8, groups: 1, lanes: [8, 8] },
  'register 8×1, 16×4': { kernel: 'register', rows: 8, groups: 1, lanes: [16, 4] },
  'register 8×1, 8×1': { kernel: 'register', rows: 8, groups: 1, lanes: [8, 1] },
  'workgroup 64×64': { kernel: 'workgroup', rows: 4, groups: 1, lanes: [16, 16] },
  'workgroup 64×64, 8×1': { kernel: 'workgroup', rows: 8, groups: 1, lanes: [16, 8] },
  'workgroup 32×32': { kernel: 'workgroup', rows: 4, groups: 1, lanes: [8, 8] },
  'workgroup 128×64': { kernel: 'workgroup', rows: 8, groups: 1, lanes: [16, 16] },
}

/** The names of those that can run on a device. Tiles that only pay, or only compile soon, elsewhere are left out. */
export function matmulCandidates(gpu: Gpu): string[] {
  return Object.entries(CANDIDATES).flatMap(([name, tile]) => {
    if (tile.kernel === 'subgroup') {
      // with many lanes a tile of 16 rows and more spills registers; on eight of lavapipe's, 32×2 compiles for a minute
      const most = gpu.subgroupSize === 4 ? 32 : gpu.adapter.software ? 16 : 8
      return gpu.subgroupSize && tile.rows <= most ? [name] : []
    }
    const [lanesX, lanesY] = tile.lanes!
    if (gpu.adapter.software && lanesX * lanesY > 64) return []
    const bytes = tile.kernel === 'workgroup' ? workgroupBytes({ ...tile, lanesX, lanesY }) : 0
    return bytes <= gpu.adapter.limits.maxComputeWorkgroupStorageSize ? [name] : []
  })
}

export const matmulCandidate = (name: string | undefined): Partial<Variant> | undefined =>
  name === undefined ? undefined : CANDIDATES[name]

/** Steps of k in a part, by name: weight gradients have few tiles and a long k, so that parts give more cores work. */
const SPLITS: Readonly<Record<string, number>> = {
  'k whole': Infinity,
  'k in parts of 1024': 1024,
  'k in parts of 512': 512,
  'k in parts of 256': 256,
}

export const SPLIT_CANDIDATES = Object.keys(SPLITS)

/** The split of k that a tuning has chosen. */
export function tunedSplits(gpu: Gpu, problem: Problem): Pick<Variant, 'splits'> | undefined {
  const kind = splitClass(problem)
  const part = kind === undefined ? undefined : SPLITS[gpu.tuning?.choices[kind] ?? '']
  return part === undefined ? undefined : { splits: Math.max(1, Math.round(problem.K / part)) }
}

/** Problems whose split of k is chosen apart from their tile: weight gradients over many tokens. */
export function splitClass({ form, M, N, K, wide }: Problem): string | undefined {
  if (!wide || form !== 'tn' || K < 4 * Math.max(M, N)) return undefined
  return `split of long k, ${M * N <= 2 ** 14 ? 'small' : 'large'} product`
}

/** Problems that have one best tile, as far as is known. Odd row lengths always take the default. */
export function matmulClass({ form, M, N, K, wide }: Problem): string | undefined {
  if (!wide) return undefined
  const size = M < 128 ? 'few rows' : K >= 4 * Math.max(M, N) ? 'long k' : 'many rows'
  return `matmul ${form}, ${size}`
}

/** One problem of each class, as GPTs of 0.1 to 3 million parameters have them. */
export const MATMUL_PROBLEMS: readonly Problem[] = (['nn', 'nt', 'tn'] as const).flatMap((form) =>
  [
    { M: 64, N: 256, K: 64 },
    { M: 1024, N: 256, K: 128 },
    { M: 128, N: 256, K: 2048 },
  ].map((size) => ({ form, ...size, batch: 1, wide: true })),
)

/** One problem of each class of splits: C → C at width 64, C → 4C at width 128. */
export const SPLIT_PROBLEMS: readonly Problem[] = [
  { M: 64, N: 64, K: 1024 },
  { M: 128, N: 512, K: 2048 },
].map((size) => ({ form: 'tn', ...size, batch: 1, wide: true }))
