// scripts/recompute-w2s.mjs derives a run's numbers from its stored predictions by other code: both must say the same.

import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { weakToStrongReport } from './report.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'

const script: string = '../../../../scripts/recompute-w2s.mjs'

const random = new Random(3, 'recompute test')
const beliefs = (truth: number[], accuracy: number) =>
  truth.map((label) => {
    const side = random.uniform() < accuracy ? label : 1 - label
    return side === 1 ? 0.5 + 0.5 * random.uniform() + 1e-3 : 0.5 * random.uniform()
  })
const task = (k: number): TaskResult => {
  const truth = Array.from({ length: 400 }, () => random.integer(2))
  const students = { naive: beliefs(truth, 0.85), confidence: beliefs(truth, 0.87) }
  const zeroShot = truth.map(() => random.integer(2))
  return {
    family: 'attr',
    k,
    truth,
    zeroShot,
    weak: beliefs(truth, 0.75),
    ceiling: beliefs(truth, 0.97),
    students,
    curves: Object.fromEntries(['weak', 'ceiling', ...Object.keys(students)].map((who) => [who, [0.5, 0.75]])),
  }
}
const model = { losses: [3, 2, 1], knowledge: 0.9, parameters: 30_000, rows: 1000, flops: 1e9 }
const models = { attributes: { b: model, f: model } }
const seeds = [1, 2, 3].map((seed) => ({ seed, models, tasks: [task(0), task(1)], alphaZeroIsNaive: true }))
const options = {
  weak: 'b',
  strong: 'f',
  seeds: [1, 2, 3],
  families: ['attr'],
  tasks: 2,
  methods: ['naive', 'confidence'],
}
const result: WeakToStrongResult = { options, seeds }

const reportOf = (of: WeakToStrongResult) =>
  JSON.parse(
    JSON.stringify(weakToStrongReport(of, { adapter: 'test', command: 'w2s', date: '2026-01-01', versions: {} })),
  )

test('the independent script finds the same numbers, and intervals nearly the same', async () => {
  const { compare } = await import(script)
  expect(compare(result, reportOf(result))).toMatchObject({ agreeing: 13, differing: [] })
  const threeTasks = {
    options: { ...options, tasks: 3 },
    seeds: seeds.map((s) => ({ ...s, tasks: [0, 1, 2].map(task) })),
  }
  expect(compare(threeTasks, reportOf(threeTasks))).toMatchObject({ agreeing: 13 + 10, differing: [] })
})

test('and tells of every number that does not follow from the predictions', async () => {
  const { compare } = await import(script)
  const report = reportOf(result)
  const [first] = seeds
  const other = { ...first.tasks[0], ceiling: first.tasks[0].ceiling.map((p, i) => (i === 7 ? 1 - p : p)) }
  const changed = { ...result, seeds: [{ ...first, tasks: [other, first.tasks[1]] }, ...seeds.slice(1)] }
  const { differing } = compare(changed, report)
  // the ceiling's accuracy, and PGR of both methods
  expect(differing).toHaveLength(3)
  expect(differing[0]).toMatch(/^Accuracy on \/ strong ceiling \(f\) \/ accuracy: 0\.\d+, but the predictions give/)
})
