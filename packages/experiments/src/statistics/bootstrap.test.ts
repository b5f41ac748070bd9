import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import {
  accuracyInterval,
  type Correctness,
  differenceInterval,
  meanAccuracy,
  percentileInterval,
  resampleAccuracies,
} from './bootstrap.ts'
import { sd } from './summary.ts'

/** Independent Bernoulli correctness: seeds × tasks × items. */
function bernoulli(random: Random, accuracy: number, seeds: number, tasks: number, items: number): Correctness {
  return Array.from({ length: seeds }, () =>
    Array.from({ length: tasks }, () => Uint8Array.from({ length: items }, () => Number(random.uniform() < accuracy))),
  )
}

test('models that are always right or always wrong have no interval', () => {
  const right = [[new Uint8Array(5).fill(1)], [new Uint8Array(5).fill(1)]]
  const wrong = [[new Uint8Array(5)], [new Uint8Array(5)]]
  const resampled = resampleAccuracies({ right, wrong }, { resamples: 50 })
  for (const [interval, value] of [
    [accuracyInterval(resampled, 'right'), 1],
    [accuracyInterval(resampled, 'wrong'), 0],
    [differenceInterval(resampled, 'wrong', 'right'), -1],
  ] as const) {
    expect(interval.value).toBeCloseTo(value, 12)
    expect(interval.low).toBeCloseTo(value, 12)
    expect(interval.high).toBeCloseTo(value, 12)
  }
})

test('with one seed and one task the spread is that of a binomial proportion', () => {
  const correct = [[Uint8Array.from({ length: 400 }, (_, i) => Number(i % 5 !== 0))]] // accuracy 0.8
  const { value, draws } = resampleAccuracies({ model: correct }, { resamples: 4000 })
  expect(value.model).toBeCloseTo(0.8, 12)
  expect(sd(draws.model)).toBeCloseTo(Math.sqrt((0.8 * 0.2) / 400), 3)
})

test('the same model has no difference to itself, however uncertain its accuracy', () => {
  const model = bernoulli(new Random(1, 'items'), 0.7, 3, 4, 50)
  const resampled = resampleAccuracies({ model, copy: model }, { resamples: 200 })
  const difference = differenceInterval(resampled, 'model', 'copy')
  expect([difference.low, difference.value, difference.high]).toEqual([0, 0, 0])
  const accuracy = accuracyInterval(resampled, 'model')
  expect(accuracy.high - accuracy.low).toBeGreaterThan(0.02)
})

test('pairing: models with the same errors but two have a tight difference', () => {
  const a = Uint8Array.from({ length: 200 }, (_, i) => Number(i % 2))
  const b = a.slice()
  b[0] = b[2] = 1
  const resampled = resampleAccuracies({ a: [[a]], b: [[b]] })
  const difference = differenceInterval(resampled, 'b', 'a')
  expect(difference.value).toBeCloseTo(0.01, 12)
  expect(difference.high - difference.low).toBeLessThan(0.03)
  expect(accuracyInterval(resampled, 'a').high - accuracyInterval(resampled, 'a').low).toBeGreaterThan(0.12)
})

test('seeds that differ widen the interval', () => {
  const random = new Random(2, 'items')
  const alike = bernoulli(random, 0.7, 4, 1, 300)
  const apart = [0.5, 0.6, 0.8, 0.9].flatMap((accuracy) => bernoulli(random, accuracy, 1, 1, 300))
  const resampled = resampleAccuracies({ alike, apart })
  expect(sd(resampled.draws.apart)).toBeGreaterThan(2 * sd(resampled.draws.alike))
})

test('items shared by the tasks are resampled together', () => {
  const items = Uint8Array.from({ length: 100 }, (_, i) => Number(i < 70))
  const model = [[items, items, items, items]]
  const shared = sd(resampleAccuracies({ model }, { sharedItems: true }).draws.model)
  const apart = sd(resampleAccuracies({ model }, { sharedItems: false }).draws.model)
  expect(shared / apart).toBeCloseTo(2, 0)
  expect(shared).toBeCloseTo(Math.sqrt((0.7 * 0.3) / 100), 2)
})

test('95 % intervals cover the true accuracy about that often', () => {
  const random = new Random(3, 'items')
  let covered = 0
  let width = 0
  for (let repeat = 0; repeat < 200; repeat++) {
    const model = bernoulli(random, 0.75, 1, 2, 100)
    const resampled = resampleAccuracies({ model }, { resamples: 300, seed: repeat })
    const { low, high } = accuracyInterval(resampled, 'model')
    width += (high - low) / 200
    if (low <= 0.75 && 0.75 <= high) covered++
  }
  expect(covered).toBeGreaterThanOrEqual(180)
  expect(covered).toBeLessThanOrEqual(199)
  expect(width).toBeCloseTo(2 * 1.96 * Math.sqrt((0.75 * 0.25) / 200), 1)
})

test('the same results always give the same draws', () => {
  const model = bernoulli(new Random(4, 'items'), 0.6, 2, 2, 40)
  expect(resampleAccuracies({ model }).draws.model).toEqual(resampleAccuracies({ model }).draws.model)
  expect(resampleAccuracies({ model }, { seed: 1 }).draws.model).not.toEqual(resampleAccuracies({ model }).draws.model)
})

test('a realistic size is fast', () => {
  const random = new Random(5, 'items')
  const [weak, student, ceiling, zeroShot] = [0.77, 0.86, 0.98, 0.5].map((p) => bernoulli(random, p, 3, 8, 400))
  const start = performance.now()
  resampleAccuracies({ weak, student, ceiling, zeroShot })
  expect(performance.now() - start).toBeLessThan(2000) // about 0.1 s on one idle core
})

test('accuracies weigh tasks equally, whatever their number of items', () => {
  const model = [[Uint8Array.of(1, 1, 1, 1), Uint8Array.of(0)]]
  expect(meanAccuracy(model)).toBe(0.5)
  expect(percentileInterval(0.5, [0, 1, 2, 3, 4], 0.5)).toEqual({ value: 0.5, low: 1, high: 3 })
})

test('mismatched shapes are refused', () => {
  const two = [[new Uint8Array(2)]]
  const three = [[new Uint8Array(3)]]
  expect(() => resampleAccuracies({ two, three })).toThrow(/\[\[3\]\] for three but \[\[2\]\] for two/)
  expect(() => resampleAccuracies({ none: [] })).toThrow(/no seeds/)
  expect(() => resampleAccuracies({ model: [[...two[0], ...three[0]]] }, { sharedItems: true })).toThrow(/sharedItems/)
})
