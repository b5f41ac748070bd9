import { expect, test } from 'vitest'
import { matmulReference } from '../matmul/matmul.reference.ts'
import { Program } from '../program.ts'
import { createTensor } from '../tensor.ts'
import { expectClose, randomTensor, runKernel, useGpu } from '../testing.ts'
import { createTuning, withTuning } from '../tuning/tuning.ts'
import { layerNormForwardReference } from './layer-norm.reference.ts'
import { layerNormForward } from './layer-norm.ts'
import { IN_LAYER_NORM, linearLayerNorm, RESIDUAL } from './linear-layer-norm.ts'

const gpu = useGpu()

test.each([
  [1, 1, 1],
  [3, 4, 5],
  [33, 64, 24],
  [65, 12, 7],
  [300, 16, 64],
])('a dense layer, residual and layer norm of %i rows, %i → %i, in both forms', async (N, K, C) => {
  const [inp, weight, bias] = [
    randomTensor(gpu(), [N, K], 1),
    randomTensor(gpu(), [K, C], 2),
    randomTensor(gpu(), [C], 3),
  ]
  const [residual, gain, shift] = [
    randomTensor(gpu(), [N, C], 4),
    randomTensor(gpu(), [C], 5),
    randomTensor(gpu(), [C], 6),
  ]
  const run = (tuned: boolean) => {
    const device = withTuning(gpu(), tuned ? createTuning({ [RESIDUAL]: IN_LAYER_NORM }) : undefined)
    return runKernel(device, (program) => {
      const [sum, out] = ['sum', 'out'].map((label) => program.tensor([N, C], label))
      const [mean, rstd] = ['mean', 'rstd'].map((label) => program.tensor([N], label))
      const t = { inp: inp.tensor, weight: weight.tensor, bias: bias.tensor, residual: residual.tensor, sum }
      linearLayerNorm(program, t, { weight: gain.tensor, bias: shift.tensor, out, mean, rstd })
      expect(program.dispatchCount).toBe(2)
      return { sum, out, mean, rstd }
    })
  }
  const [usual, tuned] = [await run(false), await run(true)]
  expect(tuned).toEqual(usual)
  const product = { M: N, N: C, K, a: inp.data, b: weight.data, bias: bias.data, residual: residual.data }
  const sum = matmulReference(product)
  expectClose(usual.sum, sum, { label: 'sum' })
  const want = layerNormForwardReference(sum, gain.data, shift.data, { N, C }).out
  expectClose(usual.out, want, { atol: C === 1 ? 3e-3 : 3e-5, label: 'out' })
})

test('a residual without a place for the sum is refused', () => {
  const program = new Program(gpu(), 'wrong')
  const t = (...shape: number[]) => createTensor(gpu(), shape)
  const norm = { inp: t(3, 4), weight: t(4), bias: t(4), out: t(3, 4), mean: t(3), rstd: t(3) }
  expect(() => layerNormForward(program, { ...norm, residual: t(3, 4) })).toThrow('go together')
  expect(() => layerNormForward(program, { ...norm, residual: t(4, 3), sum: t(3, 4) })).toThrow(
    'layerNormForward: residual is (4, 3)',
  )
})
