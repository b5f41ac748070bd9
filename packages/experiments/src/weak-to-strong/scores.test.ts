import { expect, test } from 'vitest'
import type { TaskResult } from './result.ts'
import { agreementOf, gainOver, summaryOf } from './scores.ts'

/** Ten items with truth 1: the supervisor is right on six, the student on eight, with it on two of its four errors. */
const task: TaskResult = {
  family: 'attr',
  k: 0,
  truth: Array(10).fill(1),
  zeroShot: Array(10).fill(0.4),
  weak: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0],
  ceiling: Array(10).fill(1),
  students: { naive: [1, 1, 1, 1, 1, 1, 0.2, 0.3, 0.9, 0.6] },
  curves: {},
}

test('agreement is split by whether the supervisor is right', () => {
  const { all, right, wrong } = agreementOf([[task], [task]], 'attr', 'naive')
  expect(all.value).toBeCloseTo(0.8)
  expect(right.value).toBe(1)
  expect(wrong.value).toBeCloseTo(0.5)
  expect(wrong.low).toBeLessThan(wrong.value)
  expect(wrong.high).toBeGreaterThan(wrong.value)
})

test('summaries and differences are of accuracies', () => {
  const { weak, student, ceiling, zeroShot, pgr } = summaryOf([[task]], 'attr', (t) => t.students.naive)
  expect([weak.value, student.value, ceiling.value, zeroShot!.value].map((x) => x.toFixed(2))).toEqual([
    '0.60',
    '0.80',
    '1.00',
    '0.00',
  ])
  expect(pgr!.value).toBeCloseTo(0.5)
  const gain = gainOver(
    [[task]],
    'attr',
    (t) => t.students.naive,
    (t) => t.weak,
  )
  expect(gain.value).toBeCloseTo(0.2)
})
