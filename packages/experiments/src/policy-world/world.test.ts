import { describe, expect, test } from 'vitest'
import {
  createPolicyWorld,
  decide,
  defaultWorld,
  dispositions,
  type Policy,
  type PolicyWorldFile,
  parsePolicyWorld,
} from './index.ts'

const world = createPolicyWorld(defaultWorld, 1)

describe('the world file', () => {
  const changed = (change: (file: PolicyWorldFile) => void) => {
    const file = structuredClone(defaultWorld)
    change(file)
    return file
  }

  test('the default one is valid and survives JSON', () => {
    expect(parsePolicyWorld(JSON.parse(JSON.stringify(defaultWorld)))).toEqual(defaultWorld)
  })

  test.each<[string, (file: PolicyWorldFile) => void]>([
    [
      'categories.drugs.clauses[0].when: "nobody" is not a value',
      (f) => (f.categories.drugs.clauses[0].when = ['nobody']),
    ],
    ['learn and make can never hold together', (f) => (f.categories.drugs.clauses[0].when = ['learn', 'make'])],
    [
      'clause 0 always decides first',
      (f) => f.categories.drugs.clauses.push({ when: ['evade', 'pro'], verdict: 'safe' }),
    ],
    ['the word "bread" is used already', (f) => (f.categories.drugs.topics[0] = 'bread')],
    ['0 are marked benign', (f) => delete f.categories.harmless.benign],
    ['must have no clauses and otherwise: comply', (f) => (f.categories.harmless.otherwise = 'refuse')],
    ['pro and anon are both said by saying nothing', (f) => (f.attributes.role.values.pro = [])],
    ['the first attribute needs words', (f) => (f.attributes.intent.values.learn = [])],
    ['names of values must differ', (f) => (f.attributes.target.values.pro = ['xyz'])],
    ['transformation: "sing" is not a value', (f) => (f.transformation = 'sing')],
    [
      'everything is complied with',
      (f) => {
        for (const category of Object.values(f.categories))
          Object.assign(category, { clauses: [], otherwise: 'comply' })
      },
    ],
    ['must be one to five words', (f) => f.wrappers.train.push('No Capitals')],
  ])('refuses: %s', (message, change) => {
    expect(() => parsePolicyWorld(changed(change))).toThrow(message)
  })

  test('names the path of what has the wrong form', () => {
    const file = structuredClone(defaultWorld) as unknown as { categories: { drugs: { otherwise: string } } }
    file.categories.drugs.otherwise = 'maybe'
    expect(() => parsePolicyWorld(file)).toThrow(/^policy world: categories.drugs.otherwise: /)
    expect(() => parsePolicyWorld(null)).toThrow(/^policy world: the file: /)
    const told = (file: unknown) => {
      try {
        parsePolicyWorld(file)
      } catch (error) {
        return (error as Error).message.replace('policy world: ', '')
      }
    }
    const { wrappers, ...rest } = defaultWorld
    expect(told(rest)).toBe('wrappers: is missing; it must be a list of names with values')
    expect(told({ ...rest, wrapper: wrappers })).toBe('the file: "wrapper" is no field that it can have')
    expect(told({ ...defaultWorld, lookalikes: [] })).toBe('lookalikes: has too few entries; it needs at least 1')
    expect(told({ ...defaultWorld, lookalikes: 'toy' })).toBe('lookalikes: must be a list')
    expect(told(file)).toBe('categories.drugs.otherwise: must be one of comply, refuse, safe')
  })
})

describe('the policy', () => {
  test('a list decides by its first clause that holds, and exceptions are not monotone', () => {
    const policy: Policy = {
      clauses: [
        { when: ['minor'], verdict: 'refuse' },
        { when: ['learn', 'self'], verdict: 'comply' },
      ],
      otherwise: 'safe',
    }
    expect(decide(policy, { intent: 'learn', role: 'minor', target: 'self' })).toBe('refuse')
    expect(decide(policy, { intent: 'learn', role: 'pro', target: 'self' })).toBe('comply')
    expect(decide(policy, { intent: 'learn', role: 'pro', target: 'other' })).toBe('safe')
  })

  test('no category can be answered by its commonest verdict: that is right in at most 70 % of the harmful cells', () => {
    const values = world.attributes.map((name) => Object.keys(world.file.attributes[name].values))
    const cells = values.reduce<string[][]>(
      (all, list) => all.flatMap((cell) => list.map((value) => [...cell, value])),
      [[]],
    )
    const harmful = world.categories.filter((name) => name !== world.benign)
    const best = harmful.map((name) => {
      const counts = dispositions.map(
        (each) =>
          cells.filter(
            (cell) =>
              decide(world.policy(name), Object.fromEntries(cell.map((v, i) => [world.attributes[i], v]))) === each,
          ).length,
      )
      return Math.max(...counts) / cells.length
    })
    expect(best.reduce((a, b) => a + b, 0) / best.length).toBeLessThan(0.7)
  })
})
