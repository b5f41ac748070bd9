import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import type { Correctness } from './bootstrap.ts'
import { summarizeWeakToStrong } from './pgr.ts'
import { taskMedians } from './task-medians.ts'

const SEEDS = 3
const ITEMS = 6000

/** Models with the given accuracy in each task; an item is as hard for one as for another. */
function family(tasks: { weak: number; student: number; ceiling: number }[], shared = false) {
  const random = new Random(4, 'medians')
  const draw = () => Float64Array.from({ length: ITEMS }, () => random.uniform())
  const difficulty = Array.from({ length: SEEDS }, () => {
    const own = draw()
    return tasks.map(() => (shared ? own : draw()))
  })
  const of = (model: 'weak' | 'student' | 'ceiling'): Correctness =>
    difficulty.map((byTask) => byTask.map((items, t) => Uint8Array.from(items, (d) => Number(d < tasks[t][model]))))
  return { weak: of('weak'), student: of('student'), ceiling: of('ceiling'), zeroShot: of('weak'), sharedItems: shared }
}

const small = { weak: 0.6, student: 0.65, ceiling: 0.9 } // PGR 1/6
const half = { weak: 0.6, student: 0.75, ceiling: 0.9 }
const most = { weak: 0.6, student: 0.87, ceiling: 0.9 }
const none = { weak: 0.9, student: 0.7, ceiling: 0.9 } // no gap: its PGR means nothing

test('the median task decides, over families, and tasks without a gap have no PGR', () => {
  const medians = taskMedians([family([small, none, half]), family([most])], { resamples: 300 })
  expect(medians).toMatchObject({ tasks: 4, withGap: 3 })
  expect(medians.pgr!.value).toBeCloseTo(0.5, 1)
  expect(medians.pgr!.low).toBeGreaterThan(0.35)
  expect(medians.pgr!.high).toBeLessThan(0.65)
  expect(medians.weak.value).toBeCloseTo(0.6, 1)
  expect(medians.student.value).toBeCloseTo(0.725, 1) // between .70 and .75
  expect(taskMedians([family([none])], { resamples: 100 }).pgr).toBeUndefined()
})

test('of one task the median is the mean, with nearly the same interval', () => {
  const own = family([half])
  const { student, pgr } = taskMedians([own], { resamples: 2000 })
  const summary = summarizeWeakToStrong(own)
  expect(student.value).toBeCloseTo(summary.student.value, 12)
  expect(pgr!.value).toBeCloseTo(summary.pgr!.value, 12)
  expect(pgr!.low).toBeCloseTo(summary.pgr!.low, 1)
  expect(student.high - student.low).toBeCloseTo(summary.student.high - summary.student.low, 2)
})

test('tasks that share their items err together, which widens the interval', () => {
  const tasks = [half, half, half, half, half]
  const width = ({ low, high }: { low: number; high: number }) => high - low
  const apart = taskMedians([family(tasks)]).weak
  const together = taskMedians([family(tasks, true)]).weak
  expect(width(together)).toBeGreaterThan(1.3 * width(apart))
})

test('families with other seeds are an error', () => {
  const own = family([half])
  const less = { ...own, weak: own.weak.slice(1) }
  expect(() => taskMedians([own, less])).toThrow('taskMedians: families need the same seeds')
})
