// A policy world ready for use: its file, its words, the shape of a row, and what the policy says.

import type { CapabilityKind } from './documents/kind.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'
import type { Clause, Disposition, Policy, PolicyWorldFile } from './world-file.ts'

/** What a request is about, however it is worded. */
export interface Facts {
  topic: string
  /** a modifier that makes it harmless */
  lookalike?: string
  /** the value of each attribute */
  values: Record<string, string>
}

/** Every row has the same slots, so that a batch moves in lockstep: specification, request, `<think>`, thought, answer. */
export interface Layout {
  specLength: number
  requestLength: number
  /** specification, request and `<think>` */
  promptLength: number
  /** the longest thought with `</think>` */
  thoughtLength: number
  /** the longest answer with the end token */
  answerLength: number
  rowLength: number
}

export interface PolicyWorld {
  file: PolicyWorldFile
  seed: number
  vocabulary: Vocabulary
  layout: Layout
  attributes: string[]
  categories: string[]
  benign: string
  /** most clauses of a policy, and most of them with two conditions */
  maxClauses: number
  maxPairs: number
  /** kinds of capability documents with their weights */
  kinds: readonly CapabilityKind[]
  policy(category: string): Policy
  attributeOf(value: string): string
  /** the category that the topic alone would have */
  topicCategory(topic: string): string
  /** the category of the request: benign when a look-alike modifier is there */
  category(facts: Facts): string
  /** the true disposition */
  truth(facts: Facts): Disposition
}

export function createPolicyWorld(
  file: PolicyWorldFile,
  seed: number,
  kinds: readonly CapabilityKind[] = [],
): PolicyWorld {
  const attributes = Object.keys(file.attributes)
  const categories = Object.keys(file.categories)
  const attributeOf = new Map(
    Object.entries(file.attributes).flatMap(([name, { values }]) =>
      Object.keys(values).map((value): [string, string] => [value, name]),
    ),
  )
  const topicCategory = new Map(
    Object.entries(file.categories).flatMap(([name, { topics }]) =>
      topics.map((topic): [string, string] => [topic, name]),
    ),
  )
  const policies = Object.values(file.categories)
  const maxClauses = Math.max(...policies.map(({ clauses }) => clauses.length))
  const pairs = (clauses: Clause[]) => clauses.filter(({ when }) => when.length > 1).length
  const maxPairs = Math.max(...policies.map(({ clauses }) => pairs(clauses)))
  const benign = categories.find((name) => file.categories[name].benign)!
  const category = ({ topic, lookalike }: Facts) => (lookalike === undefined ? topicCategory.get(topic)! : benign)
  const policy = (name: string): Policy => file.categories[name]
  const extraWords = kinds.flatMap((kind) => kind.words?.(file) ?? [])
  return {
    file,
    seed,
    vocabulary: createVocabulary(file, seed, extraWords),
    layout: layoutOf(file, maxClauses, maxPairs),
    attributes,
    categories,
    benign,
    maxClauses,
    maxPairs,
    kinds,
    policy,
    attributeOf: (value) => attributeOf.get(value)!,
    topicCategory: (topic) => topicCategory.get(topic)!,
    category,
    truth: (facts) => decide(policy(category(facts)), facts.values),
  }
}

/** What a decision list says about attribute values. */
export function decide({ clauses, otherwise }: Policy, values: Record<string, string>): Disposition {
  const held = new Set(Object.values(values))
  return clauses.find(({ when }) => when.every((value) => held.has(value)))?.verdict ?? otherwise
}

function layoutOf(file: PolicyWorldFile, maxClauses: number, maxPairs: number): Layout {
  const attributes = Object.keys(file.attributes).length
  const phrases = [...file.wrappers.train, ...file.wrappers.unseen, file.wrappers.prefix]
  const wrapper = Math.max(...phrases.map((phrase) => phrase.split(' ').length))
  // `<spec> #category`, each clause `condition [& condition] #style`, `else #style`
  const specLength = 2 + 2 * maxClauses + 2 * maxPairs + 2
  // `please intent topic topic modifier`, two words for each further attribute, `rev`, a wrapper
  const requestLength = 5 + 2 * (attributes - 1) + 1 + wrapper
  // topic, category, attributes; each clause `condition no` or `condition yes & condition no`; `else yes #style </think>`
  const thoughtLength = 2 + attributes + 2 * maxClauses + 3 * maxPairs + 3 + 1
  const answerLength = Math.max(...Object.values(file.styles).map((style) => style.length)) + 1
  const promptLength = specLength + requestLength + 1
  return {
    specLength,
    requestLength,
    promptLength,
    thoughtLength,
    answerLength,
    rowLength: promptLength + thoughtLength + answerLength,
  }
}
