import { expect, test } from 'vitest'
import { mean, median, quantile, sd } from './summary.ts'

test('known values', () => {
  expect(mean([1, 2, 3, 6])).toBe(3)
  expect(sd([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12)
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(quantile([10, 20, 30, 40], 0.25)).toBe(17.5)
  expect(quantile([10, 20, 30, 40], 0)).toBe(10)
  expect(quantile([10, 20, 30, 40], 1)).toBe(40)
})

test('infinities have a rank and do not poison the finite quantiles', () => {
  expect(quantile([-Infinity, 1, 2, 3, Infinity], 0.5)).toBe(2)
  expect(quantile([-Infinity, 1, 2, 3, Infinity], 0)).toBe(-Infinity)
})

test('the argument is not reordered', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

test('the spread of one value is unknown, not zero', () => {
  expect(sd([5])).toBeNaN()
})

test('bad arguments are refused', () => {
  expect(() => mean([])).toThrow(/empty/)
  expect(() => median([])).toThrow(/empty/)
  expect(() => median([1, Number.NaN])).toThrow(/NaN/)
  expect(() => quantile([1], 1.5)).toThrow(/share is 1.5/)
})
