import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { binomial, multinomial } from './multinomial.ts'
import { mean, sd } from './summary.ts'

const cases = [
  { trials: 1, p: 0.3 },
  { trials: 10, p: 0.5 },
  { trials: 400, p: 0.003 },
  { trials: 400, p: 0.86 },
  { trials: 3000, p: 0.5 },
]

test.each(cases)('binomial($trials, $p) has the right mean and variance', ({ trials, p }) => {
  const random = new Random(1, 'binomial')
  const draws = Array.from({ length: 20000 }, () => binomial(random, trials, p))
  const deviation = Math.sqrt(trials * p * (1 - p))
  expect(Math.abs(mean(draws) - trials * p)).toBeLessThan((4 * deviation) / Math.sqrt(20000))
  expect(sd(draws) / deviation).toBeGreaterThan(0.97)
  expect(sd(draws) / deviation).toBeLessThan(1.03)
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...draws)).toBeLessThanOrEqual(trials)
})

test('binomial(4, 0.25) has the exact distribution', () => {
  const random = new Random(2, 'binomial')
  const counts = [0, 0, 0, 0, 0]
  for (let i = 0; i < 40000; i++) counts[binomial(random, 4, 0.25)]++
  const exact = [81, 108, 54, 12, 1].map((ways) => ways / 256)
  for (const [k, probability] of exact.entries()) {
    const error = Math.sqrt((probability * (1 - probability)) / 40000)
    expect(Math.abs(counts[k] / 40000 - probability)).toBeLessThan(4 * error)
  }
})

test('certain and impossible events', () => {
  const random = new Random(3, 'binomial')
  expect(binomial(random, 0, 0.5)).toBe(0)
  expect(binomial(random, 7, 0)).toBe(0)
  expect(binomial(random, 7, 1)).toBe(7)
})

test('multinomial counts add up, follow the sizes, and spare empty groups', () => {
  const random = new Random(4, 'multinomial')
  const counts = new Uint32Array(4)
  const sums = [0, 0, 0, 0]
  for (let r = 0; r < 5000; r++) {
    multinomial(random, 100, [70, 20, 0, 10], counts)
    expect(counts.reduce((a, b) => a + b)).toBe(100)
    for (let g = 0; g < 4; g++) sums[g] += counts[g]
  }
  expect(sums[2]).toBe(0)
  expect(sums[0] / 5000).toBeCloseTo(70, 0)
  expect(sums[3] / 5000).toBeCloseTo(10, 0)
})

test('drawing from nothing is refused', () => {
  expect(() => multinomial(new Random(0, ''), 3, [0, 0], new Uint32Array(2))).toThrow(/empty/)
})
