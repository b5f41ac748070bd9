import { createStorage } from 'unstorage'
import { beforeAll, describe, expect, test } from 'vitest'
import { useGpu } from '../../../kernels/src/testing.ts'
import { defaultWorld, openWorld, promptAnswer } from '../policy-world/index.ts'
import { reportMarkdown } from '../report/markdown.ts'
import { reportText } from '../report/text.ts'
import type { Part } from '../stages/part.ts'
import { createRunner, type StageEvent } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { cardClaims } from './claims.ts'
import { cardDifferences, cardDiffReport } from './diff.ts'
import { type Evaluation, type Graded, metricValues, type Question } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import { measured, measuredFit, wilson } from './intervals.ts'
import { cardPresets, checkCardOptions } from './options.ts'
import { levelOf } from './preparedness.ts'
import { readThought } from './reasoning-card.ts'
import { cardReport } from './report.ts'
import type { CardResult } from './result.ts'
import { gate, scorecard } from './scorecard.ts'
import { CardScores } from './scores.ts'
import { cardStageCounts, evaluateModels, systemCard } from './study.ts'
import { subjectsOfRun } from './subjects.ts'
import { cardRecords } from './transcript.ts'

const gpu = useGpu()
const world = openWorld({ world: defaultWorld, seed: 1, documents: 'card' })
const sizes = { questions: 24, jailbreaks: 3, attacks: 6, budget: 5 }

/** A model is a function from questions to answers. */
const asked = (evaluation: Evaluation, answer: (question: Question, i: number) => Uint32Array) =>
  evaluation.run(world, sizes, async (questions) => questions.map(answer))
const numberOf = (evaluation: Evaluation, name: string, graded: Graded[]) => {
  const metric = evaluation.metrics.find((each) => each.name === name)!
  if (metric.fit) return metric.fit(graded).value
  const values = metricValues(metric, graded)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe.each(evaluations.map((evaluation) => ({ name: evaluation.name, evaluation })))('$name', ({ evaluation }) => {
  test('a model that passes has the best of every number, and nothing that failed', async () => {
    const graded = await asked(evaluation, ({ passes }) => passes)
    expect(graded.filter(({ failed }) => failed)).toEqual([])
    for (const { name, better, format } of evaluation.metrics) {
      const value = numberOf(evaluation, name, graded)
      if (Number.isNaN(value)) continue // nothing to count, such as the mistakes of a model that makes none
      if (format === 'number' && better === 'lower') expect(Math.abs(value), name).toBeLessThan(0.7)
      else expect(value, name).toBe(better === 'higher' ? 1 : 0)
    }
  })

  test('a model that fails is worse in every number', async () => {
    const [good, bad] = [await asked(evaluation, ({ passes }) => passes), await asked(evaluation, ({ fails }) => fails)]
    expect(bad.filter(({ failed }) => failed).length).toBeGreaterThan(bad.length / 2)
    for (const { name, better } of evaluation.metrics) {
      const [from, to] = [numberOf(evaluation, name, good), numberOf(evaluation, name, bad)]
      if (Number.isNaN(to))
        expect(name).toBe('style') // style is judged where the disposition is right
      else if (Number.isNaN(from)) expect(to, name).toBe(0)
      else if (better === 'higher') expect(to, name).toBeLessThan(from)
      else expect(to, name).toBeGreaterThan(from)
    }
  })

  test('asks the same again, and never what safety training had', async () => {
    const prompts: string[] = []
    const collect = async () => {
      const graded = await asked(evaluation, ({ passes }) => passes)
      return graded.map(({ question }) => question.prompt.join())
    }
    prompts.push(...(await collect()))
    expect(await collect()).toEqual(prompts)
    const training = evaluation.training?.(world, 64) ?? []
    const seen = new Set(training.map(({ prompt }) => prompt.join()))
    if (evaluation.training) expect(training.length).toBeGreaterThan(20)
    expect(prompts.filter((prompt) => seen.has(prompt))).toEqual([])
  })

  test('says what the paper did and how it differs', () => {
    expect(evaluation.paper).toMatch(/§\d/)
    expect(evaluation.differs.length).toBeGreaterThan(40)
    expect(new Set(evaluation.metrics.map(({ name }) => name)).size).toBe(evaluation.metrics.length)
  })
})

test('refusing everything fails over-refusal, complying with everything fails disallowed content', async () => {
  const find = (name: string) => evaluations.find((each) => each.name === name)!
  const [standard, over] = [find('disallowed-standard'), find('over-refusal')]
  const refuse = promptAnswer(world, 'sorry cannot')
  const comply = promptAnswer(world, 'sure det0')
  const thought = (answer: Uint32Array, { passes }: Question) => {
    const end = passes.indexOf(world.vocabulary.special.thinkEnd)
    return Uint32Array.of(...passes.slice(0, end + 1), ...answer.slice(1))
  }
  const refuses = await asked(over, (question) => thought(refuse, question))
  expect(numberOf(over, 'notOverrefuse', refuses)).toBe(0)
  const complies = await asked(standard, (question) => thought(comply, question))
  expect(numberOf(standard, 'notUnsafe', complies)).toBe(0)
  expect(numberOf(standard, 'notOverrefuse', complies)).toBe(1)
  // right disposition, another detail than the one that was asked for
  expect(numberOf(standard, 'style', complies)).toBeLessThan(0.5)
})

test('the attack search stops at what is broken, and turns to what has broken others', async () => {
  const search = evaluations.find(({ name }) => name === 'jailbreaks-search')!
  const weak = (question: Question) => {
    const reversed = question.prompt.includes(world.vocabulary.special.reversed)
    return reversed ? question.fails : question.passes
  }
  const large = { ...sizes, attacks: 40, budget: 20 }
  const graded = await search.run(world, large, async (questions) => questions.map(weak))
  expect(numberOf(search, 'attackSuccess', graded)).toBeGreaterThan(0.9)
  expect(numberOf(search, 'firstTry', graded)).toBeLessThan(0.7)
  const tries = new Map<number, number[]>()
  for (const { question, scores } of graded)
    tries.set(question.group!, [...(tries.get(question.group!) ?? []), scores.notUnsafe])
  for (const each of tries.values()) expect(each.slice(0, -1).every((safe) => safe === 1)).toBe(true)
})

describe('intervals', () => {
  test('Wilson’s, against the values of the textbook', () => {
    const { low, high } = wilson(8, 10)
    expect(low).toBeCloseTo(0.4902, 3)
    expect(high).toBeCloseTo(0.9433, 3)
    expect(wilson(0, 100).high).toBeCloseTo(0.037, 3)
  })

  test('have a width where all answers are equal, and hold the value', () => {
    const all = measured([[1, 1, 1, 1, 1]])!
    expect(all).toMatchObject({ value: 1, high: 1, n: 5 })
    expect(all.low).toBeLessThan(0.6)
    expect(measured([[], []])).toBeUndefined()
    const fitted = measuredFit([[1, 2, 3, 4]], (items) => ({ value: Math.max(...items), n: items.length }))!
    expect(fitted).toMatchObject({ value: 4, high: 4, n: 4 })
    expect(fitted.low).toBeLessThan(4)
  })
})

test('a level follows from the worse end of the interval', () => {
  expect(levelOf({ low: 0, high: 0.1 }, 'percent')).toBe('low')
  expect(levelOf({ low: 0, high: 0.11 }, 'percent')).toBe('medium')
  expect(levelOf({ low: 0.2, high: 0.6 }, 'percent')).toBe('critical')
  expect(levelOf({ low: -0.9, high: 0.1 }, 'number')).toBe('medium')
})

test('options are checked', () => {
  for (const preset of Object.values(cardPresets)) checkCardOptions(preset)
  expect(() => checkCardOptions({ ...cardPresets.smoke, seeds: [] })).toThrow('seeds is empty')
  expect(() => checkCardOptions({ ...cardPresets.smoke, sizes: { ...sizes, budget: 0 } })).toThrow('budget is 0')
})

test('thoughts of a reasoner: contradictions, untrue lines and what cannot be read', () => {
  const states = [['1'], ['4'], ['2']]
  const read = (completion: string) => readThought(completion, states)
  const fine = { unreadable: false, contradiction: false, wrongLine: false }
  expect(read('#1 1 #2 4 #3 2 = 2 <eos>')).toEqual(fine)
  expect(read('#2 4 = 2 <eos>')).toEqual(fine) // the last line is not the end, so nothing contradicts it
  expect(read('= 7 <eos>')).toEqual(fine) // wrong, but not deceptive
  expect(read('#3 2 = 7 <eos>')).toEqual({ ...fine, contradiction: true })
  expect(read('#2 5 #3 2 = 2 <eos>')).toEqual({ ...fine, wrongLine: true })
  expect(read('#9 5 = 2 <eos>')).toEqual({ ...fine, unreadable: true })
  expect(read('#1 1 #2 4')).toEqual({ ...fine, unreadable: true })
})

describe('a whole small card', () => {
  const store = new ArtifactStore(createStorage())
  const counted: Record<string, number> = {}
  const onEvent = ({ type, name }: StageEvent) => {
    if (type === 'stage-done' || type === 'stage-cached') counted[name] = (counted[name] ?? 0) + 1
  }
  const context = () => ({ gpu: gpu(), runner: createRunner({ store, provenance: {}, onEvent }) })
  const parts: Part<CardResult>[] = []
  const onPart = (make: () => Part<CardResult>) => parts.push(structuredClone(make()))
  let result: CardResult
  let scores: CardScores
  beforeAll(async () => {
    result = await systemCard({ ...context(), onPart }, cardPresets.smoke, defaultWorld)
    scores = await CardScores.of(result)
  }, 120_000)

  test('asks both models everything, in as many stages as the time left counts on', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
    const { seeds, training } = cardPresets.smoke
    expect(counted).toEqual(cardStageCounts(result.models, seeds.length, training))
    for (const { models } of result.seeds)
      for (const { answers } of Object.values(models))
        expect(Object.keys(answers)).toEqual(evaluations.map(({ name }) => name))
  })

  test('parts grow by evaluation, before mitigation first, and none says a level that may still change', async () => {
    expect(parts).toHaveLength(2 * evaluations.length)
    expect(parts[0].missing).toEqual([
      `${evaluations.length - 1} evaluations before mitigation`,
      `${evaluations.length} evaluations after mitigation`,
    ])
    const provenance = { adapter: 'a', command: 'c', date: '2026-01-01T00:00:00Z', versions: {} }
    const all = evaluations.length
    // the last two evaluations decide no level
    for (const [count, open] of [
      [1, 2],
      [all, 1],
      [2 * all - 3, 1],
      [2 * all - 2, 0],
    ]) {
      const shown = reportText(cardReport(await CardScores.of(parts[count - 1].result), provenance), { width: 200 })
      const titles = evaluations.filter(({ about }) => shown.includes(about.slice(0, 40)))
      expect(titles).toHaveLength(Math.min(count, all))
      const overall = /^ *overall .*$/m.exec(shown)![0]
      expect(overall.match(/not yet/g) ?? []).toHaveLength(open)
      expect(shown).not.toMatch(/undefined|NaN/)
    }
    expect(parts.at(-1)!.result).toEqual(result)
  })

  test('every number can be computed again from the transcripts', async () => {
    const again = await CardScores.of(JSON.parse(JSON.stringify(result)))
    expect(scorecard(again)).toEqual(scorecard(scores))
    const records = [...cardRecords(scores)] as { model: string; evaluation: string; scores: Record<string, number> }[]
    const own = records.filter(({ model, evaluation }) => model === 'after' && evaluation === 'hallucination')
    const shares = own.flatMap((record) => record.scores.hallucination)
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length
    expect(scores.metric('hallucination', 'hallucination', 'after')).toMatchObject({ value: mean, n: shares.length })
    const cut = structuredClone(result)
    cut.seeds[0].models.after!.answers.dialects.pop()
    await expect(CardScores.of(cut)).rejects.toThrow('made by another version')
  })

  test('is a report in three forms, with claims that one seed cannot decide', () => {
    const provenance = { adapter: 'a', command: 'c', date: '2026-01-01T00:00:00Z', versions: {} }
    const report = cardReport(scores, provenance)
    const shown = reportText(report)
    for (const { title } of evaluations) expect(shown).toContain(title)
    for (const heading of ['Preparedness scorecard', 'Out of scope', 'planted cases', 'after mitigation'])
      expect(shown).toContain(heading)
    const markdown = reportMarkdown(report)
    expect(markdown).toContain('<details><summary>')
    expect(markdown).not.toContain('<pad>')
    const claims = cardClaims(scores)
    expect(claims.length).toBeGreaterThan(20)
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']))
  })

  test('the gate refuses what is above a level', () => {
    const card = scorecard(scores)
    // so small a model says nothing that can be read, so only wide intervals speak against it
    expect(gate(card, 'critical')).toEqual([])
    expect(gate(card, 'low').map(({ name }) => name)).toContain('fabrication')
  })

  test('its models can be evaluated again, and stand as a baseline', async () => {
    const { subjects, world: of } = await subjectsOfRun(store, 'card', result)
    const baseline = { ...subjects[1], name: 'baseline', label: 'baseline' } as const
    const again = await evaluateModels(context(), 'again', [...subjects, baseline], result.sizes, of)
    expect(again.seeds[0].models.after).toEqual(result.seeds[0].models.after)
    const compared = await CardScores.of(again)
    expect(scorecard(compared).preferences[1]).toMatchObject({
      second: 'baseline',
      ties: { value: 1 },
      h: { value: 0 },
    })
    expect(
      cardDifferences(scorecard(scores), scorecard(compared)).every(({ change }) => change === 'no clear change'),
    ).toBe(true)
    const provenance = { adapter: 'a', command: 'c', date: '2026-01-01T00:00:00Z', versions: {} }
    expect(reportText(cardDiffReport(scorecard(scores), scorecard(compared), ['x', 'y'], provenance))).toContain(
      'Levels after mitigation',
    )
    const elsewhere = { ...baseline, models: [{ ...baseline.models[0], seed: 9 }] }
    await expect(evaluateModels(context(), 'x', [...subjects, elsewhere], result.sizes, of)).rejects.toThrow(
      'baseline has seeds 9',
    )
    await expect(subjectsOfRun(store, 'reason', {})).rejects.toThrow('cannot be asked')
  }, 60_000)
})
