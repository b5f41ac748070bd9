// Which form of the attention kernels runs when the caller does not say. The times are CPU ms per dispatch, best of 30,
// on SwiftShader (2 cores, subgroups of 4, robustness off; T = 128 unless said, B·nHead = 8, or 4 at hs = 64). Nothing
// here was measured on a hardware GPU.

import type { Gpu } from '../device.ts'
import type { AttentionDims } from './attention-forward.ts'
import { attentionCandidate, attentionClass, LONG, ROW_BLOCKS, rowBlockClass } from './candidates.ts'
import type { AttentionVariant } from './rows.wgsl.ts'

export type AttentionPass = 'forward' | 'queries' | 'keys'

export function chooseVariant(gpu: Gpu, pass: AttentionPass, hs: number, T: number): AttentionVariant {
  const kind = attentionClass(pass, hs, T)
  const tuned = kind === undefined ? undefined : attentionCandidate(gpu, gpu.tuning?.choices[kind], T)
  return tuned ?? defaultVariant(gpu, pass, hs, T)
}

/** A block's scores of all heads, in bytes: two such matrices must fit beside the rest, and one in a binding. */
const MOST_SCORES = 2 ** 26

/** Rows of a block where a tuning has chosen that form for this pass, long sequences only; else the fused kernels run. */
export function chooseRowBlock(
  gpu: Gpu,
  pass: 'forward' | 'backward',
  hs: number,
  { B, T, nHead }: AttentionDims,
): number | undefined {
  const kind = rowBlockClass(pass, hs, T)
  const block = kind === undefined ? undefined : ROW_BLOCKS[gpu.tuning?.choices[kind] ?? '']
  return block && 4 * B * nHead * block * T <= MOST_SCORES ? block : undefined
}

function defaultVariant(gpu: Gpu, pass: AttentionPass, hs: number, T: number): AttentionVariant {
  const lanes = gpu.subgroupSize
  // Below four subgroups of 4 rows a tile is mostly idle lanes, and the portable form, which fills its lanes with the
  // rows of several heads, wins: forward at T = 2 0.16 ms against 0.37, at T = 9 0.85 against 1.01, at T = 16 0.42
  // against 0.33. Head sizes that are no multiple of 4 have no subgroup form.
  if (!lanes || hs % 4 !== 0 || T < Math.max(16, lanes)) {
    // More rows per lane reuse each key that is read (1 → 2 → 4 rows: 11.5, 7.5, 3.8 ms forward at hs = 64), as long as
    // there are registers; on a CPU these are the stack anyway.
    const most = atMost(gpu.adapter.software ? 256 : 64, hs)
    return { subgroups: false, rows: evenly(T, most), keys: 1 }
  }
  // With subgroups each broadcast feeds `rows` multiply-adds. R·hs ≤ 64 keeps a lane's rows in registers; beyond that
  // lavapipe needs minutes to compile a backward kernel. Subgroups of 4 share so little that two rows always pay
  // (hs = 64: 5.0 → 3.6 ms forward, 7.8 → 5.8 dK/dV), and four in dK/dV (hs = 32: 6.9 → 6.2).
  let rows = atMost(64, hs)
  if (gpu.adapter.software && T >= LONG) {
    // Quads read a key per lane and exchange them: T = 256, forward and backward, 18.2 → 15.6 ms at hs = 16, 40.0 → 28.0 at
    // 32, 101 → 55 at 64, 293 → 135 at 128 (there four rows: 111, but half a minute of compiling). With eight rows the
    // compiler came to no end. Shorter sequences keep the order of sums, and so the bits, of what has been recorded.
    if (lanes === 4) return { subgroups: 'quad', rows: hs <= 64 ? 4 : 2, keys: 4 }
    // lavapipe, T = 256: forward 1.9 → 1.5 ms at hs = 32, 5.5 → 3.5 at 64; dK/dV 7.6 → 5.8 at hs = 64, dQ the same. The
    // compiler needs 2 to 10 s for these once per machine; with four rows in a backward kernel at hs = 32, 10 to 12 s.
    if (pass === 'forward' || (pass === 'keys' && hs === 64)) rows = Math.max(rows, atMost(128, hs))
  }
  if (lanes === 4 && hs <= 64) rows = Math.max(rows, pass === 'keys' && hs <= 32 ? 4 : 2)
  // Two keys per step share one rescaling of the running sum. This pays in forward for short heads only (hs = 16:
  // 1.2 against 1.5 ms; hs = 32: 4.7 against 2.4), and never in backward, which has nothing to rescale.
  const keys = pass === 'forward' && hs <= 16 ? 2 : 1
  return { subgroups: 'broadcast', rows: Math.min(rows, Math.floor(T / lanes)), keys }
}

/** Rows per lane for which rows·hs stays within `budget`, 1..4. */
const atMost = (budget: number, hs: number) => Math.max(1, Math.min(4, Math.floor(budget / hs)))

/** At most `most` rows, dealt so that the last lane of a head is not left with few: T = 9 goes in 3 × 3. */
const evenly = (T: number, most: number) => Math.ceil(T / Math.ceil(T / most))

/**
 * How many invocations share a head when decoding. On software adapters one: workgroup memory and its barrier cost more
 * than they gain, even for 4 heads of 200 keys (one 99 µs, four 105, sixteen 212). A GPU needs thousands of invocations.
 */
export function chooseDecodeLanes(gpu: Gpu, heads: number): number {
  return gpu.adapter.software || heads >= 4096 ? 1 : 16
}

/** The lanes of a subgroup if `variant` uses them. @throws Error when the device or the head size does not allow it. */
export function subgroupOf(gpu: Gpu, op: string, variant: AttentionVariant, hs: number): number | undefined {
  if (!variant.subgroups) return undefined
  if (!gpu.subgroupSize) throw new Error(`${op}: ${gpu.adapter.name} has no subgroups of one fixed size`)
  if (hs % 4 !== 0) throw new Error(`${op}: the subgroup form needs a head size divisible by 4, not ${hs}`)
  if (variant.subgroups === 'quad' && (gpu.subgroupSize !== 4 || variant.keys !== 4))
    throw new Error(
      `${op}: the quad form needs subgroups of 4 lanes and 4 keys per step, not ${gpu.subgroupSize} and ${variant.keys}`,
    )
  return gpu.subgroupSize
}
