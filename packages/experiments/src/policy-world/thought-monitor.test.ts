import { expect, test } from 'vitest'
import { createPolicyWorld, defaultWorld, monitorAccuracy } from './index.ts'

test('the monitor finds contradictions and made-up clauses, passes what is clean, and cannot see a misread request', () => {
  const accuracy = monitorAccuracy(createPolicyWorld(defaultWorld, 1), 60)
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  expect(mean(accuracy.clean)).toBe(1)
  expect(mean(accuracy.contradiction)).toBe(1)
  expect(mean(accuracy['hallucinated policy'])).toBeGreaterThan(0.5)
  expect(mean(accuracy['misread request'])).toBe(0)
})
