import { expect, test } from 'vitest'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { confidenceTargets, confidenceTargetsReference } from './confidence-targets.ts'

const gpu = useGpu()

async function run(logits: Float32Array<ArrayBuffer>, weak: Float32Array<ArrayBuffer>, alpha: number) {
  const N = weak.length
  const { weights } = await runKernel(gpu(), (p) => {
    const weights = p.tensor([N, 2], 'weights')
    confidenceTargets(p, {
      logits: upload(gpu(), logits, [N, 2]),
      weak: upload(gpu(), weak, [N]),
      alpha: upload(gpu(), new Float32Array([alpha]), [1]),
      weights,
    })
    return { weights }
  })
  return weights
}

test.each([
  [1, 0.5],
  [2, 0.75],
  [31, 0.5],
  [32, 0.3],
  [33, 1],
] as const)('confidence targets of %i rows, α = %f', async (N, alpha) => {
  const logits = randomFloats(2 * N, 1)
  logits.set(logits.slice(0, 2), 2 * (N - 1)) // a tie between the first and the last row
  const weak = randomFloats(N, 2).map((x) => 1 / (1 + Math.exp(-x)))
  expectClose(await run(logits, weak, alpha), confidenceTargetsReference(logits, weak, alpha), { atol: 1e-7 })
})

test('α = 0 leaves the weak labels as they are, bit for bit', async () => {
  const weak = randomFloats(32, 2).map((x) => 1 / (1 + Math.exp(-x)))
  const weights = await run(randomFloats(64, 1), weak, 0)
  weak.forEach((y, n) => {
    expect(weights[2 * n + 1]).toBe(Math.fround(y / 32))
    expect(weights[2 * n]).toBe(Math.fround(Math.fround(1 - y) / 32))
  })
})
