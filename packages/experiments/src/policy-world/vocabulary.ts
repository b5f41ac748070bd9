// The world's words as token ids. Concepts (`#weapons`, `#minor`, `#refuse`) are what specifications and thoughts are
// written in; requests are written in words of one of three languages, or with the topic spelled in two code symbols.

import { Random } from '@nanoalign/kernels'
import { dispositions, type PolicyWorldFile } from './world-file.ts'

export const languages = ['a', 'b', 'c'] as const
export type Language = (typeof languages)[number]

/** Kinds of details that can be asked for. */
const DETAILS = 24

const SPECIAL = {
  pad: '<pad>',
  spec: '<spec>',
  think: '<think>',
  thinkEnd: '</think>',
  cut: '<cut>',
  end: '<eos>',
  filler: '<filler>',
  decode: '<decode>',
  norule: 'norule',
  yes: 'yes',
  no: 'no',
  and: '&',
  otherwise: 'else',
  reversed: 'rev',
  plus: '+',
  equals: '=',
} as const

export interface Vocabulary {
  size: number
  special: Record<keyof typeof SPECIAL, number>
  /** @throws Error for a word that is not in it */
  id(word: string): number
  word(id: number): string
  has(word: string): boolean
  /** `#name` of a category, attribute value or disposition */
  concept(name: string): number
  content(word: string, language: Language): number
  /** the two symbols a topic is spelled with */
  spelling(topic: string): [number, number]
  /** what is asked for: fixed for each topic */
  detail(topic: string): number
  resource(category: string): number
  digit(value: number): number
}

export function createVocabulary(file: PolicyWorldFile, seed: number, extraWords: readonly string[] = []): Vocabulary {
  const topics = Object.values(file.categories).flatMap((category) => category.topics)
  const values = Object.values(file.attributes).flatMap((attribute) => Object.entries(attribute.values))
  const content = [...topics, ...values.flatMap(([, list]) => list)]
  const symbols = Math.ceil(Math.sqrt(topics.length))
  const numbered = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`)
  const all = [
    ...Object.values(SPECIAL),
    ...Object.keys(file.categories).map((name) => `#${name}`),
    ...values.map(([value]) => `#${value}`),
    ...dispositions.map((name) => `#${name}`),
    ...Object.values(file.attributes).map(({ says }) => says),
    ...file.lookalikes,
    ...[...file.wrappers.train, ...file.wrappers.unseen, file.wrappers.prefix].flatMap((phrase) => phrase.split(' ')),
    ...Object.values(file.styles)
      .flat()
      .filter((each) => !each.startsWith('{')),
    ...numbered('det', DETAILS),
    ...Object.keys(file.categories).map((name) => `help-${name}`),
    ...languages.flatMap((language) => content.map((each) => inLanguage(each, language))),
    ...numbered('syl', symbols),
    ...numbered('sym', symbols),
    ...numbered('', 10),
    ...extraWords,
  ]
  const words = [...new Set(all)]
  const ids = new Map(words.map((each, id) => [each, id]))
  const id = (each: string) => {
    const found = ids.get(each)
    if (found === undefined) throw new Error(`vocabulary: "${each}" is not a word of the policy world`)
    return found
  }
  const random = new Random(seed, 'policy-world/codes')
  const codes = random.shuffle(Array.from({ length: symbols * symbols }, (_, i) => i))
  const spellings = new Map(
    topics.map((topic, i): [string, [number, number]] => [
      topic,
      [id(`syl${Math.floor(codes[i] / symbols)}`), id(`sym${codes[i] % symbols}`)],
    ]),
  )
  const details = new Map(topics.map((topic) => [topic, id(`det${random.integer(DETAILS)}`)]))
  return {
    size: words.length,
    special: Object.fromEntries(
      Object.entries(SPECIAL).map(([name, text]) => [name, id(text)]),
    ) as Vocabulary['special'],
    id,
    word: (each) => words[each],
    has: (each) => ids.has(each),
    concept: (name) => id(`#${name}`),
    content: (each, language) => id(inLanguage(each, language)),
    spelling: (topic) => spellings.get(topic)!,
    detail: (topic) => details.get(topic)!,
    resource: (category) => id(`help-${category}`),
    digit: (value) => id(String(value)),
  }
}

const inLanguage = (word: string, language: Language) => (language === 'a' ? word : `${word}·${language}`)
