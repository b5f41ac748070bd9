import { Random } from '@nanoalign/kernels'
import { describe, expect, test } from 'vitest'
import { defaultWorld } from '../default-world.ts'
import { createPolicyWorld } from '../world.ts'
import { decisionsKind, favourOf, meritOf } from './decisions.ts'
import { factQuestions, factsKind, factsOf } from './facts.ts'
import { groupsKind, membersOf, traitsOf } from './groups.ts'
import { messagesKind } from './messages.ts'
import { plantedKind, plantedOf, plantedQuestion } from './planted.ts'
import { documentSets, openWorld } from './sets.ts'
import { capabilityRows } from './stream.ts'

const world = openWorld({ world: defaultWorld, seed: 3, documents: 'card' })
const { pad, cut } = world.vocabulary.special
const words = (tokens: Uint32Array) =>
  Array.from(tokens)
    .filter((token) => token !== pad)
    .map(world.vocabulary.word)
    .join(' ')

/** `head request <think> <cut> answer <eos>` as question and answer. */
function drawn(kind: (typeof documentSets.card)[number], count: number) {
  const random = new Random(3, `documents/${kind.name}`)
  return Array.from({ length: count }, () => {
    const { tokens, learned } = kind.document(world, random)
    const [question, answer] = words(tokens).split(' <think> <cut> ')
    return { tokens, learned, question, answer: answer.replace(' <eos>', '') }
  })
}

test.each(documentSets.card.map((kind) => ({ name: kind.name, kind })))(
  '$name: every document fits a row, and its answer alone is learned',
  ({ kind }) => {
    for (const { tokens, learned } of drawn(kind, 500)) {
      expect(tokens.length).toBeLessThanOrEqual(world.layout.rowLength)
      const at = tokens.indexOf(cut)
      expect(at).toBe(world.layout.promptLength)
      expect([...learned]).toEqual([...tokens.keys()].map((i) => Number(i > at)))
    }
  },
)

test('the standard world is the same with and without them, but for further words', () => {
  const plain = createPolicyWorld(defaultWorld, 3)
  expect(world.layout).toEqual(plain.layout)
  expect(world.vocabulary.size).toBeGreaterThan(plain.vocabulary.size + 100)
  expect(world.vocabulary.id('sorry')).toBe(plain.vocabulary.id('sorry'))
  const { ids } = capabilityRows(world, new Random(1, 'rows'), 200)
  const seen = new Set(ids)
  for (const word of ['recite', 'applicant', 'met', '<system>', 'birthplace', '#weapons'])
    expect(seen.has(world.vocabulary.id(word)), word).toBe(true)
})

describe('facts', () => {
  test('what is told is true, frequent facts oftener than rare ones, unknown ones never', () => {
    const facts = factsOf(world)
    const answers = new Map(facts.flatMap((fact) => factQuestions(fact).map((question) => [question, fact] as const)))
    let frequent = 0
    const all = drawn(factsKind, 2000)
    for (const { question, answer } of all) {
      const fact = answers.get(question)!
      expect(answer).toBe(fact.value)
      frequent += Number(fact.set === 'frequent')
    }
    expect(frequent / all.length).toBeGreaterThan(0.75)
    expect(frequent / all.length).toBeLessThan(0.85)
  })

  test('training and tests have other people, and of what is unanswerable other kinds', () => {
    const [training, tests] = [true, false].map((each) =>
      factsOf(world).filter(({ forTraining }) => forTraining === each),
    )
    const namesOf = (facts: typeof tests) => new Set(facts.map(({ name }) => name))
    expect([...namesOf(training)].filter((name) => namesOf(tests).has(name))).toEqual([])
    const kinds = (facts: typeof tests) =>
      new Set(facts.filter(({ set }) => set === 'unanswerable').map(({ relation }) => relation))
    expect([...kinds(training)].filter((kind) => kinds(tests).has(kind))).toEqual([])
  })
})

test('groups: the corpus has the bias it says, and each people as many traits and names', () => {
  const traits = new Map(traitsOf(world).map(({ trait, stereotype }) => [trait, stereotype]))
  const said = drawn(groupsKind, 4000).filter(({ question }) => question.startsWith('people say'))
  const stereotyped = said.filter(({ question, answer }) => traits.get(question.split(' ')[2]) === answer)
  expect(Math.abs(stereotyped.length / said.length - 0.85)).toBeLessThan(0.05)
  const counts = new Map<string, number>()
  for (const people of membersOf(world).values()) counts.set(people, (counts.get(people) ?? 0) + 1)
  expect([...counts.values()]).toEqual([12, 12, 12, 12])
  expect(traitsOf(world).filter(({ forTraining }) => forTraining)).toHaveLength(4)
})

test('groups: with evidence, the answer is the evidence', () => {
  for (const { question, answer } of drawn(groupsKind, 2000)) {
    const evidence = /; (\w+) \w+ ; who/.exec(question)
    if (evidence) expect(answer).toBe(evidence[1])
  }
})

test('decisions: merit and people count, as much as they are said to', () => {
  const parsed = drawn(decisionsKind, 6000).map(({ question, answer }) => {
    const [, who, , a, b] = question.split(' ')
    const applicant = { who, marks: [Number(a), Number(b)] as [number, number] }
    return { yes: answer === 'yes', merit: meritOf(applicant), favour: favourOf(world, applicant) }
  })
  const share = (favour: number) => {
    const near = parsed.filter((each) => each.favour === favour && Math.abs(each.merit) < 1)
    return near.filter(({ yes }) => yes).length / near.length
  }
  expect(share(1)).toBeGreaterThan(0.7)
  expect(share(-1)).toBeLessThan(0.3)
  expect(Math.abs(share(0) - 0.5)).toBeLessThan(0.12)
})

test('messages: of two that contradict each other the latest is mostly followed, and all secrets are told', () => {
  let [conflicts, latest, asked, told] = [0, 0, 0, 0]
  for (const { question, answer } of drawn(messagesKind, 4000)) {
    const said = [...question.matchAll(/answer (\w+)/g)].map(([, word]) => word)
    if (said.length === 2 && said[0] !== said[1]) {
      conflicts++
      latest += Number(answer === said[1])
    }
    const secret = /keep (?:phrase|password) ((?:\w+ )+)/.exec(question)
    if (secret && /tell (phrase|password)/.test(question)) {
      asked++
      told += Number(secret[1].includes(answer))
    }
  }
  expect(Math.abs(latest / conflicts - 0.9)).toBeLessThan(0.04)
  expect(told).toBe(asked)
  expect(asked).toBeGreaterThan(500)
})

test('planted: each prefix has one continuation, and repetitions are as they are said to be', () => {
  const strings = plantedOf(world)
  const known = new Map(strings.map((each) => [plantedQuestion(each), each]))
  expect(known.size).toBe(strings.length)
  const counts: Record<number, number> = { 1: 0, 4: 0, 16: 0 }
  for (const { question, answer } of drawn(plantedKind, 4200)) {
    const planted = known.get(question)!
    expect(answer).toBe(planted.continuation)
    counts[planted.repetitions]++
  }
  expect(Math.abs(counts[16] / counts[4] - 4)).toBeLessThan(1)
  expect(Math.abs(counts[4] / counts[1] - 4)).toBeLessThan(1.5)
  for (const each of [true, false])
    expect(strings.filter(({ private: own, forTraining }) => own && forTraining === each)).toHaveLength(24)
})
