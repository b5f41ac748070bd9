import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import type { Correctness } from './bootstrap.ts'
import { pgr, pgrDifference, summarizeWeakToStrong } from './pgr.ts'

/**
 * Correctness of three models from one difficulty per item, so that their errors are nested as those of real models
 * are: a model of accuracy p gets the easiest share p of the items right.
 */
function nested(accuracies: Record<string, number>, seeds: number, tasks: number, items: number) {
  const random = new Random(1, 'difficulty')
  const difficulty = Array.from({ length: seeds }, () =>
    Array.from({ length: tasks }, () => Float64Array.from({ length: items }, () => random.uniform())),
  )
  const correct = (accuracy: number): Correctness =>
    difficulty.map((byTask) => byTask.map((byItem) => Uint8Array.from(byItem, (d) => Number(d < accuracy))))
  return Object.fromEntries(Object.entries(accuracies).map(([name, p]) => [name, correct(p)]))
}

test('pgr is 0 at the supervisor, 1 at the ceiling, and undefined without a gap', () => {
  expect(pgr(0.6, 0.6, 0.9)).toBe(0)
  expect(pgr(0.6, 0.9, 0.9)).toBe(1)
  expect(pgr(0.5, 0.625, 0.75)).toBe(0.5)
  expect(pgr(0.6, 0.5, 0.9)).toBeLessThan(0)
  expect(pgr(0.6, 0.7, 0.6)).toBeUndefined()
  expect(pgr(0.6, 0.7, 0.5)).toBeUndefined()
})

test('a clear gap gives a PGR with an interval around it', () => {
  const { weak, student, ceiling, zeroShot } = nested(
    { weak: 0.7, student: 0.8, ceiling: 0.9, zeroShot: 0.5 },
    3,
    8,
    400,
  )
  const summary = summarizeWeakToStrong({ weak, student, ceiling, zeroShot })
  expect(summary.pgrHidden).toBeUndefined()
  expect(summary.pgr!.value).toBeCloseTo(0.5, 1)
  expect(summary.pgr!.value).toBeCloseTo(pgr(summary.weak.value, summary.student.value, summary.ceiling.value)!, 12)
  expect(summary.pgr!.low).toBeGreaterThan(0.4)
  expect(summary.pgr!.high).toBeLessThan(0.6)
  expect(summary.gain.value).toBeCloseTo(summary.student.value - summary.weak.value, 12)
  expect(summary.gap.low).toBeGreaterThan(0.15)
  expect(summary.zeroShot!.value).toBeCloseTo(0.5, 1)
  expect(summarizeWeakToStrong({ weak, student, ceiling }).zeroShot).toBeUndefined()
})

test('PGR is hidden, with the reason, when the gap is within noise or negative', () => {
  const { weak, student, ceiling } = nested({ weak: 0.8, student: 0.85, ceiling: 0.9 }, 3, 2, 100)
  const equal = summarizeWeakToStrong({ weak, student, ceiling: weak })
  expect(equal.pgr).toBeUndefined()
  expect(equal.pgrHidden).toMatch(/within noise \(0\.0 points, 95% interval 0\.0 to 0\.0\)/)
  const negative = summarizeWeakToStrong({ weak: ceiling, student, ceiling: weak })
  expect(negative.pgr).toBeUndefined()
  expect(negative.pgrHidden).toMatch(/ceiling is below the weak supervisor \(-/)
})

test('a model at chance hides PGR even when its point estimate is above the supervisor', () => {
  const random = new Random(6, 'chance')
  const draw = (p: number) => [[Uint8Array.from({ length: 60 }, () => Number(random.uniform() < p))]]
  const summary = summarizeWeakToStrong({ weak: draw(0.5), student: draw(0.5), ceiling: draw(0.55) })
  expect(summary.gap.low).toBeLessThanOrEqual(0)
  expect(summary.pgr).toBeUndefined()
})

test('the difference of two PGRs is paired, and undefined where one of them is hidden', () => {
  const { weak, student, better, ceiling } = nested({ weak: 0.7, student: 0.8, better: 0.84, ceiling: 0.9 }, 3, 4, 400)
  const [a, b] = [
    { weak, student: better, ceiling },
    { weak, student, ceiling },
  ]
  const difference = pgrDifference(a, b)!
  const [first, second] = [summarizeWeakToStrong(a).pgr!, summarizeWeakToStrong(b).pgr!]
  expect(difference.value).toBeCloseTo(first.value - second.value, 12)
  expect(difference.low).toBeGreaterThan(0.1)
  // errors are nested: the pair is surer than two intervals apart
  expect(difference.high - difference.low).toBeLessThan(first.high - first.low + second.high - second.low)
  expect(pgrDifference(a, a)!).toMatchObject({ value: 0, low: 0, high: 0 })
  expect(pgrDifference(a, { weak, student, ceiling: weak })).toBeUndefined()
})
