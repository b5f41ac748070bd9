// Targets that depend on the student's own beliefs: product, reverse KL, and the released confidence loss.

import { expect, test } from 'vitest'
import { finiteDifferences } from '../finite-differences.ts'
import type { Program } from '../program.ts'
import { type Tensor, upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { productTargets, productTargetsReference } from './product-targets.ts'
import { releasedConfidenceReference, releasedConfidenceTargets } from './released-confidence-targets.ts'
import { reverseKlReference, reverseKlTargets } from './reverse-kl-targets.ts'
import { softmaxLossReference } from './softmax-loss.reference.ts'

const gpu = useGpu()

/** Logits with a tie, and weak labels that include 0, ½ and 1. */
function data(N: number, scale = 1) {
  const logits = randomFloats(2 * N, 1, scale)
  logits.set(logits.slice(0, 2), 2 * (N - 1))
  const weak = randomFloats(N, 2).map((x) => 1 / (1 + Math.exp(-x)))
  if (N > 3) weak.set([0, 0.5, 1])
  return { logits, weak }
}

async function targets(
  { logits, weak }: ReturnType<typeof data>,
  record: (program: Program, t: { logits: Tensor; weak: Tensor; weights: Tensor }) => void,
) {
  const N = weak.length
  const { weights } = await runKernel(gpu(), (program) => {
    const weights = program.tensor([N, 2], 'weights')
    record(program, { logits: upload(gpu(), logits, [N, 2]), weak: upload(gpu(), weak, [N]), weights })
    return { weights }
  })
  return weights
}

const SIZES = [1, 2, 31, 32, 33] as const

test.each(SIZES)('product targets of %i rows', async (N) => {
  const d = data(N, 3)
  expectClose(await targets(d, productTargets), productTargetsReference(d.logits, d.weak), { atol: 1e-7 })
})

test('product targets stay finite where the student and the label contradict each other', async () => {
  const d = { logits: new Float32Array([500, -500, -500, 500]), weak: new Float32Array([1, 1e-9]) }
  expectClose(await targets(d, productTargets), productTargetsReference(d.logits, d.weak), { atol: 1e-7 })
  expect([...(await targets(d, productTargets))].every(Number.isFinite)).toBe(true)
})

test.each(SIZES)('reverse KL targets of %i rows', async (N) => {
  const d = data(N, 3)
  expectClose(await targets(d, reverseKlTargets), reverseKlReference(d.logits, d.weak).weights, { atol: 1e-5 / N })
})

test('softmax-loss against the reverse KL targets has the gradient of KL(student ‖ weak)', () => {
  const { logits, weak } = data(7)
  const { weights } = reverseKlReference(logits, weak)
  const ids = Array.from({ length: 14 }, (_, i) => i % 2)
  const { dlogits } = softmaxLossReference(logits, ids, weights, { N: 7, V: 2, K: 2 })
  const numeric = finiteDifferences((z) => reverseKlReference(z, weak).loss, logits)
  expectClose(dlogits, numeric, { atol: 1e-8, rtol: 1e-6 })
})

test('KL(weak ‖ student) has the gradient of cross-entropy, so it needs no targets of its own', () => {
  const { logits, weak } = data(7)
  const p1 = (z: ArrayLike<number>, n: number) => 1 / (1 + Math.exp(z[2 * n] - z[2 * n + 1]))
  const kl = (z: ArrayLike<number>) =>
    weak.reduce((sum, y, n) => {
      const part = (share: number, p: number) => (share === 0 ? 0 : share * Math.log(share / p))
      return sum + (part(y, p1(z, n)) + part(1 - y, 1 - p1(z, n))) / 7
    }, 0)
  const weights = Array.from(weak, (y) => [(1 - y) / 7, y / 7]).flat()
  const ids = Array.from({ length: 14 }, (_, i) => i % 2)
  const { dlogits } = softmaxLossReference(logits, ids, weights, { N: 7, V: 2, K: 2 })
  expectClose(dlogits, finiteDifferences(kl, logits), { atol: 1e-8, rtol: 1e-6 })
})

test.each([
  [1, 0.5],
  [2, 0.75],
  [31, 0.5],
  [32, 0.3],
  [33, 1],
] as const)('released confidence targets of %i rows, α = %f', async (N, alpha) => {
  const d = data(N)
  const got = await targets(d, (program, t) =>
    releasedConfidenceTargets(program, { ...t, alpha: upload(gpu(), new Float32Array([alpha]), [1]) }),
  )
  expectClose(got, releasedConfidenceReference(d.logits, d.weak, alpha), { atol: 1e-7 })
})

test('the released threshold follows the weak labels: a quarter of ones gives a quarter of hardened ones', async () => {
  const d = { logits: randomFloats(64, 1), weak: Float32Array.from({ length: 32 }, (_, n) => Number(n % 4 === 0)) }
  const alpha = upload(gpu(), new Float32Array([1]), [1])
  const got = await targets(d, (program, t) => releasedConfidenceTargets(program, { ...t, alpha }))
  expect(got.filter((w, i) => i % 2 === 1 && w > 0)).toHaveLength(8)
})
