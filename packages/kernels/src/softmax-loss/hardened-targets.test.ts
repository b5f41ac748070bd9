import { expect, test } from 'vitest'
import { read, upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { hardenedTargets, hardenedTargetsReference } from './hardened-targets.ts'

const gpu = useGpu()

async function targets(
  logits: Float32Array<ArrayBuffer>,
  labels: Uint32Array<ArrayBuffer>,
  labelWeights: Float32Array<ArrayBuffer>,
  alpha: number,
  { N, V, K }: { N: number; V: number; K: number },
) {
  const ids = upload(gpu(), new Uint32Array(N * (K + 1)), [N, K + 1])
  const { weights } = await runKernel(gpu(), (program) => {
    const weights = program.tensor([N, K + 1], 'weights')
    hardenedTargets(program, {
      logits: upload(gpu(), logits, [N, V]),
      labels: upload(gpu(), labels, [N, K]),
      labelWeights: upload(gpu(), labelWeights, [N, K]),
      alpha: upload(gpu(), new Float32Array([alpha]), [1]),
      ids,
      weights,
    })
    return { weights }
  })
  return { ids: await read(gpu(), ids), weights }
}

test.each([
  { N: 1, V: 1, K: 1, alpha: 0.5 },
  { N: 2, V: 20, K: 16, alpha: 0.75 },
  { N: 31, V: 452, K: 1, alpha: 0.25 },
  { N: 32, V: 17, K: 1, alpha: 0 },
  { N: 33, V: 5, K: 3, alpha: 1 },
])('N $N, V $V, K $K, α $alpha', async ({ alpha, ...shape }) => {
  const { N, V, K } = shape
  const logits = randomFloats(N * V, 1)
  if (V > 4) logits.set([logits[0], 9, 2, 9, 1]) // two are equal: the first one counts
  const labels = Uint32Array.from({ length: N * K }, (_, i) => (7 * i) % V)
  const labelWeights = randomFloats(N * K, 2).map(Math.abs)
  labelWeights.fill(0, 0, K) // a row that does not count
  const got = await targets(logits, labels, labelWeights, alpha, shape)
  const want = hardenedTargetsReference(logits, labels, labelWeights, alpha, shape)
  expect([...got.ids]).toEqual(want.ids)
  expectClose(got.weights, want.weights, { atol: 1e-6 })
})
