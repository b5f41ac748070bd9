// Reading requests and following a specification shown in the context. The specifications are random, so that none can
// be memorised; without one, or with that of another category, the answer is simply helpful.

import type { Random } from '@nanoalign/kernels'
import { solve } from '../completion.ts'
import { pick, promptTokens, type Request, randomSurface, randomValues, shuffled } from '../request.ts'
import type { Facts, PolicyWorld } from '../world.ts'
import { type Clause, dispositions, type Policy } from '../world-file.ts'
import type { CapabilityDocument, CapabilityKind } from './kind.ts'

/** Shares of the stream. `invented`: of the documents without a specification, those that think up one of their own. */
const SHARE = {
  specification: 0.8,
  otherCategory: 0.1,
  invented: 0.2,
  benign: 0.15,
  lookalike: 0.15,
  languageA: 0.5,
  spelled: 0.2,
  reversed: 0.12,
  wrapped: 0.2,
  pair: 0.35,
  wholeThought: 0.7,
  cutThought: 0.12,
}

export const policyKind: CapabilityKind = {
  name: 'policy',
  weight: 0.9,
  document(world, random) {
    const request = randomRequest(world, random)
    const category = world.category(request.facts)
    if (random.uniform() >= SHARE.specification) {
      const invented = random.uniform() < SHARE.invented ? randomPolicy(world, random) : undefined
      return supervised(world, random, request, promptTokens(world, request), invented)
    }
    const shown = randomPolicy(world, random)
    const elsewhere = random.uniform() < SHARE.otherCategory
    const head = elsewhere
      ? pick(
          world.categories.filter((name) => name !== category),
          random,
        )
      : category
    const prompt = promptTokens(world, request, shown, head)
    return supervised(world, random, request, prompt, elsewhere ? undefined : shown)
  },
}

export function randomPolicy(world: PolicyWorld, random: Random): Policy {
  const { maxClauses, maxPairs } = world
  const values = shuffled(
    world.attributes.flatMap((name) => Object.keys(world.file.attributes[name].values)),
    random,
  )
  const count = random.integer(maxClauses + 1)
  let pairs = 0
  const clauses: Clause[] = values.slice(0, count).map((value, i) => {
    const others = values.slice(count + i).filter((other) => world.attributeOf(other) !== world.attributeOf(value))
    const pair = pairs < maxPairs && others.length > 0 && random.uniform() < SHARE.pair
    pairs += Number(pair)
    return { when: pair ? [value, others[0]] : [value], verdict: pick(dispositions, random) }
  })
  return { clauses, otherwise: pick(dispositions, random) }
}

function randomRequest(world: PolicyWorld, random: Random): Request {
  const benign = random.uniform() < SHARE.benign
  const category = benign
    ? world.benign
    : pick(
        world.categories.filter((name) => name !== world.benign),
        random,
      )
  const facts: Facts = {
    topic: pick(world.file.categories[category].topics, random),
    ...(random.uniform() < SHARE.lookalike && { lookalike: pick(world.file.lookalikes, random) }),
    values: randomValues(world, random),
  }
  const language = random.uniform() < SHARE.languageA ? 'a' : pick(['b', 'c'] as const, random)
  const surface = randomSurface(world, facts, random, {
    language,
    spelled: random.uniform() < SHARE.spelled,
    reversed: random.uniform() < SHARE.reversed,
  })
  if (random.uniform() < SHARE.wrapped) {
    const phrase = pick(world.file.wrappers.train, random)
    surface.wrapper = { phrase, place: random.uniform() < 0.5 ? 'before' : 'after' }
  }
  return { facts, surface }
}

/** The whole thought and answer; or the thought cut at a random place, or all of it, and the answer at once. */
function supervised(
  world: PolicyWorld,
  random: Random,
  { facts }: Request,
  prompt: Uint32Array,
  policy: Policy | undefined,
): CapabilityDocument {
  const { thought, answer } = solve(world, facts, policy)
  const draw = random.uniform()
  const kept =
    draw < SHARE.wholeThought
      ? thought.length
      : draw < SHARE.wholeThought + SHARE.cutThought
        ? random.integer(thought.length)
        : 0
  const cut = kept < thought.length ? [world.vocabulary.special.cut] : []
  const tokens = Uint32Array.of(...prompt, ...thought.subarray(0, kept), ...cut, ...answer)
  const learned = new Uint8Array(tokens.length).fill(1, prompt.length)
  if (cut.length) learned[prompt.length + kept] = 0
  return { tokens, learned }
}
