import { expect, test } from 'vitest'
import { logTicks, scaleOptions } from './figure-scale.ts'

test.each([
  [1, 10, 12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [4.75e9, 1.02e11, 8, [5e9, 1e10, 2e10, 5e10, 1e11]],
  [4.75e9, 1.02e11, 4, [1e10, 3e10, 1e11]],
  [9e10, 9e11, 8, [1e11, 2e11, 5e11]],
  [1, 1000, 4, [1, 10, 100, 1000]],
  [1, 1e12, 4, [1, 1e3, 1e6, 1e9, 1e12]],
  [0.001, 1, 4, [0.001, 0.01, 0.1, 1]],
])('log ticks from %d to %d, about %d', (low, high, count, want) => {
  expect(logTicks(low, high, count)).toEqual(want)
})

test('a log axis leaves out what it cannot show', () => {
  expect(scaleOptions({ label: 'x', scale: 'log' }, [0, 1, 100], 4).ticks).toEqual([1, 10, 100])
})

test('a given domain is kept', () => {
  expect(scaleOptions({ label: 'y', domain: [0.4, 1] }, [0, 2], 6)).toMatchObject({ domain: [0.4, 1], nice: false })
})
