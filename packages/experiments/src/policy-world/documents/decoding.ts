// What does this request say? Decoding alone, with no answer to give.

import { reading } from '../completion.ts'
import { pick, randomSurface, randomValues, requestTokens, slots } from '../request.ts'
import { languages } from '../vocabulary.ts'
import type { Facts } from '../world.ts'
import type { CapabilityKind } from './kind.ts'

export const decodingKind: CapabilityKind = {
  name: 'decoding',
  weight: 0.04,
  document(world, random) {
    const { special } = world.vocabulary
    const facts: Facts = {
      topic: pick(world.file.categories[pick(world.categories, random)].topics, random),
      values: randomValues(world, random),
    }
    const surface = randomSurface(world, facts, random, {
      language: pick(languages, random),
      spelled: random.uniform() < 0.5,
      reversed: random.uniform() < 0.25,
    })
    const prompt = slots(world, [special.decode], requestTokens(world, { facts, surface }))
    const tokens = Uint32Array.of(...prompt, ...reading(world, facts), special.thinkEnd, special.end)
    return { tokens, learned: new Uint8Array(tokens.length).fill(1, prompt.length) }
  },
}
