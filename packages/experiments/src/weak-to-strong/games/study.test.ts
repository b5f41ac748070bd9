// The study of games as a whole, at the smallest scale: every method, the grid, the analyses, and the report.

import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportText } from '../../report/text.ts'
import { noDevice } from '../../stages/no-device.ts'
import { createPlanner } from '../../stages/planner.ts'
import { createRunner, type StageEvent } from '../../stages/stage.ts'
import { ArtifactStore } from '../../stages/store.ts'
import { pgr } from '../../statistics/pgr.ts'
import { claimsMarkdown } from '../claims.ts'
import { gameClaims } from './claims.ts'
import { games } from './index.ts'
import { gameMethods, sameMoves } from './methods.ts'
import { checkGameOptions, type GameOptions, gamePairs, gamePresets, gameStageCounts, stepsBetween } from './options.ts'
import { gameReport } from './report.ts'
import type { GameResult } from './result.ts'
import { gameAgreement, gameSummary } from './scores.ts'
import { gameWeakToStrong } from './study.ts'

const OPTIONS: GameOptions = {
  game: 'board',
  weak: 'A',
  strong: 'C',
  seeds: [3],
  methods: gameMethods.map(({ name }) => name),
  grid: { weak: ['A', 'B'], strong: ['B', 'C'] },
  counts: { train: 96, fresh: 64, val: 30, test: 200, apart: 64 },
  recipe: { games: 1500, steps: 150, batch: 16 },
  analyses: ['easy-to-hard', 'scratch'],
}
const provenance = { adapter: 'test', command: 'nanoalign w2s --task board', date: '2026-01-01', versions: {} }

let gpu: Gpu
let result: GameResult
const parts: GameResult[] = []
const requested: Record<string, number> = {}
let store: ArtifactStore
const run = (options: GameOptions, onEvent: (event: StageEvent) => void = () => {}) => {
  store = new ArtifactStore(createStorage())
  return gameWeakToStrong(
    {
      gpu,
      runner: createRunner({ store, provenance: {}, onEvent }),
      onPart: (make) => parts.push(structuredClone(make().result)),
    },
    options,
  )
}
let stored: ArtifactStore
beforeAll(async () => {
  gpu = await openNodeDevice()
  result = await run(OPTIONS, ({ type, name }) => {
    if (type === 'stage-done' || type === 'stage-cached') requested[name] = (requested[name] ?? 0) + 1
  })
  stored = store
}, 300_000)
afterAll(() => gpu.close())

test('every method gives answers in words, and the stages are as many as announced', () => {
  const [{ pairs, test, sizes, scratch, easyToHard, alphaZeroIsNaive }] = result.seeds
  expect(pairs.map(({ weak, strong }) => weak + strong)).toEqual(['AC', 'AB', 'BC'])
  expect(Object.keys(pairs[0].students)).toEqual(OPTIONS.methods)
  expect(Object.keys(pairs[1].students)).toEqual(['naive', 'confidence'])
  for (const [method, answers] of Object.entries(pairs[0].students)) {
    expect(answers, method).toHaveLength(200)
    expect(
      answers.every((answer) => /^([a-d][1-4]|\.|\?)$/.test(answer)),
      method,
    ).toBe(true)
  }
  expect(test.truth.every((answer) => /^[a-d][1-4]$/.test(answer))).toBe(true)
  expect(alphaZeroIsNaive).toBe(true)
  expect(pairs[0].curves.naive).toHaveLength(7) // before, and after each of six steps
  expect([sizes.A.ceiling, sizes.C.weak]).toEqual([undefined, undefined])
  expect(scratch!.student).toHaveLength(200)
  expect(Object.keys(easyToHard!.sizes)).toEqual(['C', 'B'])
  expect(requested).toEqual(gameStageCounts(OPTIONS))
})

test('the plan names exactly the stages of the run', async () => {
  const { runner, stages } = createPlanner()
  await gameWeakToStrong({ gpu: noDevice(), runner }, OPTIONS)
  expect([...stages.keys()].sort()).toEqual(await stored.keys())
  for (const [key, { name, bytes, flops, submits, hostSeconds }] of stages) {
    const real = Object.values((await stored.manifest(key))!.blobs).reduce((sum, { length }) => sum + length, 0)
    expect(bytes / real, key).toBeGreaterThan(0.5)
    expect(bytes / real, key).toBeLessThan(2)
    if (name === 'w2s-game-world') expect(hostSeconds, key).toBeGreaterThan(0)
    else if (name === 'w2s-game-finetune') expect(Math.min(flops, submits), key).toBeGreaterThan(0)
  }
})

test('parts of the result grow by method and then by seed, and a report can be made of each', async () => {
  expect(parts.map(({ options }) => options.methods)).toEqual(
    OPTIONS.methods.map((_, i) => OPTIONS.methods.slice(0, i + 1)),
  )
  const { pairs, alphaZeroIsNaive } = result.seeds[0]
  for (const part of parts) {
    expect(part.seeds[0]).toMatchObject({ alphaZeroIsNaive, sizes: result.seeds[0].sizes })
    expect(reportText(gameReport(part, provenance))).toContain('strong student, naive')
  }
  expect(parts.at(-1)!.seeds[0].pairs).toEqual([pairs[0]])
  parts.length = 0
  const { grid: _, analyses: __, ...few } = OPTIONS
  const whole = await run({ ...few, seeds: [3, 4], methods: ['naive'], recipe: { games: 200, steps: 4, batch: 8 } })
  expect(parts.map(({ options, seeds }) => [options.seeds, seeds.map(({ seed }) => seed)])).toEqual([
    [[3], [3]],
    [[3], [3]],
  ])
  expect(whole.seeds[0]).toEqual(parts[1].seeds[0])
})

test('methods that must differ do, and pretraining has taught something', () => {
  const [{ pairs, sizes, test, legal }] = result.seeds
  const { naive, slow, confidence, bootstrap } = pairs[0].students
  for (const other of [slow, confidence, bootstrap]) expect(other).not.toEqual(naive)
  const right = (answers: string[]) => answers.filter((answer, i) => answer === test.truth[i]).length
  expect(right(sizes.C.ceiling!)).toBeGreaterThan(200 / 16)
  expect(legal['C, ceiling']).toBeGreaterThan(0.2)
})

test('an independent script finds the report’s numbers in the stored answers', async () => {
  const script: string = '../../../../../scripts/recompute-w2s.mjs'
  const { compare } = await import(script)
  const found = compare(result, JSON.parse(JSON.stringify(gameReport(result, provenance))))
  expect(found.differing).toEqual([])
  expect(found.agreeing).toBe(60)
})

test('the numbers of the report are those that the stored answers give', () => {
  const [{ test, sizes, pairs }] = result.seeds
  const right = (answers: string[]) => answers.filter((answer, i) => answer === test.truth[i]).length / 200
  const [weak, student, ceiling] = [right(sizes.A.weak!), right(pairs[0].students.naive), right(sizes.C.ceiling!)]
  const summary = gameSummary(result, OPTIONS, 'naive')
  expect(summary.weak.value).toBeCloseTo(weak, 12)
  expect(summary.student.value).toBeCloseTo(student, 12)
  expect(summary.zeroShot!.value).toBeCloseTo(right(sizes.C.zeroShot), 12)
  if (summary.pgr) expect(summary.pgr.value).toBeCloseTo(pgr(weak, student, ceiling)!, 12)
  const theirs = sizes.A.weak!
  const wrong = theirs.flatMap((answer, i) => (answer === test.truth[i] ? [] : [i]))
  const repeated = wrong.filter((i) => pairs[0].students.naive[i] === theirs[i]).length
  expect(gameAgreement(result, OPTIONS, 'naive').wrong.value).toBeCloseTo(repeated / wrong.length, 12)
})

test('report and claims show it all', () => {
  const text = reportText(gameReport(result, provenance), { width: 100 })
  for (const heading of ['Methods: what each adds', 'All pairs', 'Easy to hard', 'without pretraining', 'zero-shot'])
    expect(text).toContain(heading)
  expect(text).not.toMatch(/NaN|undefined/)
  const claims = gameClaims(result)
  expect(claims.length).toBeGreaterThan(10)
  expect(claimsMarkdown(claims, 'nanoalign w2s')).not.toMatch(/NaN|undefined/)
})

test('chess runs too, and a second run gives the same answers', async () => {
  const options: GameOptions = {
    ...gamePresets('chess').smoke,
    game: 'chess',
    seeds: [1],
    counts: { train: 32, fresh: 0, val: 8, test: 12, apart: 0 },
    recipe: { games: 20, steps: 6, batch: 8, epochs: 1 },
  }
  const [first, second] = [await run(options), await run(options)]
  expect(second).toEqual(first)
  const { truth, prompts } = first.seeds[0].test
  expect(truth.every((answer) => /^[PNBRQK][a-h][1-8] [a-h][1-8]$/.test(answer))).toBe(true)
  expect(prompts[0].split(' ').length % 4).toBe(0) // White is to move: both have moved equally often
  const text = reportText(gameReport(first, provenance), { width: 100 })
  expect(text).toContain('mate in two')
  expect(text).not.toMatch(/NaN|undefined/)
}, 120_000)

describe('options', () => {
  test.each(
    games.flatMap(({ name }) =>
      Object.entries(gamePresets(name)).map(([preset, rest]) => [name, preset, rest] as const),
    ),
  )('%s: the preset %s is valid', (game, _, preset) => {
    expect(() => checkGameOptions({ game, ...preset })).not.toThrow()
  })
  test.each([
    [{ game: 'go' }, 'game "go" is not one of board, misere, chess'],
    [{ weak: 'Z' }, '--weak is "Z" but must be one of A, B'],
    [{ weak: 'C' }, 'the student C must be larger than its supervisor C'],
    [{ grid: { weak: ['A', 'A'], strong: ['B'] } }, 'names a size twice'],
    [{ seeds: [] }, 'at least one'],
    [{ seeds: [1, 1] }, 'contain one twice'],
    [{ methods: ['slow'] }, 'the first must be naive'],
    [{ methods: ['naive', 'luck'] }, 'method "luck" is not one of naive, soft, confidence[:number]'],
    [{ methods: ['naive', 'slow:2'] }, 'slow takes no number'],
    [{ methods: ['naive', 'confidence:7'] }, 'must be from 0.01 to 1'],
    [
      { game: 'chess', weak: 'a', strong: 'b', grid: undefined, methods: ['naive', 'soft'] },
      'needs moves of one token',
    ],
    [{ game: 'misere' }, 'misere has no hard puzzles'],
    [{ analyses: ['dreams' as 'scratch'] }, 'analysis "dreams" is not one of easy-to-hard, scratch'],
    [{ counts: { ...OPTIONS.counts, fresh: 0 } }, 'puzzles for fresh are 0 but must be 32 or more'],
  ])('%o: %s', (change, message) => {
    expect(() => checkGameOptions({ ...OPTIONS, ...change })).toThrow(message)
  })
  test('a bootstrap passes through at most two sizes, at even distances', () => {
    expect(stepsBetween('board', { weak: 'A', strong: 'B' })).toEqual([])
    expect(stepsBetween('board', { weak: 'B', strong: 'E' })).toEqual(['C', 'D'])
    expect(stepsBetween('chess', { weak: 'a', strong: 'h' })).toEqual(['c', 'f'])
    expect(gamePairs(OPTIONS)).toHaveLength(3)
  })
})

test('moves of several tokens are the same only as a whole', () => {
  expect(sameMoves(Uint16Array.of(1, 2, 3, 4, 5, 6), Uint16Array.of(1, 2, 3, 9, 9, 6), 2)).toBe(1)
})
