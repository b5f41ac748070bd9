import { expect, test } from 'vitest'
import { compareBenchmarks } from './compare.ts'
import { type Benchmark, parseBenchmark, type Row } from './result.ts'

const timing = (median: number) => ({ median, low: median * 0.99, high: median * 1.01, count: 11 })

function row(id: string, wallMs: number, cpuMs?: number): Row {
  return {
    id,
    group: 'matmul',
    label: `label of ${id}`,
    flops: 1e9,
    bytes: 1e6,
    bound: 'multiply-add',
    check: { error: 0.2, compared: 'all' },
    wallMs: timing(wallMs),
    cpuMs: cpuMs === undefined ? undefined : timing(cpuMs),
  }
}

function benchmark(rows: Row[], adapter: Partial<Benchmark['adapter']> = {}): Benchmark {
  return {
    format: 'nanoalign-benchmark/1',
    date: '2026-11-23T12:00:00.000Z',
    command: 'nanoalign bench',
    quick: true,
    adapter: {
      name: 'Test GPU',
      vendor: '',
      architecture: '',
      driver: '1',
      software: false,
      robustness: false,
      features: [],
      ...adapter,
    },
    versions: {},
    machine: { cpu: 'x' },
    ceilings: [{ kind: 'multiply-add', name: 'f32', amount: 1e9, wallMs: timing(1) }],
    rows,
  }
}

test('rows are matched by id and judged', () => {
  const before = benchmark([row('a', 10), row('b', 10), row('gone', 10)])
  const after = benchmark([row('b', 20), row('a', 5), row('new', 10)])
  const { changes, onlyBefore, onlyAfter, warnings } = compareBenchmarks(before, after)
  expect(changes.map(({ id, verdict, speedup }) => [id, verdict, speedup])).toEqual([
    ['b', 'slower', 0.5],
    ['a', 'faster', 2],
  ])
  expect(onlyBefore).toEqual(['label of gone'])
  expect(onlyAfter).toEqual(['label of new'])
  expect(warnings).toEqual([])
})

test('CPU time decides where both have it', () => {
  const disturbed = compareBenchmarks(benchmark([row('a', 10, 8)]), benchmark([row('a', 30, 8)]))
  expect(disturbed.changes[0].verdict).toBe('same')
  const without = compareBenchmarks(benchmark([row('a', 10)]), benchmark([row('a', 30, 8)]))
  expect(without.changes[0].verdict).toBe('slower')
})

test('a row without times is not compared', () => {
  const failed = { ...row('a', 10), wallMs: undefined, check: { error: 7, compared: 'all' } }
  const { changes, onlyBefore } = compareBenchmarks(benchmark([row('a', 10)]), benchmark([failed]))
  expect(changes).toEqual([])
  expect(onlyBefore).toEqual(['label of a'])
})

test('another adapter or mode is told', () => {
  const { warnings } = compareBenchmarks(benchmark([]), benchmark([], { name: 'Other', robustness: true }))
  expect(warnings).toEqual(['adapter differs: Test GPU before, Other now', 'robustness differs: off before, on now'])
})

test('a file is read back as it was written', () => {
  const result = benchmark([row('a', 10, 8), { ...row('b', 1), check: { error: Infinity, compared: 'NaN' } }])
  const read = parseBenchmark(JSON.stringify(result), 'old.json')
  expect(read.rows[0]).toEqual(JSON.parse(JSON.stringify(result.rows[0])))
  expect(read.rows[1].check.error).toBe(Infinity) // JSON has no infinity
})

test('a file that is something else is named, with the first wrong field', () => {
  expect(() => parseBenchmark('{', 'old.json')).toThrow(/^old\.json is no JSON/)
  expect(() => parseBenchmark('{"a": 1\n\n\n\u001b[2J}', 'old.json')).toThrow(/^old\.json is no JSON: [ -~]+$/)
  expect(() => parseBenchmark('{}', 'old.json')).toThrow(/^old\.json is no benchmark result: format/)
  const wrong = { ...benchmark([]), ceilings: [{ kind: 'copy' }] }
  expect(() => parseBenchmark(JSON.stringify(wrong), 'old.json')).toThrow(/ceilings\.0\.name/)
})
