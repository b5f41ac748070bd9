import { Random } from '@nanoalign/kernels'
import { createStorage } from 'unstorage'
import { describe, expect, test } from 'vitest'
import { useGpu } from '../../../kernels/src/testing.ts'
import { reportText } from '../report/text.ts'
import { noDevice } from '../stages/no-device.ts'
import type { Part } from '../stages/part.ts'
import { createPlanner } from '../stages/planner.ts'
import { createRunner } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { reasoningClaims } from './claims.ts'
import { reasoningFamilies, reasoningFamily } from './families/index.ts'
import { oneStepLines, reasoningLanguage } from './language.ts'
import { checkReasoningOptions, reasoningPresets } from './options.ts'
import { isForTests, testProblems, trainingProblem } from './problems.ts'
import { reasoningReport } from './report.ts'
import { answerOf, bestOf, majority, passAt, sampleAccuracy, thinkingLength } from './scores.ts'
import { type ReasoningResult, reason } from './study.ts'

const gpu = useGpu()

describe.each(reasoningFamilies.map((family) => [family.name, family] as const))('%s', (_, family) => {
  const language = reasoningLanguage(family)
  const random = new Random(1, 'test')
  const problems = Array.from({ length: 100 }, (_, i) => family.problem(random, 1 + (i % family.maxSize)))

  test('every state follows from the one before, and problems of one size have states of equal lengths', () => {
    problems.forEach((problem, i) => {
      const size = 1 + (i % family.maxSize)
      expect(problem.states).toHaveLength(size)
      const lengths = problem.states.map((state) => state.length)
      expect(lengths).toEqual(problems[size - 1].states.map((state) => state.length))
      for (const word of [...problem.question, ...problem.states.flat()]) expect(family.words).toContain(word)
    })
  })

  test('solutions fit, are right in every grain, and end; anything else is wrong', () => {
    for (const problem of problems) {
      expect(language.prompt(problem)).toHaveLength(language.promptLength)
      for (const grain of [0, 1, 2, 4] as const) {
        const solution = language.solution(problem, grain)
        expect(language.promptLength + solution.length).toBeLessThanOrEqual(language.length)
        expect(language.isRight(problem, solution)).toBe(true)
        expect(language.isRight(problem, solution.slice(0, -1))).toBe(false)
        expect(language.isRight(problem, Uint32Array.of(...solution, 1))).toBe(false)
      }
      const words = Array.from(language.solution(problem, 1), language.word).join(' ')
      expect(answerOf(words)).toBe(problem.states[problem.states.length - 1].join(' '))
      const { lines, finest, right } = oneStepLines(language, problem, language.solution(problem, 1))
      expect([lines, finest, right]).toEqual(Array(3).fill(problem.states.length))
    }
  })

  test('the scaffold has the line numbers where the finest solution has them', () => {
    for (const problem of problems) {
      const solution = language.solution(problem, 1)
      for (const [place, token] of language.scaffold(problem, Infinity)) expect(solution[place]).toBe(token)
      const [equals] = [...language.scaffold(problem, 0)]
      expect(equals).toEqual([0, language.special.equals])
    }
  })

  test('test problems are the same each time, and every size is there', () => {
    const some = testProblems(family, 3)
    expect(some).toEqual(testProblems(family, 3))
    expect(some.map(({ size }) => size).filter((size, i, all) => all.indexOf(size) === i)).toHaveLength(family.maxSize)
  })
})

test('training never draws what is for tests', () => {
  for (const family of reasoningFamilies)
    for (let size = 1; size <= family.maxSize; size++) {
      const random = new Random(3, 'leak')
      const drawn = Array.from({ length: 60 }, () => trainingProblem(family, random, size).question.join(' '))
      const kept = new Set(testProblems(family, 60).map(({ question }) => question.join(' ')))
      expect(drawn.filter((question) => kept.has(question))).toEqual([])
    }
  const [family] = reasoningFamilies
  const random = new Random(4, 'share')
  const share = Array.from({ length: 2000 }, () => isForTests(family, family.problem(random, 4))).filter(Boolean).length
  expect(Math.abs(share / 2000 - 0.2)).toBeLessThan(0.04)
})

test('families by hand', () => {
  const run = (name: string, steps: number) => reasoningFamily(name).problem(new Random(5, 'hand'), steps)
  const sum = run('arithmetic', 4)
  let value = Number(sum.question[0])
  sum.question.slice(1).forEach((operation, i) => {
    const by = Number(operation.slice(1))
    value = (operation[0] === '+' ? value + by : value * by) % 31
    expect(sum.states[i]).toEqual([String(value)])
  })
  const evaluate = (words: string[]): number => {
    const [first] = words.splice(0, 1)
    if (first !== '+' && first !== '*') return Number(first)
    const [a, b] = [evaluate(words), evaluate(words)]
    return (first === '+' ? a + b : a * b) % 10
  }
  const nested = run('expressions', 5)
  for (const state of nested.states) expect(evaluate([...state])).toBe(evaluate([...nested.question]))
  const added = run('addition', 5)
  const total = added.question.map(Number).reduce((a, b) => a + b, 0) % 100
  expect(added.states[4].map(Number).reduce((a, b) => a + b, 0)).toBe(total)
  const { question, states } = run('homing', 8)
  let looks = '↑→↓←'.indexOf(question[0])
  const gone = [0, 0]
  for (const order of question.slice(3)) {
    if (order === 'left' || order === 'right') looks = (looks + (order === 'left' ? 3 : 1)) % 4
    else gone[(looks + 1) % 2] += Number(order.slice(2)) * (looks < 2 ? 1 : -1)
  }
  // the plan, followed after what was gone, is the plan of the beginning
  const [seen, ...plan] = states[7]
  expect(seen).toBe('↑→↓←'[looks])
  plan.forEach((part, axis) => {
    const whole = Number.parseInt(part, 10) + gone[axis] - Number.parseInt(question[1 + axis], 10)
    expect(Math.abs(whole % 6)).toBe(0)
  })
  expect(() => reasoningFamily('chess')).toThrow('task "chess" is not one of')
})

describe('scores', () => {
  const [good, bad, none] = ['#1 3 = 3 <eos>', '#1 3 = 4 <eos>', '#1 3']

  test('pass@k is the chance that k drawn without replacement hold a right one', () => {
    const sampled = [good, bad, bad, bad]
    expect(passAt(1, sampled, '3')).toBeCloseTo(0.25)
    expect(passAt(2, sampled, '3')).toBeCloseTo(0.5)
    expect(passAt(4, sampled, '3')).toBe(1)
    expect(passAt(3, [bad, bad, bad], '3')).toBe(0)
    expect(sampleAccuracy(sampled, '3')).toBe(0.25)
  })

  test('votes: the commonest answer; ties share; unfinished ones do not vote', () => {
    expect(majority(3, [good, good, bad], '3')).toBe(1)
    expect(majority(2, [good, bad], '3')).toBe(0.5)
    expect(majority(3, [none, none, good], '3')).toBe(1)
    expect(majority(2, [none, none], '3')).toBe(0)
  })

  test('the verifier picks the most trusted; thought is what stands before the answer', () => {
    expect(bestOf(3, [bad, good, bad], [0.1, 0.9, 0.3], '3')).toBe(1)
    expect(bestOf(1, [bad, good], [0.1, 0.9], '3')).toBe(0)
    expect([good, none].map(thinkingLength)).toEqual([2, 2])
    expect([good, none].map(answerOf)).toEqual(['3', undefined])
  })
})

test('a whole small study, its report and claims', async () => {
  const options = { ...reasoningPresets.smoke, tasks: ['homing'], algorithms: ['reinforce', 'ppo'] as const }
  const store = new ArtifactStore(createStorage())
  const runner = createRunner({ store, provenance: {} })
  const parts: Part<ReasoningResult>[] = []
  const onPart = (make: () => Part<ReasoningResult>) => parts.push(structuredClone(make()))
  const result = await reason({ gpu: gpu(), runner, onPart }, { ...options, algorithms: [...options.algorithms] })
  const { runner: planning, stages } = createPlanner()
  await reason({ gpu: noDevice(), runner: planning }, { ...options, algorithms: [...options.algorithms] })
  expect([...stages.keys()].sort()).toEqual(await store.keys())
  expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  const [{ problems, base, baseScores, after, afterScores }] = result.tasks
  const { maxSize } = reasoningFamily('homing')
  expect(problems).toHaveLength(4 * maxSize)
  expect(base.sampled.every((each) => each.length === 4)).toBe(true)
  expect(base.budgets).toHaveLength(maxSize + 1)
  for (const words of base.budgets[0]) expect(words.split(' ')[0].startsWith('#')).toBe(false)
  for (const scores of [baseScores, afterScores])
    expect(scores.flat().every((score) => score >= 0 && score <= 1)).toBe(true)
  expect(after.reinforce!.log).toHaveLength(3)
  expect(after.ppo!.log).toHaveLength(1) // on equal compute
  const provenance = { adapter: 'a', command: 'c', date: '2026-01-01T00:00:00Z', versions: {} }
  const shown = reportText(reasoningReport(result, provenance))
  for (const heading of ['Before and after RL', 'accuracy over thinking', 'accuracy over samples'])
    expect(shown).toContain(heading)
  // parts grow by algorithm, say what is still to come, and have reports
  expect(parts.map((part) => [part.result.options.algorithms, part.missing])).toEqual([
    [[], ['RL by reinforce', 'RL by ppo', 'the verifier']],
    [['reinforce'], ['RL by ppo', 'the verifier']],
    [['reinforce', 'ppo'], ['the verifier']],
  ])
  const grown = parts.map((part) => reportText(reasoningReport(part.result, provenance)))
  for (const [i, name] of ['reinforce', 'ppo'].entries())
    expect(grown.map((text) => text.includes(`homing, ${name}`))).toEqual([false, i === 0, true])
  expect(grown.some((text) => /verifier +\d|undefined|NaN/.test(text))).toBe(false)
  expect(parts[2].result.tasks[0]).toEqual({ ...result.tasks[0], baseScores: [], afterScores: [] })
  const claims = reasoningClaims(result)
  expect(claims.length).toBeGreaterThan(8)
  expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']))
}, 120_000)

test('options are checked', () => {
  const { smoke } = reasoningPresets
  for (const preset of Object.values(reasoningPresets)) checkReasoningOptions(preset)
  expect(() => checkReasoningOptions({ ...smoke, tasks: ['x'] })).toThrow('task "x" is not one of')
  expect(() => checkReasoningOptions({ ...smoke, algorithms: [] })).toThrow('algorithms is empty')
})
