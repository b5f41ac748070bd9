import { expect, test } from 'vitest'
import { compareRuns, textOf } from '../src/runs/comparison.ts'
import { importRun } from '../src/runs/import-run.ts'

const provenance = { adapter: 'A', command: '', date: '2026-01-01T00:00:00Z', versions: {} }
const report = (accuracy: number, more: string[][] = []) => ({
  title: 'T',
  provenance,
  blocks: [
    {
      kind: 'table' as const,
      caption: 'Accuracy',
      columns: ['', 'student', 'remark'],
      rows: [['attr', { value: accuracy, low: 0.5, high: 0.9, format: 'percent' as const }, 'fine'], ...more],
    },
  ],
})

test('options that differ, and numbers that both reports have', () => {
  const { differing, same, tables } = compareRuns([
    { query: 'weak=a&strong=b&seeds=1,2', report: report(0.6) },
    { query: 'weak=a&strong=d&seeds=1,2&probe=yes', report: report(0.7) },
  ])
  expect(differing).toEqual([
    { name: 'strong', values: ['b', 'd'] },
    { name: 'probe', values: ['', 'yes'] },
  ])
  expect(same).toEqual([
    { name: 'weak', value: 'a' },
    { name: 'seeds', value: '1,2' },
  ])
  expect(tables).toHaveLength(1)
  expect(tables[0].rows.map(({ name, differs, cells }) => [name, differs, ...cells.map(textOf)])).toEqual([
    ['attr, student', true, '60.0 % (50.0 to 90.0)', '70.0 % (50.0 to 90.0)'],
  ])
})

test('three runs: a number that only one has is left out, one that two have shows a dash for the third', () => {
  const other = { ...report(0.5), blocks: [] }
  const { tables } = compareRuns([
    { query: '', report: report(0.6) },
    { query: '', report: report(0.6) },
    { query: '', report: other },
  ])
  expect(tables[0].rows[0].cells.map(textOf)[2]).toBe('–')
  expect(
    compareRuns([
      { query: '', report: report(0.6) },
      { query: '', report: other },
    ]).tables,
  ).toEqual([])
})

test.each([
  ['a table with a cell too few', report(0.6, [['vote', 'x']]), /part 1 .* damaged/],
  ['a benchmark', { format: 'nanoalign-benchmark/1' }, /page “Kernels”/],
  [
    'a figure without series',
    { ...report(1), blocks: [{ kind: 'figure', figure: { kind: 'lines', title: '' } }] },
    /damaged/,
  ],
  ['no versions', { ...report(1), provenance: { adapter: 'A' } }, /where it comes from/],
  ['a run of no known page', { format: 1, name: 'N', query: '', page: 'constructor' }, /page not known/],
])('%s is not imported', (_, file, message) => {
  expect(() => importRun(JSON.stringify(file), 'new', '')).toThrow(message)
})

test('an imported run brings only the fields of a run', () => {
  const run = { format: 1, name: 'N', query: 'a=1', page: 'train', evil: 1, report: report(0.6) }
  expect(Object.keys(importRun(JSON.stringify(run), 'new', ''))).not.toContain('evil')
})

test('a saved report is imported as a run of its page, with its configuration', () => {
  const details = { page: 'games', configuration: 'game=board' }
  const saved = JSON.stringify({ ...report(0.6), provenance: { ...provenance, details } })
  expect(importRun(saved, 'new', '')).toMatchObject({ page: 'games', query: 'game=board', status: 'done' })
})

test('tables whose captions tell of the options are matched by their rows', () => {
  const renamed = report(0.7)
  renamed.blocks[0] = { ...renamed.blocks[0], caption: 'Accuracy on 8 tasks' }
  const { tables } = compareRuns([
    { query: '', report: report(0.6) },
    { query: '', report: renamed },
  ])
  expect(tables.map(({ rows }) => rows.length)).toEqual([1])
})
