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
  layerNormForwardText,
} from './layer-norm.wgsl.ts'

/**
 * out = layerNorm(x) · weight + bias of x = inp, or of x = inp + residual, which is then left in `sum` for the backward.
 * inp, residual, sum, out (N, C); weight, bias (C); mean, rstd (N) are written for the backward.
 */
export function layerNormForward(
  program: Program,
  t: {
    inp: Tensor
    residual?: Tensor
    sum?: Tensor
    weight: Tensor
    bias: Tensor
    out: Tensor
    mean: Tensor
    rstd: Tensor
  },
  eps = 1e-5,
): void {
  const { residual, sum, ...plain } = t
  const [N, C] = t.inp.shape
  checkShape('layerNormForward', 'out', t.out, [N, C])
  if (!residual !== !sum) throw new Error('layerNormForward: residual and sum go together')
  for (const [name, tensor] of Object.entries({ residual, sum }))
    if (tensor) checkShape('layerNormForward', name, tensor, [N, C])
  for (const name of ['weight', 'bias'] as const) checkSize('layerNormForward', name, t[name], C)
  for (const name of ['mean', 'rstd'] as const) checkSize('layerNormForward', name, t[name], N)
  const text = forVectorWidth(layerNormForwardText(residual !== undefined), C)
  const kernel = shader(residual ? 'layer-norm/residual' : 'layer-norm', text)
  const tensors = residual && sum ? { ...plain, residual, sum } : plain
  program.dispatch(kernel, tensors, { N, C: C / vectorWidth(C), eps }, grid(Math.ceil(N / 32)))
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
