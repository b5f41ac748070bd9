// Requests: what is asked (facts) and how it is worded (surface), as tokens and as text.

import type { Random } from '@nanoalign/kernels'
import type { Language } from './vocabulary.ts'
import type { Facts, PolicyWorld } from './world.ts'
import type { Policy } from './world-file.ts'

export interface Surface {
  language: Language
  /** the topic as two code symbols */
  spelled: boolean
  /** all words back to front, after `rev` */
  reversed: boolean
  wrapper?: { phrase: string; place: 'before' | 'after' }
  /** which of each attribute value's words is used, by attribute */
  words: Record<string, number>
  /** order of the phrases, by attribute */
  order: string[]
}

export interface Request {
  facts: Facts
  surface: Surface
}

export const plainSurface = { language: 'a', spelled: false, reversed: false } as const

/** A random wording of facts: words and order; plain unless changed. */
export function randomSurface(
  world: PolicyWorld,
  facts: Facts,
  random: Random,
  change: Partial<Surface> = {},
): Surface {
  const words = Object.fromEntries(
    world.attributes.map((name) => {
      const list = world.file.attributes[name].values[facts.values[name]]
      return [name, list.length === 0 ? 0 : random.integer(list.length)]
    }),
  )
  return { ...plainSurface, words, order: shuffled(world.attributes, random), ...change }
}

export function randomValues(world: PolicyWorld, random: Random): Record<string, string> {
  return Object.fromEntries(
    world.attributes.map((name) => [name, pick(Object.keys(world.file.attributes[name].values), random)]),
  )
}

export const pick = <T>(list: readonly T[], random: Random): T => list[random.integer(list.length)]

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  return random.shuffle([...list])
}

/** The words of a request: at most requestLength tokens. */
export function requestTokens(world: PolicyWorld, { facts, surface }: Request): number[] {
  const { vocabulary, attributes, file } = world
  const { language, spelled, reversed, wrapper, words, order } = surface
  const phrase = (name: string): number[] => {
    const list = file.attributes[name].values[facts.values[name]]
    if (list.length === 0) return []
    const says = [vocabulary.id(file.attributes[name].says), vocabulary.content(list[words[name]], language)]
    if (name !== attributes[0]) return says
    const topic = spelled ? vocabulary.spelling(facts.topic) : [vocabulary.content(facts.topic, language)]
    return [...says, ...(facts.lookalike === undefined ? [] : [vocabulary.id(facts.lookalike)]), ...topic]
  }
  const plain = order.flatMap(phrase)
  const said = reversed ? [vocabulary.special.reversed, ...plain.reverse()] : plain
  const around = wrapper ? wrapper.phrase.split(' ').map(vocabulary.id) : []
  return wrapper?.place === 'before' ? [...around, ...said] : [...said, ...around]
}

export function specificationTokens(world: PolicyWorld, category: string, { clauses, otherwise }: Policy): number[] {
  const { special, concept } = world.vocabulary
  const conditions = (when: string[]) =>
    when.flatMap((value, i) => (i ? [special.and, concept(value)] : [concept(value)]))
  return [
    special.spec,
    concept(category),
    ...clauses.flatMap(({ when, verdict }) => [...conditions(when), concept(verdict)]),
    special.otherwise,
    concept(otherwise),
  ]
}

/**
 * The prompt, (promptLength): specification slot, request slot, `<think>`. Without `specification` its slot is empty;
 * `category` is the one in its head, that of the request unless given.
 */
export function promptTokens(
  world: PolicyWorld,
  request: Request,
  specification?: Policy,
  category = world.category(request.facts),
): Uint32Array {
  const head = specification ? specificationTokens(world, category, specification) : []
  return slots(world, head, requestTokens(world, request))
}

/** @throws RangeError when a slot is too small for its tokens. */
export function slots(world: PolicyWorld, head: readonly number[], request: readonly number[]): Uint32Array {
  const { specLength, requestLength, promptLength } = world.layout
  if (head.length > specLength || request.length > requestLength)
    throw new RangeError(
      `policy world: ${head.length} and ${request.length} tokens do not fit in slots of ${specLength} and ${requestLength}`,
    )
  const { pad, think } = world.vocabulary.special
  const tokens = new Uint32Array(promptLength).fill(pad)
  tokens.set(head)
  tokens.set(request, specLength)
  tokens[promptLength - 1] = think
  return tokens
}

/** As a person would read it. */
export function requestText(world: PolicyWorld, request: Request): string {
  return requestTokens(world, request).map(world.vocabulary.word).join(' ')
}
