import { expect, test } from 'vitest'
import { sampledCells } from './cases/matmul.ts'
import { noise, worstError } from './subject.ts'

test('errors are in units of their tolerance, and NaN is never right', () => {
  const tolerance = { atol: 0.1, rtol: 0.1 }
  expect(worstError([[1, 1]], tolerance)).toBe(0)
  expect(
    worstError(
      [
        [1, 1],
        [2.4, 2],
      ],
      tolerance,
    ),
  ).toBeCloseTo(0.4 / 0.3)
  expect(
    worstError(
      [
        [Number.NaN, 1],
        [1, 1],
      ],
      tolerance,
    ),
  ).toBe(Infinity)
})

test('noise repeats by seed and is not constant', () => {
  expect(noise(10_000, 1)).toEqual(noise(10_000, 1))
  expect(noise(10, 1)).not.toEqual(noise(10, 2))
  expect(new Set(noise(4096, 1)).size).toBeGreaterThan(4000)
})

test('the sampled cells are in the matrix and reach its corners and every residue of a tile', () => {
  for (const [M, N] of [
    [1, 1],
    [512, 384],
    [37, 101],
  ]) {
    const cells = sampledCells(M, N)
    expect(cells.every(([m, n]) => m >= 0 && m < M && n >= 0 && n < N)).toBe(true)
    expect(cells).toContainEqual([M - 1, N - 1])
    expect(new Set(cells.map(([m]) => m % 16)).size).toBe(Math.min(16, M))
  }
})
