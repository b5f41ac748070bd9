import { type SeedResult, weakToStrongPresets, weakToStrongTasks } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { importRun } from '../src/runs/import-run.ts'
import { addPoint, type Curve } from '../src/study/loss-curves.ts'
import { inWords, ProgressMeter } from '../src/study/progress-meter.ts'
import { completePart } from '../src/weak-to-strong/complete-part.ts'
import { plan } from '../src/weak-to-strong/expected-work.ts'

const source = { key: 'k', name: 'w2s-pretrain', label: 'seed 1: pretrain a' }

const pretrain = (name: string) => ({ ...source, label: `seed 1: pretrain ${name}` })
const expected = (name: keyof typeof weakToStrongPresets) =>
  Object.values(plan(weakToStrongPresets[name]).work).reduce((a, b) => a + b)

test('the time left follows the measured speed, and stages from the store do not count for it', () => {
  const meter = new ProgressMeter(plan(weakToStrongPresets.smoke))
  meter.event({ ...pretrain('a'), type: 'stage-cached' })
  expect(meter.progress(0).secondsLeft).toBeUndefined()
  const { share: before } = meter.progress(0)
  meter.event({ ...pretrain('b'), type: 'stage-start' })
  meter.event({ ...pretrain('b'), type: 'stage-done', elapsedSeconds: 40 })
  const { secondsLeft, share, finished } = meter.progress(0)
  const pace = 40 / ((share - before) * expected('smoke'))
  expect(secondsLeft).toBeCloseTo(pace * (1 - share) * expected('smoke'))
  expect(finished).toBe(2)
})

test('a stage that resumes half-way is not taken for a fast one', () => {
  const meter = new ProgressMeter(plan(weakToStrongPresets.smoke))
  const all = expected('smoke')
  meter.event({ ...pretrain('b'), type: 'stage-start' })
  meter.event({ ...pretrain('b'), type: 'stage-progress', step: 50, steps: 100 })
  const { share: before } = meter.progress(1)
  meter.event({ ...pretrain('b'), type: 'stage-progress', step: 75, steps: 100 })
  const { share, secondsLeft } = meter.progress(4)
  expect(secondsLeft).toBeCloseTo(((1 - share) * all * 4) / ((share - before) * all))
})

test.each(['smoke', 'quick', 'laptop', 'full'] as const)('all of preset %s has an expected work', (name) => {
  expect(expected(name)).toBeGreaterThan(5)
})

test.each([
  [3, 'a few seconds'],
  [31, 'about 30 seconds'],
  [61, 'about a minute'],
  [200, 'about 3 minutes'],
  [3600, 'about an hour'],
  [9000, 'about 2.5 hours'],
])('%d seconds are %s', (seconds, words) => expect(inWords(seconds)).toBe(words))

test('loss curves stay short, and a resumed stage goes on where its checkpoint was', () => {
  let curves: Curve[] = []
  const at = (step: number) => {
    curves = addPoint(curves, { ...source, type: 'stage-progress', step, steps: 10_000, loss: 3 }, 'loss')
  }
  for (let step = 1; step <= 5_000; step++) at(step)
  expect(curves[0].points.length).toBeLessThan(180)
  at(2_000)
  at(2_100)
  const xs = curves[0].points.map(({ x }) => x)
  expect(xs).toEqual([...xs].sort((a, b) => a - b))
  expect(xs[xs.length - 1]).toBe(0.21)
})

test('an unfinished result is reported as far as all its seeds have the same tasks', () => {
  const options = { ...weakToStrongPresets.smoke, families: ['attr', 'vote'], tasks: 2 }
  const all = weakToStrongTasks(options)
  const seed = (number: number, tasks: number) => ({ seed: number, tasks: all.slice(0, tasks) }) as SeedResult
  const shape = (...seeds: SeedResult[]) => {
    const { options: part, seeds: kept } = completePart(options, seeds)
    return [part.seeds, part.families, part.tasks, kept.map((s) => s.tasks.length)]
  }
  expect(shape(seed(1, 1))).toEqual([[1], ['attr'], 1, [1]])
  expect(shape(seed(1, 2))).toEqual([[1], ['attr'], 2, [2]])
  expect(shape(seed(1, 3))).toEqual([[1], ['attr'], 2, [2]])
  expect(shape(seed(1, 4), seed(2, 1))).toEqual([[1], ['attr', 'vote'], 2, [4]])
  expect(shape(seed(1, 4), seed(2, 4))).toEqual([[1, 2], ['attr', 'vote'], 2, [4, 4]])
})

test('only runs and reports are imported', () => {
  const read = (value: unknown) => importRun(JSON.stringify(value), 'new', '2026-01-01T00:00:00Z')
  const report = { title: 'T', blocks: [], provenance: { adapter: 'A', command: '', date: '', versions: {} } }
  expect(read(report)).toMatchObject({ id: 'new', name: 'T', status: 'done', adapter: 'A' })
  const run = { format: 1, id: 'old', page: 'weak-to-strong', name: 'N', query: 'weak=a', status: 'running', report }
  expect(read(run)).toMatchObject({ id: 'new', name: 'N', status: 'done', created: '2026-01-01T00:00:00Z' })
  expect(() => importRun('<html>', 'new', '')).toThrow('not JSON')
  expect(() => read({ hello: 1 })).toThrow('neither a run nor a report')
  expect(() => read({ ...report, blocks: [{ kind: 'script' }] })).toThrow('does not know')
})

test('the pace of a run is known when enough of it was computed', () => {
  const meter = new ProgressMeter({ counts: { 'w2s-pretrain': 20 } })
  meter.event({ ...source, type: 'stage-cached' })
  meter.event({ ...source, type: 'stage-start' })
  meter.event({ ...source, type: 'stage-done', elapsedSeconds: 4 })
  meter.event({ ...source, type: 'stage-start' })
  meter.event({ ...source, type: 'stage-done', elapsedSeconds: 6 })
  expect(meter.pace()).toBeUndefined()
  meter.event({ ...source, type: 'stage-start' })
  meter.event({ ...source, type: 'stage-done', elapsedSeconds: 5 })
  expect(meter.pace()).toBe(5)
})
