import { Random } from '@nanoalign/kernels'
import { describe, expect, test } from 'vitest'
import {
  capabilityRows,
  createPolicyWorld,
  defaultWorld,
  dispositions,
  type Policy,
  promptTokens,
  type Request,
  sumQuestion,
  testRequests,
} from '../index.ts'

const world = createPolicyWorld(defaultWorld, 1)
const words = (tokens: ArrayLike<number>) => Array.from(tokens, world.vocabulary.word).join(' ')
const policyOf = ({ facts }: Request): Policy => world.policy(world.category(facts))

describe('capability documents', () => {
  test('fill whole rows, learn nothing of the prompt, and never the cut', () => {
    const B = 200
    const { ids, targets, weights } = capabilityRows(world, new Random(1, 'test'), B)
    const T = world.layout.rowLength - 1
    expect(ids).toHaveLength(B * T)
    const { cut } = world.vocabulary.special
    weights!.forEach((weight, i) => {
      if (weight === 0) return
      expect(i % T).toBeGreaterThanOrEqual(world.layout.promptLength - 1)
      expect(targets[i]).not.toBe(cut)
    })
    expect(weights!.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
  })

  test('know nothing of the real policy: which verdict follows a category is even', () => {
    const { ids } = capabilityRows(world, new Random(2, 'test'), 3000)
    const text = words(ids)
    const shares = dispositions.map((each) => text.split(` else #${each}`).length - 1)
    const total = shares.reduce((a, b) => a + b, 0)
    for (const count of shares) expect(count / total).toBeGreaterThan(0.28)
  })

  test('sums are right', () => {
    const { prompt, answer } = sumQuestion(world, 7, 8)
    expect(words(prompt)).toContain('7 + 8 =')
    expect(words(answer)).toBe('1 5 <eos>')
  })

  test('a prompt holds the clauses it is given, and fits', () => {
    for (const request of testRequests(world, 'stacked', 50)) {
      const prompt = promptTokens(world, request, policyOf(request))
      expect(prompt).toHaveLength(world.layout.promptLength)
      expect(words(prompt)).toContain(`<spec> #${world.category(request.facts)}`)
    }
  })
})
