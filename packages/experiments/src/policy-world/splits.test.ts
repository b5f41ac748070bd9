import { describe, expect, test } from 'vitest'
import {
  createPolicyWorld,
  defaultWorld,
  dispositions,
  isForTests,
  isHeldOut,
  jailbreakRequests,
  jailbreakTransforms,
  parsePolicyWorld,
  plainSurface,
  type Request,
  requestText,
  safetyTrainingRequests,
  testRequests,
  testSets,
  testSetsOf,
  trainingTopics,
} from './index.ts'

const world = createPolicyWorld(defaultWorld, 1)

describe('splits', () => {
  const training = safetyTrainingRequests(world, 3000)
  const plain = (request: Request) =>
    requestText(world, { ...request, surface: { ...request.surface, ...plainSurface, wrapper: undefined } })
  const reinforced = safetyTrainingRequests(world, 3000, { stream: 'rl/0' })
  const encoded = safetyTrainingRequests(world, 3000, { encoded: true })
  const seen = new Set([...training, ...reinforced, ...encoded].map(plain))

  test('training has plain requests about its own topics and cells, none of which is for tests', () => {
    for (const request of training) {
      const category = world.category(request.facts)
      expect(request.surface).toMatchObject({ language: 'a', spelled: false, reversed: false })
      expect(trainingTopics(world, category)).toContain(request.facts.topic)
      expect(isHeldOut(world, request.facts)).toBe(false)
      expect(isForTests(world, request)).toBe(false)
    }
  })

  test.each(testSets)('no request of the test set %s is in training, and its rule holds', (set) => {
    const requests = testRequests(world, set, 100)
    for (const request of requests) expect(seen.has(plain(request))).toBe(false)
    const every = (rule: (request: Request) => boolean) => expect(requests.every(rule)).toBe(true)
    if (set === 'topics' || set === 'stacked')
      every(({ facts }) => !trainingTopics(world, world.topicCategory(facts.topic)).includes(facts.topic))
    if (set === 'combinations') every(({ facts }) => isHeldOut(world, facts))
    if (set === 'lookalike' || set === 'benign') every(({ facts }) => world.category(facts) === world.benign)
    if (set === 'exempt')
      every(({ facts }) => world.truth(facts) === 'comply' && world.category(facts) !== world.benign)
    if (set === 'transformation')
      every(({ facts }) => facts.values.intent === 'translate' && world.truth(facts) === 'comply')
    if (set === 'unseen-wrapper') every(({ surface }) => world.file.wrappers.unseen.includes(surface.wrapper!.phrase))
  })

  test('no jailbreak asks what training has', () => {
    for (const ways of jailbreakRequests(world, 50)) for (const way of ways) expect(seen.has(plain(way))).toBe(false)
  })

  test('categories are even, and no disposition is rare', () => {
    for (const set of ['id', 'topics', 'combinations', 'language-b', 'stacked'] as const) {
      const requests = testRequests(world, set, 2000)
      const sensitive = requests.filter(({ facts }) => world.category(facts) !== world.benign)
      const count = (name: string) => sensitive.filter(({ facts }) => world.category(facts) === name).length
      if (set !== 'combinations')
        for (const name of world.categories.filter((each) => each !== world.benign))
          expect(Math.abs(count(name) / sensitive.length - 1 / 8)).toBeLessThan(0.06)
      for (const each of dispositions)
        expect(requests.filter(({ facts }) => world.truth(facts) === each).length / requests.length).toBeGreaterThan(
          0.1,
        )
    }
  })

  test('a world without exceptions has no exempt requests, and is told apart before anything is trained', () => {
    const file = structuredClone(defaultWorld)
    delete file.transformation
    for (const category of Object.values(file.categories)) category.clauses = []
    for (const [name, category] of Object.entries(file.categories))
      if (name !== 'harmless') category.otherwise = 'refuse'
    const sets = testSetsOf(createPolicyWorld(parsePolicyWorld(file), 1), 20)
    expect(testSets.filter((set) => !sets.includes(set))).toEqual(['exempt', 'transformation', 'hard'])
    expect(testSetsOf(world, 20)).toEqual(testSets)
  })

  test('the same seed gives the same requests, another seed others', () => {
    expect(testRequests(world, 'id', 20)).toEqual(testRequests(createPolicyWorld(defaultWorld, 1), 'id', 20))
    expect(testRequests(world, 'id', 20)).not.toEqual(testRequests(createPolicyWorld(defaultWorld, 2), 'id', 20))
  })

  test('jailbreaks ask one forbidden request in 40 ways', () => {
    expect(jailbreakTransforms(world)).toHaveLength(40)
    for (const ways of jailbreakRequests(world, 5)) {
      expect(new Set(ways.map((request) => requestText(world, request))).size).toBe(40)
      for (const request of ways) expect(world.truth(request.facts)).not.toBe('comply')
    }
  })
})
