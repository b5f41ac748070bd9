import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { fitProbe } from './logistic-regression.ts'

/** Normal features, and soft labels from a known direction. */
function data(N: number, width: number, seed: number) {
  const random = new Random(seed, 'test')
  const features = Float32Array.from({ length: N * width }, () => 3 * random.normal() + 1)
  const logits = Array.from({ length: N }, (_, n) => features[n * width] - 0.5 * features[n * width + 1])
  return { features, labels: Float32Array.from(logits, (z) => 1 / (1 + Math.exp(-z))) }
}

test('the gradient vanishes at the result: no step in any direction lowers the loss', () => {
  const [N, width, l2] = [80, 3, 0.01]
  const { features, labels } = data(N, width, 1)
  const p = fitProbe(features, labels, { l2 }).predict(features)
  // with standardised x̃: (1/N) Σ (p − y)·x̃ = −l2·w, and w is read off two predictions; the bias's part is 0
  const residual = Array.from(p, (value, n) => value - labels[n])
  expect(Math.abs(residual.reduce((a, b) => a + b, 0) / N)).toBeLessThan(1e-6)
  for (let c = 0; c < width; c++) {
    const column = Array.from({ length: N }, (_, n) => features[n * width + c])
    const mean = column.reduce((a, b) => a + b, 0) / N
    const sd = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / N)
    const slope = residual.reduce((sum, r, n) => sum + (r * (column[n] - mean)) / sd, 0) / N
    const probe = fitProbe(features, labels, { l2 })
    const at = (x: number) => {
      const row = Float64Array.from({ length: width }, (_, i) => (i === c ? x : 1))
      const [q] = probe.predict(row)
      return Math.log(q / (1 - q))
    }
    const weight = (at(1.5) - at(0.5)) * sd
    expect(slope).toBeCloseTo(-l2 * weight, 4)
  }
})

test('it finds the direction, on new items too', () => {
  const train = data(400, 5, 1)
  const test = data(400, 5, 2)
  const p = fitProbe(train.features, train.labels).predict(test.features)
  const right = Array.from(p).filter((value, n) => value > 0.5 === test.labels[n] > 0.5).length
  expect(right).toBeGreaterThan(390)
})

test('separable labels, constant features and contradictions stay finite', () => {
  const features = Float32Array.from([0, 7, 1, 7, 2, 7, 3, 7])
  const p = fitProbe(features, [0, 0, 1, 1]).predict(features)
  expect([...p].map((x) => Number(x > 0.5))).toEqual([0, 0, 1, 1])
  expect([...fitProbe([1, 1, 1], [0, 1, 1]).predict([1])][0]).toBeCloseTo(2 / 3, 5)
  expect(() => fitProbe([1, 2, 3], [0, 1])).toThrow('3 features are no whole number per each of 2 labels')
})
