import { describe, expect, test } from 'vitest'
import {
  answerTokens,
  completionSteps,
  createPolicyWorld,
  defaultWorld,
  dispositions,
  judgeCompletion,
  parseCompletion,
  readRequest,
  requestTokens,
  solve,
  testRequests,
  testSets,
} from './index.ts'
import { policyOf, solved } from './testing.ts'

const world = createPolicyWorld(defaultWorld, 1)

describe('completions', () => {
  const request = testRequests(world, 'hard', 1)[0]

  test('a solution reads back as what it says', () => {
    for (const set of testSets)
      for (const each of testRequests(world, set, 20)) {
        const completion = parseCompletion(world, solved(world, each))
        const judged = judgeCompletion(world, each, completion)
        expect(completion.wellFormed).toBe(true)
        expect(judged).toMatchObject({ right: true, styleKept: true, recalled: true, readRight: true })
        expect(judged).toMatchObject({ unsafe: false, overRefused: false, contradicts: false, invented: false })
      }
  })

  test('a thought in the wrong grammar, no end, or no thought at all is malformed', () => {
    const whole = solved(world, request)
    const { special } = world.vocabulary
    expect(parseCompletion(world, whole.slice(0, -1)).wellFormed).toBe(false)
    expect(parseCompletion(world, whole.slice(1)).wellFormed).toBe(false)
    expect(parseCompletion(world, whole.slice(0, 4)).answer).toEqual([])
    const { answer } = solve(world, request.facts, policyOf(world, request))
    expect(parseCompletion(world, answer).wellFormed).toBe(false)
    expect(parseCompletion(world, answer, 'direct').wellFormed).toBe(true)
    expect(parseCompletion(world, Uint32Array.of(special.cut, ...answer), 'cut').wellFormed).toBe(true)
    expect(parseCompletion(world, new Uint32Array()).wellFormed).toBe(false)
  })

  test('contradictions, invented clauses and misreadings are seen', () => {
    const policy = policyOf(world, request)
    const { thought, disposition } = solve(world, request.facts, policy)
    const other = dispositions.find((each) => each !== disposition)!
    const category = world.category(request.facts)
    const { special } = world.vocabulary
    const swapped = [...answerTokens(world, request.facts.topic, category, other), special.end]
    const read = (tokens: Uint32Array) => judgeCompletion(world, request, parseCompletion(world, tokens))
    expect(read(Uint32Array.of(...thought, ...swapped))).toMatchObject({ contradicts: true, right: false })
    const all = { clauses: [], otherwise: other }
    const made = solve(world, request.facts, all)
    expect(read(Uint32Array.of(...made.thought, ...made.answer)).recalled).toBe(false)
    const wrong = { ...request.facts, values: { ...request.facts.values, [world.attributes[0]]: 'fiction' } }
    const otherwise = request.facts.values[world.attributes[0]] === 'fiction' ? { ...wrong, topic: 'rifle' } : wrong
    const misread = solve(world, otherwise, policy)
    expect(read(Uint32Array.of(...misread.thought, ...misread.answer)).readRight).toBe(false)
  })
})

describe('requests read back', () => {
  test('the facts of every test request, in every form', () => {
    for (const set of testSets)
      for (const { facts, surface } of testRequests(world, set, 30))
        expect(readRequest(world, requestTokens(world, { facts, surface }))).toEqual(facts)
  })

  test('what is missing or said twice is named', () => {
    const tokens = (text: string) => text.split(' ').map(world.vocabulary.id)
    expect(() => readRequest(world, tokens('please explain'))).toThrow('it names no topic')
    expect(() => readRequest(world, tokens('please explain rifle bread for me'))).toThrow('2 of topic: rifle, bread')
    expect(() => readRequest(world, tokens('please explain rifle'))).toThrow('it names no target')
  })
})

describe('completions taken apart', () => {
  test('every token belongs to one step, and clauses have their numbers', () => {
    for (const request of testRequests(world, 'id', 60)) {
      const tokens = solved(world, request)
      const steps = completionSteps(world, tokens)
      expect(steps[0]).toEqual({ kind: 'reading', from: 0, to: 5 })
      expect(steps.map(({ from }) => from).slice(1)).toEqual(steps.map(({ to }) => to).slice(0, -1))
      expect(steps[steps.length - 1]).toMatchObject({ kind: 'answer', to: tokens.length })
      const cited = steps.filter(({ kind }) => kind === 'clause').map(({ clause }) => clause)
      expect(cited).toEqual(cited.map((_, i) => i)) // each clause in turn, until one holds
    }
  })

  test('made-up clauses, no rule, a cut and nonsense', () => {
    const ids = (text: string) => Uint32Array.from(text.split(' '), world.vocabulary.id)
    const kinds = (text: string) => completionSteps(world, ids(text)).map(({ kind, clause }) => clause ?? kind)
    const read = 'rifle #weapons #learn #anon #self'
    expect(kinds(`${read} #evade yes #comply </think> sure det1 <eos>`)).toEqual(['reading', -1, 'other', 'answer'])
    expect(kinds(`${read} #translate no #minor no #learn yes #comply </think>`)).toEqual(['reading', 0, 1, 2, 'other'])
    expect(kinds(`${read} norule </think> sure det1 <eos>`)).toEqual(['reading', 'no-rule', 'other', 'answer'])
    expect(kinds('<cut> sorry cannot <eos>')).toEqual(['other', 'answer'])
    expect(kinds('rifle')).toEqual(['reading'])
    expect(completionSteps(world, new Uint32Array())).toEqual([])
    const strange = completionSteps(world, ids(`${read} sure sure yes`))
    expect(strange[strange.length - 1].to).toBe(8)
  })
})
