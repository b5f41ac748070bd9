// Layer normalisation over the last dimension (Ba et al. 2016), affine, forward and backward.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { rowChunk } from '../reduce/row-chunk.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import {
  LAYER_NORM_BACKWARD_INPUT,
  LAYER_NORM_BACKWARD_PARAMETERS,
  LAYER_NORM_BACKWARD_PARTIAL,
  LAYER_NORM_FORWARD,
} from './layer-norm.wgsl.ts'

/** out = layerNorm(inp) · weight + bias. inp, out (N, C); weight, bias (C); mean, rstd (N) are written for the backward. */
export function layerNormForward(
  program: Program,
  t: { inp: Tensor; weight: Tensor; bias: Tensor; out: Tensor; mean: Tensor; rstd: Tensor },
  eps = 1e-5,
): void {
  const [N, C] = t.inp.shape
  checkShape('layerNormForward', 'out', t.out, [N, C])
  for (const name of ['weight', 'bias'] as const) checkSize('layerNormForward', name, t[name], C)
  for (const name of ['mean', 'rstd'] as const) checkSize('layerNormForward', name, t[name], N)
  const forward = shader('layer-norm', forVectorWidth(LAYER_NORM_FORWARD, C))
  program.dispatch(forward, t, { N, C: C / vectorWidth(C), eps }, grid(Math.ceil(N / 32)))
}

/**
 * Gradients of {@link layerNormForward}. dinp (N, C) is overwritten, or added to with `accumulate`;
 * dweight and dbias (C) are added to. Deterministic: columns are summed in fixed chunks of rows, without atomics.
 */
export function layerNormBackward(
  program: Program,
  t: {
    inp: Tensor
    weight: Tensor
    mean: Tensor
    rstd: Tensor
    dout: Tensor
    dinp: Tensor
    dweight: Tensor
    dbias: Tensor
  },
  { accumulate = false } = {},
): void {
  const { inp, weight, mean, rstd, dout, dinp, dweight, dbias } = t
  const [N, C] = inp.shape
  checkShape('layerNormBackward', 'dout', dout, [N, C])
  checkShape('layerNormBackward', 'dinp', dinp, [N, C])
  for (const name of ['weight', 'dweight', 'dbias'] as const) checkSize('layerNormBackward', name, t[name], C)
  const columns = C / vectorWidth(C)
  const rows = rowChunk(N)
  const chunks = Math.ceil(N / rows)
  const partial = program.tensor([chunks, 2, C], 'layer-norm/partial')
  program.dispatch(
    shader('layer-norm/partial', forVectorWidth(LAYER_NORM_BACKWARD_PARTIAL, C)),
    { inp, mean, rstd, dout, partial },
    { N, C: columns, rows },
    [Math.ceil(columns / 16), chunks, 1],
  )
  program.dispatch(
    shader('layer-norm/parameters', forVectorWidth(LAYER_NORM_BACKWARD_PARAMETERS, C)),
    { partial, dweight, dbias },
    { C: columns, chunks },
    [Math.ceil(columns / 16), 1, 1],
  )
  program.dispatch(
    shader('layer-norm/input', forVectorWidth(LAYER_NORM_BACKWARD_INPUT, C), { ACCUMULATE: accumulate }),
    { inp, weight, mean, rstd, dout, dinp },
    { N, C: columns },
    grid(Math.ceil(N / 32)),
  )
}
