import { expect, test } from 'vitest'
import { dot, finiteDifferences } from '../finite-differences.ts'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, randomTensor, runKernel, useGpu } from '../testing.ts'
import { layerNormBackwardReference, layerNormForwardReference } from './layer-norm.reference.ts'
import { layerNormBackward, layerNormForward } from './layer-norm.ts'

const gpu = useGpu()
const SHAPES = [
  [1, 1],
  [1, 4],
  [3, 5],
  [31, 12],
  [32, 24],
  [33, 48],
  [65, 7],
  [300, 64],
  [2100, 128],
] as const

test.each(SHAPES)('layer norm (%i, %i), forward and backward', async (N, C) => {
  const inp = randomTensor(gpu(), [N, C], 1, 3)
  const weight = randomTensor(gpu(), [C], 2)
  const bias = randomTensor(gpu(), [C], 3)
  const dout = randomTensor(gpu(), [N, C], 4)
  const started = randomFloats(C, 5)
  const dweight = upload(gpu(), started, [C])
  const dbias = upload(gpu(), started, [C])
  const dinp2 = upload(gpu(), inp.data, [N, C])
  const got = await runKernel(gpu(), (p) => {
    const [out, dinp] = [p.tensor([N, C], 'out'), p.tensor([N, C], 'dinp')]
    const [mean, rstd] = [p.tensor([N], 'mean'), p.tensor([N], 'rstd')]
    layerNormForward(p, { inp: inp.tensor, weight: weight.tensor, bias: bias.tensor, out, mean, rstd })
    const shared = { inp: inp.tensor, weight: weight.tensor, mean, rstd, dout: dout.tensor, dweight, dbias }
    layerNormBackward(p, { ...shared, dinp })
    layerNormBackward(p, { ...shared, dinp: dinp2 }, { accumulate: true })
    return { out, mean, rstd, dinp, dinp2, dweight, dbias }
  })
  const forward = layerNormForwardReference(inp.data, weight.data, bias.data, { N, C })
  const backward = layerNormBackwardReference(inp.data, weight.data, dout.data, { N, C })
  const scale = C === 1 ? 300 : 1 // one element: rstd = 1/√eps = 316, so rounding is amplified as much
  expectClose(got.out, forward.out, { atol: 3e-6 * scale, rtol: 1e-5, label: 'out' })
  expectClose(got.mean, forward.mean, { label: 'mean' })
  expectClose(got.rstd, forward.rstd, { label: 'rstd' })
  expectClose(got.dinp, backward.dinp, { atol: 1e-5 * scale, label: 'dinp' })
  expectClose(
    got.dinp2,
    backward.dinp.map((d, i) => d + inp.data[i]),
    { atol: 1e-5 * scale, label: 'dinp +=' },
  )
  // summed twice on top of the start value
  const tolerance = 3e-6 * Math.sqrt(N) * scale
  expectClose(
    got.dweight,
    backward.dweight.map((d, i) => 2 * d + started[i]),
    { atol: tolerance, label: 'dweight' },
  )
  expectClose(
    got.dbias,
    backward.dbias.map((d, i) => 2 * d + started[i]),
    { atol: tolerance, label: 'dbias' },
  )
})

test('the reference backward agrees with finite differences', () => {
  const [N, C] = [3, 5]
  const [inp, weight, bias, dout] = [
    randomFloats(N * C, 1),
    randomFloats(C, 2),
    randomFloats(C, 3),
    randomFloats(N * C, 4),
  ]
  const grads = layerNormBackwardReference(inp, weight, dout, { N, C })
  const loss = (x: ArrayLike<number>, w: ArrayLike<number>, b: ArrayLike<number>) =>
    dot(layerNormForwardReference(x, w, b, { N, C }).out, dout)
  expectClose(
    grads.dinp,
    finiteDifferences((x) => loss(x, weight, bias), inp),
    { atol: 1e-7, rtol: 1e-6 },
  )
  expectClose(
    grads.dweight,
    finiteDifferences((w) => loss(inp, w, bias), weight),
    { atol: 1e-7, rtol: 1e-6 },
  )
  expectClose(
    grads.dbias,
    finiteDifferences((b) => loss(inp, weight, b), bias),
    { atol: 1e-7, rtol: 1e-6 },
  )
})

test('wrong shapes are named', async () => {
  const [a, b] = [randomTensor(gpu(), [4, 8], 1).tensor, randomTensor(gpu(), [4], 1).tensor]
  const record = runKernel(gpu(), (p) => {
    layerNormForward(p, { inp: a, weight: b, bias: b, out: a, mean: b, rstd: b })
    return {}
  })
  await expect(record).rejects.toThrow('layerNormForward: weight is (4) but expected 8 elements')
})
