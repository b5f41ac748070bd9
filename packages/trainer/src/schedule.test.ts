import { expect, test } from 'vitest'
import { learningRate } from './schedule.ts'

test('warm-up, peak, half-way and end of each schedule', () => {
  const at = (kind: 'constant' | 'linear' | 'cosine', step: number) =>
    learningRate({ kind, peak: 2, warmup: 4, floor: 0.1 }, step, 104)
  for (const kind of ['constant', 'linear', 'cosine'] as const) {
    expect([0, 1, 2, 3].map((step) => at(kind, step))).toEqual([0.5, 1, 1.5, 2])
    expect(at(kind, 4)).toBe(2)
  }
  expect(at('constant', 103)).toBe(2)
  expect(at('linear', 54)).toBeCloseTo(2 * (0.1 + 0.9 * 0.5))
  expect(at('cosine', 54)).toBeCloseTo(2 * (0.1 + 0.9 * 0.5))
  expect(at('cosine', 103)).toBeGreaterThan(0.2)
  expect(at('cosine', 103)).toBeLessThan(0.202)
})

test('no warm-up and a single step', () => {
  expect(learningRate({ kind: 'cosine', peak: 1, warmup: 0 }, 0, 1)).toBe(1)
})
