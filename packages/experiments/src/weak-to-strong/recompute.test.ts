// scripts/recompute-w2s.mjs derives a run's numbers from its stored predictions by other code: both must say the same.

import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { summarize } from './report.ts'
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
    curves: {},
  }
}
const seeds = [1, 2, 3].map((seed) => ({ seed, models: {}, tasks: [task(0), task(1)], alphaZeroIsNaive: true }))
const options = {
  weak: 'b',
  strong: 'f',
  seeds: [1, 2, 3],
  families: ['attr'],
  tasks: 2,
  methods: ['naive', 'confidence'],
}
const result: WeakToStrongResult = { options, seeds }

test('the independent script finds the same numbers', async () => {
  const { recompute } = await import(script)
  const rows = recompute(JSON.parse(JSON.stringify(result)))
  const ours = summarize(result)
  expect(rows).toHaveLength(2)
  for (const [i, { method, summary }] of ours.entries()) {
    expect(rows[i]).toMatchObject({ pair: 'b→f', family: 'attr', method })
    for (const name of ['weak', 'student', 'ceiling', 'zeroShot'] as const)
      expect(rows[i][name]).toBeCloseTo(summary[name]!.value, 10)
    expect(rows[i].pgr).toBeCloseTo(summary.pgr!.value, 10)
    expect(Math.abs(rows[i].low - summary.pgr!.low)).toBeLessThan(0.05)
    expect(Math.abs(rows[i].high - summary.pgr!.high)).toBeLessThan(0.05)
  }
})
