import { expect, test } from 'vitest'
import { narrowHalf, widenHalf } from './half.ts'

const widened = (half: number) => new Float32Array(Uint32Array.of(widenHalf(half)).buffer)[0]

test('every half survives being widened and narrowed', () => {
  for (let half = 0; half < 65536; half++) {
    const value = widened(half)
    if (!Number.isNaN(value)) expect(narrowHalf(value)).toBe(half)
  }
  expect(widened(narrowHalf(Number.NaN))).toBeNaN()
})

test('the nearest half, ties to even, and infinity beyond the largest', () => {
  for (let half = 0; half < 0x7bff; half += 7) {
    const [low, high] = [widened(half), widened(half + 1)]
    const middle = (low + high) / 2
    expect(narrowHalf(middle)).toBe(half % 2 === 0 ? half : half + 1)
    expect(narrowHalf(middle * (1 - 1e-12))).toBe(half)
    expect(narrowHalf(middle * (1 + 1e-12))).toBe(half + 1)
    expect(narrowHalf(-high)).toBe((half + 1) | 0x8000)
  }
  expect([narrowHalf(65519), narrowHalf(65520), narrowHalf(-1e9)]).toEqual([0x7bff, 0x7c00, 0xfc00])
})
