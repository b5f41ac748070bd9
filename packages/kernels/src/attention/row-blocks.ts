// Causal attention in blocks of rows: scores, softmax and values as products of matrices, leaving out the keys that come
// after a block. Memory O(T · block), and again no atomics. The fused kernels move less memory; this form lives on the
// speed of matmul, which long heads keep. Both exchange lse alone, so forward and backward may take different forms.

import { fill } from '../elementwise/elementwise.ts'
import { matmul } from '../matmul/matmul.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import type { AttentionDims } from './attention-forward.ts'
import { BLOCK_SOFTMAX, BLOCK_SOFTMAX_BACKWARD, MERGE_HEADS, SPLIT_HEADS } from './row-blocks.wgsl.ts'

/** What the launchers have checked; hs is the head size. */
interface Shape extends AttentionDims {
  hs: number
}

/** As attentionForward, in blocks of `block` rows, a multiple of 64. */
export function forwardInBlocks(
  program: Program,
  { qkv, out, lse }: { qkv: Tensor; out: Tensor; lse: Tensor },
  shape: Shape,
  block: number,
): void {
  const heads = new Heads(program, shape, block)
  const [q, k, v] = [heads.split(qkv, 0, 3, block), heads.split(qkv, 1, 3), heads.split(qkv, 2, 3)]
  const outs = heads.tensor('out of heads')
  for (const { R, W, first, rows } of heads.blocks()) {
    const p = program.tensor([heads.count, R, W], 'probabilities')
    matmul(program, { a: rows(q), b: k, out: p }, { transposeB: true, firstRows: { b: W } })
    heads.softmax(BLOCK_SOFTMAX, { scores: p, lse }, { R, W, first })
    matmul(program, { a: p, b: v, out: rows(outs) }, { firstRows: { b: W } })
  }
  heads.merge(outs, out, 0, 1, block)
}

/** As attentionBackward, in blocks of `block` rows. */
export function backwardInBlocks(
  program: Program,
  { qkv, lse, dout, dqkv }: { qkv: Tensor; lse: Tensor; dout: Tensor; dqkv: Tensor },
  shape: Shape,
  block: number,
): void {
  const heads = new Heads(program, shape, block)
  const [q, k, v] = [heads.split(qkv, 0, 3, block), heads.split(qkv, 1, 3), heads.split(qkv, 2, 3)]
  const douts = heads.split(dout, 0, 1, block)
  const [dq, dk, dv] = ['dq', 'dk', 'dv'].map((label) => heads.tensor(label))
  for (const sum of [dk, dv]) fill(program, sum)
  for (const { R, W, first, rows } of heads.blocks()) {
    const [p, dp] = ['probabilities', 'dscores'].map((label) => program.tensor([heads.count, R, W], label))
    matmul(program, { a: rows(q), b: k, out: p }, { transposeB: true, firstRows: { b: W } })
    matmul(program, { a: rows(douts), b: v, out: dp }, { transposeB: true, firstRows: { b: W } })
    heads.softmax(BLOCK_SOFTMAX_BACKWARD, { scores: p, dp, lse }, { R, W, first })
    const add = { transposeA: true, accumulate: true, firstRows: { out: W } }
    matmul(program, { a: p, b: rows(douts), out: dv }, add)
    matmul(program, { a: dp, b: rows(q), out: dk }, add)
    matmul(program, { a: dp, b: k, out: rows(dq) }, { firstRows: { b: W } })
  }
  heads.merge(dq, dqkv, 0, 3, block)
  heads.merge(dk, dqkv, 1, 3)
  heads.merge(dv, dqkv, 2, 3)
}

/** The heads of a packed tensor, each a matrix (T, hs); block by block where a block of all heads is a batch. */
class Heads {
  readonly count: number
  readonly #program: Program
  readonly #shape: Shape
  readonly #block: number

  constructor(program: Program, shape: Shape, block: number) {
    this.#program = program
    this.#shape = shape
    this.#block = block
    this.count = shape.B * shape.nHead
  }

  tensor(label: string): Tensor {
    return this.#program.tensor([this.count, this.#shape.T, this.#shape.hs], label)
  }

  /** Part `which` of the `parts` that lie side by side in a row of `packed`. */
  split(packed: Tensor, which: number, parts: number, block?: number): Tensor {
    const heads = this.tensor('heads')
    this.#move('split', { packed, heads }, which, parts, block)
    return heads
  }

  merge(heads: Tensor, packed: Tensor, which: number, parts: number, block?: number): void {
    this.#move('merge', { packed, heads }, which, parts, block)
  }

  *blocks(): Generator<{ R: number; W: number; first: number; rows: (heads: Tensor) => Tensor }> {
    const { T, hs } = this.#shape
    for (let first = 0; first < T; first += this.#block) {
      const R = Math.min(this.#block, T - first)
      const rows = (heads: Tensor) => heads.view([this.count, R, hs], first * this.count * hs)
      yield { R, W: first + R, first, rows }
    }
  }

  softmax(text: string, tensors: Record<string, Tensor>, block: { R: number; W: number; first: number }): void {
    const root = 1 / Math.sqrt(this.#shape.hs)
    const rows = this.count * block.R
    const dims = { ...block, rows, T: this.#shape.T, scale: Math.LOG2E * root, root }
    this.#program.dispatch(shader('attention-block-softmax', text), tensors, dims, grid(Math.ceil(rows / 32)))
  }

  #move(
    way: 'split' | 'merge',
    tensors: { packed: Tensor; heads: Tensor },
    which: number,
    parts: number,
    block = this.#shape.T,
  ) {
    const { T, nHead } = this.#shape
    const hs = this.#shape.hs / vectorWidth(this.#shape.hs)
    const kernel = shader(
      `attention-${way}-heads`,
      forVectorWidth(way === 'split' ? SPLIT_HEADS : MERGE_HEADS, this.#shape.hs),
    )
    const C = nHead * hs
    const size = this.count * T * hs
    const dims = { size, T, nHead, heads: this.count, hs, stride: parts * C, column: which * C, block }
    this.#program.dispatch(kernel, tensors, dims, grid(Math.ceil(size / 64)))
  }
}
