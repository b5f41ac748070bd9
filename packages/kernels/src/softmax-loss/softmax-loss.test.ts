import { expect, test } from 'vitest'
import { finiteDifferences } from '../finite-differences.ts'
import { Random } from '../random.ts'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { softmaxLossReference } from './softmax-loss.reference.ts'
import { softmaxLoss } from './softmax-loss.ts'

const gpu = useGpu()
const CASES = [
  [1, 1, 1],
  [1, 2, 2],
  [31, 2, 1],
  [33, 5, 3],
  [64, 37, 1],
  [32, 37, 37],
  [5, 256, 2],
  [300, 65, 1],
  [3, 5003, 4],
] as const

test.each(CASES)('softmax-loss N=%i V=%i K=%i, loss and gradient', async (N, V, K) => {
  const random = new Random(2, 'targets')
  const logits = randomFloats(N * V, 1, 8)
  const ids = Uint32Array.from({ length: N * K }, () => random.integer(V))
  // negative weights are policy gradients with a negative advantage; zeros are masked targets
  const weights = Float32Array.from({ length: N * K }, () => (random.uniform() < 0.2 ? 0 : random.normal()))
  const tensors = { ids: upload(gpu(), ids, [N, K]), weights: upload(gpu(), weights, [N, K]) }
  const [dlogits, same] = [upload(gpu(), logits, [N, V]), upload(gpu(), logits, [N, V])]
  const got = await runKernel(gpu(), (p) => {
    const [losses, evaluated] = [p.tensor([N], 'losses'), p.tensor([N], 'evaluated')]
    softmaxLoss(p, { logits: dlogits, ...tensors, losses }, { gradient: true })
    softmaxLoss(p, { logits: same, ...tensors, losses: evaluated }, { gradient: false })
    return { dlogits, same, losses, evaluated }
  })
  const want = softmaxLossReference(logits, ids, weights, { N, V, K })
  expectClose(got.losses, want.losses, { atol: 2e-5 * K, label: 'losses' })
  expectClose(got.dlogits, want.dlogits, { atol: 3e-6 * K, label: 'dlogits' })
  expect(got.same).toEqual(logits)
  expect(got.evaluated).toEqual(got.losses)
})

test('logits of ±1e4 and a masked target with a bad id stay finite', async () => {
  const logits = upload(gpu(), new Float32Array([1e4, -1e4, 0, 5, 5, 5]), [2, 3])
  const ids = upload(gpu(), new Uint32Array([0, 4_000_000_000]), [2, 1])
  const weights = upload(gpu(), new Float32Array([1, 0]), [2, 1])
  const got = await runKernel(gpu(), (p) => {
    const losses = p.tensor([2], 'losses')
    softmaxLoss(p, { logits, ids, weights, losses }, { gradient: true })
    return { losses, logits }
  })
  expect([...got.losses]).toEqual([0, 0])
  expect([...got.logits]).toEqual([0, 0, 0, 0, 0, 0])
})

test('the reference gradient agrees with finite differences', () => {
  const shape = { N: 2, V: 4, K: 2 }
  const [logits, ids, weights] = [randomFloats(8, 1), [0, 3, 2, 2], [0.3, -0.7, 1, 0.5]]
  const loss = (x: ArrayLike<number>) => softmaxLossReference(x, ids, weights, shape).losses.reduce((a, b) => a + b)
  expectClose(softmaxLossReference(logits, ids, weights, shape).dlogits, finiteDifferences(loss, logits), {
    atol: 1e-8,
    rtol: 1e-6,
  })
})
