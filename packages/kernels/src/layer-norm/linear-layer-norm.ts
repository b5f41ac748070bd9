// A dense layer with a residual, and the layer norm that follows it in a transformer. Either kernel can add the residual.

import { matmul } from '../matmul/matmul.ts'
import type { Program } from '../program.ts'
import type { Tensor } from '../tensor.ts'
import { layerNormForward } from './layer-norm.ts'

/** The class of a tuning's choice, and its only other candidate than the default. */
export const RESIDUAL = 'residual before a layer norm'
export const IN_LAYER_NORM = 'added in the layer norm'

/**
 * sum = inp·weight + bias + residual; norm.out = layerNorm(sum). inp (N, K), weight (K, C), bias (C); residual, sum, norm.out
 * (N, C), the rest as {@link layerNormForward} takes it. By default the residual is added in the product's epilogue, which
 * moves least; where a tuning says so, in the layer norm. The bits are the same.
 */
export function linearLayerNorm(
  program: Program,
  t: { inp: Tensor; weight: Tensor; bias: Tensor; residual: Tensor; sum: Tensor },
  norm: { weight: Tensor; bias: Tensor; out: Tensor; mean: Tensor; rstd: Tensor },
): void {
  const { inp, weight, bias, residual, sum } = t
  if (program.gpu.tuning?.choices[RESIDUAL] === IN_LAYER_NORM) {
    const product = program.tensor(sum.shape, 'product')
    matmul(program, { a: inp, b: weight, out: product, bias })
    layerNormForward(program, { inp: product, residual, sum, ...norm })
  } else {
    matmul(program, { a: inp, b: weight, out: sum, bias, residual })
    layerNormForward(program, { inp: sum, ...norm })
  }
}
