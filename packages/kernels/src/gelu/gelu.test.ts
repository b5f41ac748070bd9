import { expect, test } from 'vitest'
import { finiteDifferences } from '../finite-differences.ts'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { geluDerivativeReference, geluReference } from './gelu.reference.ts'
import { geluBackward, geluForward } from './gelu.ts'

const gpu = useGpu()

test.each([1, 3, 4, 63, 64, 65, 256, 10_001])('gelu of %i elements, forward and backward', async (n) => {
  const x = randomFloats(n, 1, 3)
  const extremes = [0, -0, 30, -30, 1e4, -1e4, 1e-20]
  extremes.slice(0, n - 1).forEach((value, i) => {
    x[i + 1] = value
  })
  const [inp, dout] = [upload(gpu(), x, [n]), randomFloats(n, 2)]
  const got = await runKernel(gpu(), (p) => {
    const [out, dinp] = [p.tensor([n], 'out'), p.tensor([n], 'dinp')]
    geluForward(p, { inp, out })
    geluBackward(p, { inp, dout: upload(gpu(), dout, [n]), dinp })
    return { out, dinp }
  })
  // tanh in WGSL has an absolute error of 1e-5 at worst; near 1 it is multiplied by x/2
  expectClose(got.out, Array.from(x, geluReference), { atol: 2e-6, rtol: 1e-5, label: 'out' })
  expectClose(
    got.dinp,
    Array.from(x, (v, i) => geluDerivativeReference(v) * dout[i]),
    { atol: 1e-5, rtol: 1e-5, label: 'dinp' },
  )
})

test('the reference derivative agrees with finite differences', () => {
  for (const x of [-3, -1, -0.1, 0, 0.5, 2])
    expect(finiteDifferences((v) => geluReference(v[0]), [x])[0]).toBeCloseTo(geluDerivativeReference(x), 8)
})
