// Causal self-attention, forward, from the packed q | k | v that GPT-2's c_attn gives. O(T) memory.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { attentionForwardWgsl } from './attention-forward.wgsl.ts'
import { chooseRowBlock, chooseVariant, subgroupOf } from './choose-variant.ts'
import { forwardInBlocks } from './row-blocks.ts'
import { type AttentionVariant, workgroupsOf } from './rows.wgsl.ts'
import { expectShapes, headSizeOf } from './shapes.ts'

export interface AttentionDims {
  B: number
  T: number
  nHead: number
}

/**
 * out (B·T, C) = softmax(mask(q·kᵀ / √hs))·v per head, from qkv (B·T, 3·C), hs = C / nHead of 1..128.
 * `rowBlock` (a multiple of 64) takes the form in blocks of rows (row-blocks.ts) instead of a fused kernel.
 * lse (B·nHead, T) gets log2 Σ_j exp(s_ij), the base-2 logarithm of the softmax's denominator, for the backward pass.
 */
export function attentionForward(
  program: Program,
  { qkv, out, lse }: { qkv: Tensor; out: Tensor; lse: Tensor },
  { B, T, nHead }: AttentionDims,
  options: { variant?: AttentionVariant; rowBlock?: number } = {},
): void {
  const op = 'attentionForward'
  const hs = headSizeOf(op, out, B * T, nHead)
  expectShapes(op, { qkv: [qkv, B * T, 3 * nHead * hs], lse: [lse, B * nHead, T] })
  const block =
    options.rowBlock ?? (options.variant ? undefined : chooseRowBlock(program.gpu, 'forward', hs, { B, T, nHead }))
  if (block) {
    forwardInBlocks(program, { qkv, out, lse }, { B, T, nHead, hs }, block)
    return
  }
  const variant = options.variant ?? chooseVariant(program.gpu, 'forward', hs, T)
  const subgroup = subgroupOf(program.gpu, op, variant, hs)
  const kernel = shader('attention-forward', attentionForwardWgsl(hs, variant, subgroup))
  const workgroups = grid(workgroupsOf(variant, subgroup, B * nHead, T))
  program.dispatch(kernel, { qkv, out, lse }, { B, T, nHead }, workgroups)
}
