import { expect, test } from 'vitest'
import { bestSoFar, decodeLooks, encodeLooks, LOOK_ITEMS } from './looks.ts'

const look = (onVal: number[], onTest: number[] = []) => ({
  onVal: Float32Array.from(onVal),
  onTest: Float32Array.from(onTest),
})

test('the best look is the one with most agreement, the later of equals', () => {
  const isBest = bestSoFar([1, 0, 1, 1])
  expect(isBest(look([0.9, 0.9, 0.1, 0.1]))).toBe(true) // 1 of 4
  expect(isBest(look([0.9, 0.1, 0.6, 0.1]))).toBe(true) // 3
  expect(isBest(look([0.9, 0.1, 0.1, 0.1]))).toBe(false) // 2
  expect(isBest(look([0.1, 0.1, 0.9, 0.9]))).toBe(true) // 3 again
})

test.each([[3], [LOOK_ITEMS + 5]])('looks come back from their bytes, with a test of %i items', (testItems) => {
  const onTest = Array.from({ length: Math.min(LOOK_ITEMS, testItems) }, (_, i) => i / 2048)
  const looks = [look([0.25, 0.5], onTest), look([0.75, 1], onTest.toReversed())]
  expect(decodeLooks(encodeLooks(looks), testItems)).toEqual(looks)
  const withoutVal = looks.map((each) => ({ ...each, onVal: new Float32Array() }))
  expect(decodeLooks(encodeLooks(withoutVal), testItems)).toEqual(withoutVal)
})
