import {
  cardPresets,
  defaultWorld,
  deliberate,
  deliberativePresets,
  gamePresets,
  gameWeakToStrong,
  reason,
  reasoningPresets,
  type SeedResult,
  systemCard,
  weakToStrong,
  weakToStrongPresets,
  weakToStrongTasks,
} from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { importRun } from '../src/runs/import-run.ts'
import { addPoint, type Curve } from '../src/study/live-curves.ts'
import { planWork } from '../src/study/planned-work.ts'
import { inWords, ProgressMeter, sum } from '../src/study/progress-meter.ts'
import { completePart } from '../src/weak-to-strong/complete-part.ts'
import { finetuningOf, gapRecovered, taskAtHand } from '../src/weak-to-strong/task-at-hand.ts'

const source = { key: 'k', name: 'w2s-pretrain', label: 'seed 1: pretrain a' }
const stage = (key: string) => ({ ...source, key })
const planned = (...seconds: number[]) =>
  seconds.map((each, i) => ({ key: 'abcdef'[i], name: 'w2s-pretrain', seconds: each, hasModel: i === 0 }))

test('the time left follows the measured speed, and stages from the store do not count for it', () => {
  const meter = new ProgressMeter(planned(10, 30, 60))
  meter.event({ ...stage('a'), type: 'stage-cached' })
  expect(meter.progress(0)).toEqual({ finished: 1, stages: 3, share: expect.closeTo(0.1), secondsLeft: undefined })
  meter.event({ ...stage('b'), type: 'stage-start' })
  meter.event({ ...stage('b'), type: 'stage-done', elapsedSeconds: 15 })
  expect(meter.progress(0)).toEqual({ finished: 2, stages: 3, share: expect.closeTo(0.4), secondsLeft: 30 })
  meter.event({ ...stage('b'), type: 'stage-cached' }) // asked for again
  expect(meter.progress(0).finished).toBe(2)
  expect([meter.makesModel('a'), meter.makesModel('b')]).toEqual([true, false])
})

test('a stage that resumes half-way is not taken for a fast one', () => {
  const meter = new ProgressMeter(planned(100, 100))
  meter.event({ ...stage('a'), type: 'stage-start' })
  meter.event({ ...stage('a'), type: 'stage-progress', step: 50, steps: 100 })
  meter.event({ ...stage('a'), type: 'stage-progress', step: 75, steps: 100 })
  expect(meter.progress(4).secondsLeft).toBeCloseTo((125 * 4) / 25)
})

test('each kind of stage has its own speed', () => {
  const meter = new ProgressMeter([...planned(10, 10), { key: 'z', name: 'other', seconds: 10, hasModel: false }])
  meter.event({ ...stage('a'), type: 'stage-start' })
  meter.event({ ...stage('a'), type: 'stage-done', elapsedSeconds: 20 })
  expect(meter.progress(0).secondsLeft).toBe(40) // none of `other` was seen: as fast as the rest
  meter.event({ key: 'z', name: 'other', type: 'stage-start' })
  meter.event({ key: 'z', name: 'other', type: 'stage-done', elapsedSeconds: 1 })
  expect(meter.progress(0).secondsLeft).toBe(20)
})

const presets = weakToStrongPresets
const game = (name: string) => ({ game: name, ...gamePresets(name).quick })

test.each([
  ['weak-to-strong', 218, (tools) => weakToStrong(tools, presets.quick)],
  ['deliberation', 664, (tools) => deliberate(tools, deliberativePresets.quick, defaultWorld)],
  ['reasoning', 392, (tools) => reason(tools, reasoningPresets.quick)],
  ['card', 474, (tools) => systemCard(tools, cardPresets.quick, defaultWorld)],
  ['board', 210, (tools) => gameWeakToStrong(tools, game('board'))],
  ['chess', 163, (tools) => gameWeakToStrong(tools, game('chess'))],
] as [string, number, Parameters<typeof planWork>[0]][])(
  'the quick run of %s is planned',
  async (_, seconds, study) => {
    const work = await planWork(study)
    expect(sum(work.map((each) => each.seconds))).toBeGreaterThan(0.9 * seconds)
    expect(sum(work.map((each) => each.seconds))).toBeLessThan(1.1 * seconds)
    expect(work.some(({ hasModel }) => hasModel)).toBe(true)
  },
)

test('a tuned device has stages of its own', async () => {
  const keys = async (tuning?: string) =>
    (await planWork((tools) => weakToStrong(tools, presets.smoke), tuning)).map(({ key }) => key)
  const [plain, tuned] = [await keys(), await keys('t')]
  expect(plain.length).toBe(tuned.length)
  expect(plain.filter((key) => tuned.includes(key))).toEqual([])
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
  at(0) // a stage without a checkpoint begins anew
  expect(curves[0].points).toEqual([{ x: 0, y: 3 }])
})

test('an unfinished result is reported as far as all its seeds have the same tasks', () => {
  const options = { ...weakToStrongPresets.smoke, families: ['attr', 'vote'], tasks: 2 }
  const all = weakToStrongTasks(options)
  const seed = (number: number, tasks: number) => ({ seed: number, tasks: all.slice(0, tasks) }) as SeedResult
  const shape = (...seeds: SeedResult[]) => {
    const { result, missing } = completePart(options, seeds)
    const { options: part, seeds: kept } = result
    return [part.seeds, part.families, part.tasks, kept.map((s) => s.tasks.length), missing.join()]
  }
  expect(shape(seed(1, 1))).toEqual([[1], ['attr'], 1, [1], 'attr 1,vote 0,vote 1,seed 2'])
  expect(shape(seed(1, 2))).toEqual([[1], ['attr'], 2, [2], 'vote 0,vote 1,seed 2'])
  expect(shape(seed(1, 3))).toEqual([[1], ['attr'], 2, [2], 'vote 1,seed 2'])
  expect(shape(seed(1, 4), seed(2, 1))).toEqual([[1], ['attr', 'vote'], 2, [4], 'seed 2'])
  expect(shape(seed(1, 4), seed(2, 4))).toEqual([[1, 2], ['attr', 'vote'], 2, [4, 4], ''])
})

test('the task at hand has its models where they were last looked at, and a PGR when both ends of the gap are known', () => {
  const curve = (label: string, ...points: [number, number][]): Curve => ({
    label: `seed 2: ${label}`,
    points: points.map(([x, y]) => ({ x, y })),
  })
  const teacher = curve('attr_1 weak supervisor', [0, 0.5], [1, 0.8])
  const ceiling = (share: number) => curve('attr_1 strong ceiling', [share, 0.9])
  const student = (x: number, y: number) => curve('attr_1 student (naive)', [x, y])
  const other = [curve('attr_0 strong ceiling', [1, 0.99]), curve('pretrain f', [1, 0.7])]
  expect(taskAtHand(other.slice(1))).toBeUndefined()
  const at = (...curves: Curve[]) => taskAtHand([...other, ...curves])!
  expect(at(teacher)).toEqual({ seed: 2, family: 'attr', k: 1, teacher: { accuracy: 0.8, share: 1 }, students: {} })
  const pgr = (...curves: Curve[]) => gapRecovered(at(teacher, ...curves), 'naive')
  expect(pgr(ceiling(1), student(0.5, 0.85))).toBeCloseTo(0.5)
  expect(pgr(ceiling(1), student(0, 0.5))).toBeUndefined() // it has not learned anything yet
  expect(pgr(ceiling(0.7), student(0.5, 0.85))).toBeUndefined()
  expect(pgr(curve('attr_1 strong ceiling', [1, 0.8]), student(1, 0.85))).toBeUndefined()
  for (const label of ['seed 2: c→f attr_1 weak supervisor', 'seed 2: attr_1 control: confidence loss at α = 0'])
    expect(finetuningOf(label)).toBeUndefined()
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
  const meter = new ProgressMeter(planned(1, 1, 1, 47))
  meter.event({ ...stage('a'), type: 'stage-cached' })
  for (const [key, elapsedSeconds] of [
    ['b', 4],
    ['c', 6],
  ] as const) {
    meter.event({ ...stage(key), type: 'stage-start' })
    meter.event({ ...stage(key), type: 'stage-done', elapsedSeconds })
  }
  expect(meter.pace()).toBeUndefined()
  meter.event({ ...stage('d'), type: 'stage-start' })
  meter.event({ ...stage('d'), type: 'stage-done', elapsedSeconds: 235 })
  expect(meter.pace()).toBe(5)
})
