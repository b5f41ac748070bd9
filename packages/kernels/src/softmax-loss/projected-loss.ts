// Output projection and loss in one op, for vocabularies whose logits would need more memory than the rest of a step: block
// by block of rows the logits are made, turned into their gradient in place, and multiplied on. No pass is made twice.

import { checkSize } from '../check-shape.ts'
import { matmul } from '../matmul/matmul.ts'
import type { Program } from '../program.ts'
import type { Tensor } from '../tensor.ts'
import { softmaxLoss } from './softmax-loss.ts'

/** Elements of a block of logits: 16 MiB. */
const BLOCK = 2 ** 22
const STEP = 64 // rows: views begin at multiples of 64 elements

/** Rows whose logits are held at a time, of N rows and V classes: a multiple of 64, or all. */
export function rowsAtOnce(N: number, V: number): number {
  return Math.min(N, Math.max(STEP, Math.floor(BLOCK / V / STEP) * STEP))
}

/**
 * losses[n] = −Σₖ weights[n, k] · log softmax(inp[n]·tableᵀ)[ids[n, k]], without ever holding all logits.
 * inp (N, C); table (V, C); ids (N, K) u32; weights (N, K); losses (N).
 * With `gradients`, d(Σ losses)/d(inp) is written to dinp (N, C) and d/d(table) added to dtable (V, C).
 * The gradient of the table is summed block by block, in order: it repeats to the bit, but has other roundings than one
 * product over all rows.
 */
export function projectedLoss(
  program: Program,
  t: { inp: Tensor; table: Tensor; ids: Tensor; weights: Tensor; losses: Tensor },
  { gradients, rows }: { gradients?: { dinp: Tensor; dtable: Tensor }; rows?: number } = {},
): void {
  const op = 'projectedLoss'
  const [N, C] = t.inp.shape
  const [V] = t.table.shape
  const K = t.ids.size / N
  checkSize(op, 'table', t.table, V * C)
  if (!Number.isInteger(K)) throw new Error(`${op}: ids has ${t.ids.size} elements, no multiple of ${N} rows`)
  checkSize(op, 'weights', t.weights, N * K)
  checkSize(op, 'losses', t.losses, N)
  if (gradients) {
    checkSize(op, 'dinp', gradients.dinp, N * C)
    checkSize(op, 'dtable', gradients.dtable, V * C)
  }
  const each = rows ?? rowsAtOnce(N, V)
  if (each < N && each % STEP !== 0) throw new Error(`${op}: rows is ${each} but must be a multiple of ${STEP}`)
  for (let first = 0; first < N; first += each) {
    const R = Math.min(each, N - first)
    const block = (tensor: Tensor, width: number) => tensor.view([R, width], first * width)
    const logits = program.tensor([R, V], 'block of logits')
    const inp = block(t.inp, C)
    matmul(program, { a: inp, b: t.table, out: logits }, { transposeB: true })
    const targets = { ids: block(t.ids, K), weights: block(t.weights, K), losses: t.losses.view([R], first) }
    softmaxLoss(program, { logits, ...targets }, { gradient: gradients !== undefined })
    if (!gradients) continue
    matmul(program, { a: logits, b: t.table, out: block(gradients.dinp, C) })
    matmul(program, { a: logits, b: inp, out: gradients.dtable }, { transposeA: true, accumulate: true })
  }
}
