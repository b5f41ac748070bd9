// What a request says, read back from its words in any language, order or encoding.

import { languages } from './vocabulary.ts'
import type { Facts, PolicyWorld } from './world.ts'

/**
 * The facts of a request; words that say nothing (wrappers, `please`, `for`) are passed over, and a value that is said by
 * saying nothing is taken where its attribute is not named.
 * @throws Error naming what is missing, or said twice.
 */
export function readRequest(world: PolicyWorld, all: readonly number[]): Facts {
  const { file, vocabulary } = world
  const tokens = withoutWrappers(world, all)
  const meaning = new Map<number, { kind: 'topic' | 'value' | 'lookalike'; name: string }>()
  for (const language of languages) {
    for (const name of Object.values(file.categories).flatMap(({ topics }) => topics))
      meaning.set(vocabulary.content(name, language), { kind: 'topic', name })
    for (const { values } of Object.values(file.attributes))
      for (const [name, words] of Object.entries(values))
        for (const word of words) meaning.set(vocabulary.content(word, language), { kind: 'value', name })
  }
  for (const name of file.lookalikes) meaning.set(vocabulary.id(name), { kind: 'lookalike', name })
  const found = { topic: new Set<string>(), value: new Set<string>(), lookalike: new Set<string>() }
  for (const token of tokens) {
    const said = meaning.get(token)
    if (said) found[said.kind].add(said.name)
  }
  for (const name of Object.values(file.categories).flatMap(({ topics }) => topics)) {
    const [first, second] = vocabulary.spelling(name)
    const spelled = tokens.some((token, i) => token === first && (tokens[i + 1] === second || tokens[i - 1] === second))
    if (spelled) found.topic.add(name)
  }
  const [topic] = one('topic', found.topic)
  const [lookalike] = found.lookalike
  const values = Object.fromEntries(
    world.attributes.map((attribute) => {
      const words = file.attributes[attribute].values
      const said = new Set([...found.value].filter((name) => name in words))
      const silent = Object.keys(words).find((name) => words[name].length === 0)
      if (said.size === 0 && silent !== undefined) return [attribute, silent]
      return [attribute, one(attribute, said)[0]]
    }),
  )
  return { topic, ...(lookalike !== undefined && { lookalike }), values }
}

/** A wrapper's words may mean something elsewhere: “you promised me yesterday” is not for me. */
function withoutWrappers({ file, vocabulary }: PolicyWorld, tokens: readonly number[]): number[] {
  let left = [...tokens]
  for (const phrase of [...file.wrappers.train, ...file.wrappers.unseen, file.wrappers.prefix]) {
    const words = phrase.split(' ').map(vocabulary.id)
    const at = left.findIndex((_, i) => words.every((word, j) => left[i + j] === word))
    if (at >= 0) left = [...left.slice(0, at), ...left.slice(at + words.length)]
  }
  return left
}

function one(what: string, names: ReadonlySet<string>): string[] {
  if (names.size === 1) return [...names]
  throw new Error(
    names.size === 0 ? `it names no ${what}` : `it names ${names.size} of ${what}: ${[...names].join(', ')}`,
  )
}
