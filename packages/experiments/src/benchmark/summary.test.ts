import { expect, test } from 'vitest'
import { compareCosts, spread, summarize } from './summary.ts'

test('a summary has the median and the quartiles', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, count: 5 })
  expect(summarize([7])).toEqual({ median: 7, low: 7, high: 7, count: 1 })
  expect(spread({ median: 10, low: 9, high: 12, count: 5 })).toBeCloseTo(0.15)
})

const steady = (median: number) => ({ median, low: median * 0.99, high: median * 1.01, count: 11 })
const noisy = (median: number) => ({ median, low: median * 0.7, high: median * 1.3, count: 5 })

test('a change is only one above the noise', () => {
  expect(compareCosts(steady(10), steady(5))).toMatchObject({ speedup: 2, verdict: 'faster' })
  expect(compareCosts(steady(5), steady(10))).toMatchObject({ speedup: 0.5, verdict: 'slower' })
  // two runs of the same program differ by 5 %
  expect(compareCosts(steady(10), steady(10.4)).verdict).toBe('same')
  expect(compareCosts(steady(10), steady(9.6)).verdict).toBe('same')
  expect(compareCosts(steady(10), steady(11)).verdict).toBe('slower')
  // 1.4 times as fast, but the quartiles are ± 30 %
  expect(compareCosts(noisy(14), noisy(10)).verdict).toBe('same')
  expect(compareCosts(noisy(14), noisy(10)).noise).toBeGreaterThan(0.3)
})

test('a speed-up and the slow-down that undoes it are judged alike', () => {
  for (const factor of [1.03, 1.06, 1.2, 3]) {
    const forth = compareCosts(steady(10), steady(10 * factor)).verdict
    const back = compareCosts(steady(10 * factor), steady(10)).verdict
    expect([forth, back]).toEqual(factor < 1.05 ? ['same', 'same'] : ['slower', 'faster'])
  }
})
