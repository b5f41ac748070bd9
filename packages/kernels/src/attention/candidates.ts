// The forms of the attention kernels that can be put in place of the default one, by name.

import type { Gpu } from '../device.ts'
import type { AttentionPass } from './choose-variant.ts'
import type { AttentionVariant } from './rows.wgsl.ts'

const CANDIDATES: Readonly<Record<string, AttentionVariant>> = {
  'subgroup 1×1': { subgroups: 'broadcast', rows: 1, keys: 1 },
  'subgroup 2×1': { subgroups: 'broadcast', rows: 2, keys: 1 },
  'subgroup 4×1': { subgroups: 'broadcast', rows: 4, keys: 1 },
  'subgroup 2×2': { subgroups: 'broadcast', rows: 2, keys: 2 },
  'subgroup 4×2': { subgroups: 'broadcast', rows: 4, keys: 2 },
  'quad 4×4': { subgroups: 'quad', rows: 4, keys: 4 },
  'portable 2': { subgroups: false, rows: 2, keys: 1 },
  'portable 4': { subgroups: false, rows: 4, keys: 1 },
}

/** The names of those that can run on a device. */
export function attentionCandidates(gpu: Gpu, pass: AttentionPass, hs: number): string[] {
  return Object.entries(CANDIDATES).flatMap(([name, { subgroups, rows, keys }]) => {
    if (subgroups && !gpu.subgroupSize) return []
    if (subgroups === 'quad') return gpu.subgroupSize === 4 ? [name] : []
    // beyond that lavapipe compiles a kernel for minutes, SwiftShader for seconds, and neither gains
    const size = rows * hs * (pass === 'forward' ? 1 : keys)
    return size <= (gpu.subgroupSize === 4 || !gpu.adapter.software ? 128 : 64) ? [name] : []
  })
}

/** The choice of that name, cut to sequences of `T` tokens. */
export function attentionCandidate(gpu: Gpu, name: string | undefined, T: number): AttentionVariant | undefined {
  const variant = name === undefined ? undefined : CANDIDATES[name]
  if (!variant?.subgroups || !gpu.subgroupSize) return variant?.subgroups ? undefined : variant
  return { ...variant, rows: Math.min(variant.rows, Math.floor(T / gpu.subgroupSize)) }
}

export const TUNED_HEAD_SIZES = [16, 32, 64] as const

/** Head sizes and lengths that have one best form, as far as is known; short sequences always take the default. */
export function attentionClass(pass: AttentionPass, hs: number, T: number): string | undefined {
  return T >= 64 && TUNED_HEAD_SIZES.includes(hs as 16) ? `attention ${pass}, head size ${hs}` : undefined
}

/** Rows of a block, by name, of the form whose work is products of matrices (row-blocks.ts). */
export const ROW_BLOCKS: Readonly<Record<string, number | undefined>> = {
  'row blocks of 64': 64,
  'row blocks of 128': 128,
}

/** From this length on the form in blocks of rows is a candidate; below, a block has nothing to leave out. */
export const LONG = 256

export function rowBlockClass(pass: 'forward' | 'backward', hs: number, T: number): string | undefined {
  return T >= LONG && TUNED_HEAD_SIZES.includes(hs as 16) ? `long attention ${pass}, head size ${hs}` : undefined
}
