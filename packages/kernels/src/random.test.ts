import { expect, test } from 'vitest'
import { cumulativeSums, Random, threefry2x32 } from './random.ts'

test('threefry2x32 matches the known-answer vectors of Random123', () => {
  const out = new Uint32Array(2)
  const cases = [
    [
      [0, 0, 0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [-1, -1, -1, -1],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const
  for (const [[k0, k1, c0, c1], want] of cases) {
    threefry2x32(k0, k1, c0, c1, out)
    expect([...out]).toEqual(want)
  }
})

test('streams are reproducible and independent of each other', () => {
  const draw = (seed: number, stream: string) =>
    Array.from(
      { length: 8 },
      (
        (random) => () =>
          random.uint32()
      )(new Random(seed, stream)),
    )
  expect(draw(1, 'a')).toEqual(draw(1, 'a'))
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'))
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'))
})

test('uniform and normal have the right first two moments', () => {
  const random = new Random(7, 'moments')
  const n = 20000
  let u = 0
  let z = 0
  let zz = 0
  for (let i = 0; i < n; i++) {
    u += random.uniform()
    const x = random.normal()
    z += x
    zz += x * x
  }
  expect(u / n).toBeCloseTo(0.5, 1)
  expect(Math.abs(z / n)).toBeLessThan(0.03)
  expect(Math.abs(zz / n - 1)).toBeLessThan(0.04)
})

test('fromCumulative draws in proportion and never an index of weight 0', () => {
  const random = new Random(3, 'categorical')
  const cumulative = cumulativeSums([1, 0, 3])
  const counts = [0, 0, 0]
  for (let i = 0; i < 4000; i++) counts[random.fromCumulative(cumulative)]++
  expect(counts[1]).toBe(0)
  expect(counts[2] / 4000).toBeCloseTo(0.75, 1)
})

test('bad arguments are refused', () => {
  expect(() => new Random(-1, 'x')).toThrow(/seed is -1/)
  expect(() => new Random(1, 'x').integer(0)).toThrow(/n is 0/)
})
