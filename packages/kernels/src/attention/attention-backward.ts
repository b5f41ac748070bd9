// The backward pass of causal self-attention: probabilities are recomputed from lse, so memory stays O(T). Fused, it is two
// dispatches, deterministic: dQ (which also leaves delta = dout·out per query), then dK and dV.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { attentionBackwardKeysWgsl, attentionBackwardQueriesWgsl } from './attention-backward.wgsl.ts'
import type { AttentionDims } from './attention-forward.ts'
import { chooseRowBlock, chooseVariant, subgroupOf } from './choose-variant.ts'
import { backwardInBlocks } from './row-blocks.ts'
import { type AttentionVariant, workgroupsOf } from './rows.wgsl.ts'
import { expectShapes, headSizeOf } from './shapes.ts'

/**
 * dqkv (B·T, 3·C), overwritten completely, from dout (B·T, C) and what {@link attentionForward} read and wrote,
 * in whichever form; `rowBlock` as there.
 */
export function attentionBackward(
  program: Program,
  { qkv, out, lse, dout, dqkv }: { qkv: Tensor; out: Tensor; lse: Tensor; dout: Tensor; dqkv: Tensor },
  { B, T, nHead }: AttentionDims,
  options: { variant?: { queries: AttentionVariant; keys: AttentionVariant }; rowBlock?: number } = {},
): void {
  const op = 'attentionBackward'
  const { gpu } = program
  const hs = headSizeOf(op, out, B * T, nHead)
  const C = nHead * hs
  expectShapes(op, {
    qkv: [qkv, B * T, 3 * C],
    lse: [lse, B * nHead, T],
    dout: [dout, B * T, C],
    dqkv: [dqkv, B * T, 3 * C],
  })
  const block = options.rowBlock ?? (options.variant ? undefined : chooseRowBlock(gpu, 'backward', hs, { B, T, nHead }))
  if (block) {
    backwardInBlocks(program, { qkv, lse, dout, dqkv }, { B, T, nHead, hs }, block)
    return
  }
  const delta = program.tensor([B * nHead, T], 'attention delta')
  const dims = { B, T, nHead }

  const queries = options.variant?.queries ?? chooseVariant(gpu, 'queries', hs, T)
  const subgroup = subgroupOf(gpu, op, queries, hs)
  program.dispatch(
    shader('attention-backward-queries', attentionBackwardQueriesWgsl(hs, queries, subgroup)),
    { qkv, out, lse, dout, dqkv, delta },
    dims,
    grid(workgroupsOf(queries, subgroup, B * nHead, T)),
  )

  const keys = options.variant?.keys ?? chooseVariant(gpu, 'keys', hs, T)
  const subgroupOfKeys = subgroupOf(gpu, op, keys, hs)
  program.dispatch(
    shader('attention-backward-keys', attentionBackwardKeysWgsl(hs, keys, subgroupOfKeys)),
    { qkv, lse, dout, delta, dqkv },
    dims,
    grid(workgroupsOf(keys, subgroupOfKeys, B * nHead, T)),
  )
}
