// Causal self-attention of one new token per row of the batch, with a cache of keys and values: generation's kernel.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { attentionDecodeWgsl, DECODE_WORKGROUP } from './attention-decode.wgsl.ts'
import { chooseDecodeLanes } from './choose-variant.ts'
import { expectShapes, headSizeOf } from './shapes.ts'

/**
 * Stores k and v of the new token into keys and values (B, nHead, blockSize, hs) at index t = position[0], then
 * computes out (B, C) attending over 0..t. qkv is (B, 3·C). `position` is a u32 tensor (1), so that a recorded program
 * can be replayed for each token; it must be less than blockSize (larger values are clamped).
 * `options.lanes` invocations (1..16) share a head.
 */
export function attentionDecode(
  program: Program,
  tensors: { qkv: Tensor; keys: Tensor; values: Tensor; out: Tensor; position: Tensor },
  { B, nHead, blockSize }: { B: number; nHead: number; blockSize: number },
  options: { lanes?: number } = {},
): void {
  const op = 'attentionDecode'
  const { qkv, keys, values, out, position } = tensors
  const hs = headSizeOf(op, out, B, nHead)
  expectShapes(op, {
    qkv: [qkv, B, 3 * nHead * hs],
    keys: [keys, B, nHead, blockSize, hs],
    values: [values, B, nHead, blockSize, hs],
    position: [position, 1],
  })
  if (position.dtype !== 'u32') throw new Error(`${op}: position is ${position.dtype} but must be u32`)
  const lanes = options.lanes ?? chooseDecodeLanes(program.gpu, B * nHead)
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 16) throw new Error(`${op}: lanes is ${lanes} but must be 1..16`)
  const kernel = shader('attention-decode', attentionDecodeWgsl(hs, lanes))
  const workgroups = lanes === 1 ? Math.ceil((B * nHead) / DECODE_WORKGROUP) : B * nHead
  program.dispatch(kernel, { qkv, keys, values, out, position }, { B, nHead, blockSize }, grid(workgroups))
}
