import { expect, test } from 'vitest'
import { calibrationError, reliability } from './calibration.ts'

test('a model that is right as often as it believes has no calibration error', () => {
  // confidence 0.8 on ten items, eight of them right, for either label
  const truth = [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]
  const beliefs = [0.8, 0.8, 0.8, 0.8, 0.8, 0.2, 0.2, 0.2, 0.2, 0.2]
  expect(calibrationError(beliefs, truth)).toBeCloseTo(0, 12)
  expect(reliability(beliefs, truth).filter(({ count }) => count > 0)).toHaveLength(1)
})

test('over-confidence counts by its size and by the items it is about', () => {
  expect(calibrationError([0.95, 0.95], [1, 0])).toBeCloseTo(0.45, 12)
  expect(calibrationError([0.95, 0.95, 0.5, 0.5], [1, 0, 0, 1])).toBeCloseTo(0.225, 12)
  expect(reliability([1, 0], [1, 0])[9]).toEqual({ count: 2, confidence: 1, accuracy: 1 })
})
