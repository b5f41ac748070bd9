import { createStorage } from 'unstorage'
import { beforeAll, describe, expect, test } from 'vitest'
import { useGpu } from '../../../kernels/src/testing.ts'
import { createPolicyWorld, defaultWorld, judgeCompletion, solve, testRequests } from '../policy-world/index.ts'
import { reportText } from '../report/text.ts'
import { noDevice } from '../stages/no-device.ts'
import type { Part } from '../stages/part.ts'
import { createPlanner } from '../stages/planner.ts'
import { createRunner, type StageEvent } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { differenceOfShares, shareInterval } from '../statistics/share-interval.ts'
import { readAnswer } from './answer-stage.ts'
import { arms } from './arms.ts'
import { deliberativeClaims } from './claims.ts'
import { filterSamples, type Generated } from './filter.ts'
import { misreadings, misreadVerdicts } from './interventions.ts'
import {
  checkDeliberativeOptions,
  type DeliberativeOptions,
  deliberativePresets,
  deliberativeStageCounts,
} from './options.ts'
import { deliberativeReport } from './report.ts'
import type { DeliberativeResult } from './result.ts'
import { Scores, tokensOf } from './scores.ts'
import { deliberate } from './study.ts'
import { packRows, unpackRows } from './token-rows.ts'
import { transcript, transcriptRecords, transcriptText } from './transcript.ts'

const gpu = useGpu()
const world = createPolicyWorld(defaultWorld, 1)

describe('a whole small study', () => {
  const options: DeliberativeOptions = {
    ...deliberativePresets.smoke,
    arms: [
      'none',
      'sft',
      'direct',
      'sft-rl',
      'filler',
      'critique',
      'looked-up-spec',
      'self-refine',
      'expert-iteration',
    ],
    test: { requests: 4, jailbreaks: 1 },
    dataSizes: [4, 8],
    analyses: ['compute', 'faithfulness'],
  }
  const asked: Record<string, number> = {}
  const onEvent = ({ type, name }: StageEvent) => {
    if (type === 'stage-done' || type === 'stage-cached') asked[name] = (asked[name] ?? 0) + 1
  }
  const store = new ArtifactStore(createStorage())
  const runner = (more = {}) => createRunner({ store: new ArtifactStore(createStorage()), provenance: {}, ...more })
  const parts: Part<DeliberativeResult>[] = []
  const onPart = (make: () => Part<DeliberativeResult>) => parts.push(structuredClone(make()))
  let result: DeliberativeResult
  beforeAll(async () => {
    result = await deliberate({ gpu: gpu(), runner: runner({ store, onEvent }), onPart }, options, defaultWorld)
  }, 120_000)

  test('every arm answers every request, and the result survives JSON', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
    const [{ arms: results, votes, budgets, interventions, dataSizes }] = result.seeds
    expect(Object.keys(results)).toEqual(options.arms)
    for (const { answers } of Object.values(results)) {
      expect(answers.id).toHaveLength(4)
      expect(answers.jailbreaks).toHaveLength(40)
    }
    expect(votes![0].answers.id).toHaveLength(64)
    expect(votes![0].scores.id).toHaveLength(64)
    expect(budgets!.length).toBeGreaterThan(8)
    expect(interventions).toHaveLength(4)
    expect(dataSizes).toHaveLength(4)
    for (const { answers, scores } of Object.values(results))
      for (const [set, rows] of Object.entries(answers)) {
        expect(scores![set]).toHaveLength(rows.length)
        expect(scores![set].every((score) => score >= 0 && score <= 1)).toBe(true)
      }
    // what training saw can be looked at
    const [{ safetyData }] = result.seeds
    expect(safetyData!.filter(({ keptBy }) => keptBy.includes('sft'))).toHaveLength(results.sft!.quality!.kept)
    expect(results['sft-rl']!.rollouts!.map(({ step }) => step)).toEqual([0, 0, 1, 1])
    // nothing is thought where nothing may be thought
    for (const words of results.direct!.answers.id) expect(words).toMatch(/^<cut>/)
    for (const words of results.filler!.answers.id) expect(words).toMatch(/^(<filler> ){18}/)
  })

  test('the plan names exactly the stages of the run', async () => {
    const { runner: planning, stages } = createPlanner()
    await deliberate({ gpu: noDevice(), runner: planning }, options, defaultWorld)
    expect([...stages.keys()].sort()).toEqual(await store.keys())
    for (const [key, { flops, submits }] of stages) expect(Math.min(flops, submits), key).toBeGreaterThan(0)
  })

  test('asks for as many stages as the estimate of the time left expects', () => {
    expect(asked).toEqual(deliberativeStageCounts(options))
  })

  test('parts grow arm by arm and then by analysis, say what is to come, and have reports', () => {
    const names = parts.map(({ result: { options: has } }) => has.arms)
    expect(names.slice(0, options.arms.length + 1)).toEqual(
      [0, ...options.arms.keys()].map((_, i) => options.arms.slice(0, i)),
    )
    expect(parts[2].missing.slice(0, 2)).toEqual([arms.direct.label, arms['sft-rl'].label])
    expect(parts.at(-1)!.result.seeds[0]).toEqual({ ...result.seeds[0], safetyData: undefined })
    const has = (field: 'dataSizes' | 'budgets' | 'votes' | 'interventions') =>
      parts.filter((part) => part.result.seeds[0][field]).length
    expect([has('dataSizes'), has('budgets')].map((count) => count > 10)).toEqual([true, true])
    expect([has('votes'), has('interventions')]).toEqual([6, 4])
    const provenance = { adapter: 'a', command: 'c', date: '2026-01-01T00:00:00Z', versions: {} }
    const few = parts.filter((_, i) => i < 3 || i % 5 === 0)
    for (const part of few) {
      const shown = reportText(deliberativeReport(part.result, provenance))
      expect(shown).toContain('before safety training (200 items each)')
      expect(shown.includes('Arms')).toBe(part.result.options.arms.length > 0)
      expect(shown.includes('Thinking budget')).toBe(part.result.seeds[0].budgets !== undefined)
      expect(shown).not.toMatch(/undefined|NaN/)
    }
  })

  test('the same seed gives the same bits', async () => {
    const small: DeliberativeOptions = {
      ...deliberativePresets.smoke,
      arms: ['sft-rl'],
      test: { requests: 4, jailbreaks: 1 },
    }
    const [a, b] = [
      await deliberate({ gpu: gpu(), runner: runner() }, small, defaultWorld),
      await deliberate({ gpu: gpu(), runner: runner() }, small, defaultWorld),
    ]
    expect(a).toEqual(b)
  }, 120_000)

  test('has a report, claims without verdicts from one seed, and readable transcripts', () => {
    const report = deliberativeReport(result, {
      adapter: 'a',
      command: 'c',
      date: '2026-01-01T00:00:00Z',
      versions: {},
    })
    const shown = reportText(report)
    for (const heading of [
      'Arms',
      'Thinking budget',
      'Equal examples',
      'transform by transform',
      'Majority vote',
      'goodness@0.1',
      'misread',
    ])
      expect(shown).toContain(heading)
    const claims = deliberativeClaims(result)
    expect(claims.length).toBeGreaterThan(15)
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive', 'not testable here']))
    const scores = new Scores(result)
    const one = transcript(scores, 0, 'id', 2)
    expect(transcriptText(one)).toContain(arms.direct.label)
    expect(one.clauses.filter(({ decides }) => decides)).toHaveLength(1)
    expect(() => transcript(scores, 0, 'id', 4)).toThrow('items 0 to 3')
    const records = [...transcriptRecords(scores)]
    expect(records).toHaveLength(15 * 4 + 40)
    expect(transcriptText(one)).toMatch(/judge: {3}[01]\.\d\d of 1/)
  })
})

describe('filter', () => {
  const sample = (item: number, change: Partial<Generated>): Generated => ({
    item,
    tokens: new Uint32Array(),
    wellFormed: true,
    score: 1,
    answerRight: true,
    thoughtRight: true,
    ...change,
  })
  const judge = { runs: 3, missRate: 0.3, threshold: 0.5 }

  test('keeps the best sample of a request, drops what is malformed or scores too low', () => {
    const samples = [
      sample(0, { score: 0.6 }),
      sample(0, { score: 0.9 }),
      sample(1, { score: 0.4, answerRight: false }),
      sample(2, { wellFormed: false }),
    ]
    const { kept, quality } = filterSamples(samples, 'model', judge, 1)
    expect(kept).toEqual([samples[1]])
    expect(quality).toMatchObject({ samples: 4, wellFormed: 3, requests: 2, kept: 1, precision: 1, recall: 1 })
    expect(filterSamples(samples, 'none', judge, 1).kept).toEqual([samples[0], samples[2]])
    expect(filterSamples(samples, 'oracle', judge, 1).kept).toEqual([samples[0]])
  })

  test('a defect slips through the least of k noisy runs with probability missRateᵏ', () => {
    const bad = Array.from({ length: 4000 }, (_, item) => sample(item, { answerRight: false }))
    for (const runs of [1, 3]) {
      const share = filterSamples(bad, 'noisy', { ...judge, runs }, 1).kept.length / bad.length
      const expected = 0.3 ** runs
      expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / bad.length))
    }
    const good = Array.from({ length: 50 }, (_, item) => sample(item, {}))
    expect(filterSamples(good, 'noisy', judge, 1).kept).toHaveLength(50)
  })
})

test('a misread thought forces the place, and a verdict is asked for only where it differs', () => {
  const requests = testRequests(world, 'id', 100)
  for (const [intervention, place] of [
    ['category', 1],
    ['attribute', 2],
  ] as const) {
    const forced = misreadings(world, requests, intervention)
    const verdicts = misreadVerdicts(world, requests, intervention)
    forced.forEach((places, i) => {
      const { thought } = solve(world, requests[i].facts, world.policy(world.category(requests[i].facts)))
      expect(places.get(place)).not.toBe(thought[place])
      expect(verdicts[i]).not.toBe(world.truth(requests[i].facts))
    })
    expect(verdicts.filter((each) => each !== undefined).length).toBeGreaterThan(10)
  }
})

test('an answer after a cut or filler is read without a thought', () => {
  const [request] = testRequests(world, 'id', 1)
  const { answer } = solve(world, request.facts, world.policy(world.category(request.facts)))
  const { cut, filler } = world.vocabulary.special
  const filled = Uint32Array.of(...Array<number>(world.layout.thoughtLength).fill(filler), ...answer)
  for (const completion of [
    readAnswer(world, Uint32Array.of(cut, ...answer), 'direct'),
    readAnswer(world, filled, 'filler'),
  ])
    expect(judgeCompletion(world, request, completion).right).toBe(true)
})

test('rows of tokens survive packing, words survive being spoken', () => {
  const rows = [Uint32Array.of(1, 2, 65535), new Uint32Array(), Uint32Array.of(7)]
  expect(unpackRows(packRows(rows))).toEqual(rows)
  expect(() => packRows([Uint32Array.of(65536)])).toThrow('does not fit in 16 bits')
  expect([...tokensOf(world, '<cut> sure')]).toEqual([world.vocabulary.special.cut, world.vocabulary.id('sure')])
})

test('intervals hold the mean, pair items, and know when there is nothing', () => {
  expect(shareInterval([[1, 1], [1]])).toEqual({ value: 1, low: 1, high: 1 })
  expect(shareInterval([[], []])).toBeUndefined()
  const { value, low, high } = shareInterval([Array.from({ length: 100 }, (_, i) => i % 2)])!
  expect(value).toBe(0.5)
  expect(high - low).toBeGreaterThan(0.15)
  expect(high - low).toBeLessThan(0.25)
  expect(differenceOfShares([[1, 0]], [[0, 1]])!.value).toBe(0)
  expect(() => differenceOfShares([[1]], [[1, 0]])).toThrow('1 and 2 items')
})

test('options are checked', () => {
  const { smoke } = deliberativePresets
  expect(() => checkDeliberativeOptions({ ...smoke, seeds: [] })).toThrow('seeds is empty')
  expect(() => checkDeliberativeOptions({ ...smoke, arms: ['nothing' as 'sft'] })).toThrow(
    'arm "nothing" is not one of',
  )
  for (const preset of Object.values(deliberativePresets)) checkDeliberativeOptions(preset)
})
