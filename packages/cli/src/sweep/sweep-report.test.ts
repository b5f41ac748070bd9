import { type Report, reportText } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { type SweepResult, sweepReport } from './sweep-report.ts'

const provenance = { adapter: 'a', command: 'nanoalign sweep', date: '2026-01-01T00:00:00Z', versions: {} }
const own = (accuracy: number): Report => ({
  title: 'own',
  provenance,
  blocks: [{ kind: 'table', caption: 'Accuracy', columns: ['model', 'value'], rows: [['student', String(accuracy)]] }],
})
const result: SweepResult = {
  study: { name: 'both', experiments: [] },
  runs: [
    { id: 'w2s-1', experiment: 'w2s', label: 'w2s: weak a', cells: [{ seed: 1 }, { seed: 2, error: 'diverged' }] },
    { id: 'w2s-2', experiment: 'w2s', label: 'w2s: weak b', cells: [{ seed: 1 }, { seed: 2 }] },
    { id: 'w2s-3', experiment: 'w2s', label: 'w2s: weak c', cells: [{ seed: 1, error: 'hung' }] },
  ],
  leftOut: ['w2s: weak f (too large)'],
}
const reports = new Map([
  ['w2s-1', own(0.5)],
  ['w2s-2', own(0.7)],
])
const shown = (adapters: Record<string, number>, code: Record<string, number> = { abc: 3 }) =>
  reportText(sweepReport(result, reports, { adapters, code, kernels: { 'default kernels': 3 } }, provenance), {
    width: 110,
  })

test('runs side by side, what failed with its error, what was left out', () => {
  const text = shown({ 'GPU one': 3 })
  expect(text).toContain('3 runs, 5 cells (runs × seeds), 2 failed')
  expect(text).toMatch(/w2s: weak a +2 +diverged/)
  expect(text).toMatch(/w2s: weak c +1 +hung/)
  expect(text).toMatch(/w2s: weak a +student +0\.5\n.*w2s: weak b +student +0\.7/)
  expect(text).toMatch(/w2s-3 +w2s: weak c +none +1/)
  expect(text).toMatch(/Left out: w2s: weak\s+f \(too large\)/)
  expect(text).not.toContain('classes of adapters')
  for (const made of [/GPU one +3/, /code abc +3/, /default kernels +3/]) expect(text).toMatch(made)
})

test('a study made on several classes of adapters, or by several versions, says so', () => {
  expect(shown({ 'GPU one': 2, 'GPU two': 1 })).toContain('Made on 2 classes of adapters')
  expect(shown({ 'GPU one': 2 }, { abc: 1, def: 1 })).toContain('Made by 2 versions of the code')
})
