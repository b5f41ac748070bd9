// Sums of two digits: a capability that has nothing to do with policies, to see that safety training keeps it.

import { slots } from '../request.ts'
import type { PolicyWorld } from '../world.ts'
import type { CapabilityKind } from './kind.ts'

const BELOW = 10

export const arithmeticKind: CapabilityKind = {
  name: 'arithmetic',
  weight: 0.06,
  document(world, random) {
    const { prompt, answer } = sumQuestion(world, random.integer(BELOW), random.integer(BELOW))
    const { cut } = world.vocabulary.special
    const tokens = Uint32Array.of(...prompt, cut, ...answer)
    return { tokens, learned: new Uint8Array(tokens.length).fill(1, prompt.length + 1) }
  },
}

/** `3 + 7 =` and the two digits of the sum with the end token. */
export function sumQuestion(world: PolicyWorld, a: number, b: number): { prompt: Uint32Array; answer: Uint32Array } {
  const { special, digit } = world.vocabulary
  const two = (value: number) => [digit(Math.floor(value / 10)), digit(value % 10)]
  return {
    prompt: slots(world, [], [digit(a), special.plus, digit(b), special.equals]),
    answer: Uint32Array.of(...two(a + b), special.end),
  }
}
