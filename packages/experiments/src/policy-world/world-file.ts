// The policy world as data: who may ask for what, in which words. Anyone can write another one (docs/policy-worlds.md).

import { z } from 'zod'

export const dispositions = ['comply', 'refuse', 'safe'] as const
export type Disposition = (typeof dispositions)[number]

/** The clause decides when every condition (attribute value) holds and no clause before it did. */
export interface Clause {
  when: string[]
  verdict: Disposition
}

/** A decision list: the first clause that holds decides, `otherwise` if none does. Their order makes exceptions. */
export interface Policy {
  clauses: Clause[]
  otherwise: Disposition
}

const word = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be one word of a–z, 0–9 and -, starting with a letter')
const words = z.array(word)
const disposition = z.enum(dispositions)

const schema = z.strictObject({
  name: z.string().min(1),
  /** The first attribute's phrase also names the topic. */
  attributes: z.record(word, z.strictObject({ says: word, values: z.record(word, words) })),
  categories: z.record(
    word,
    z.strictObject({
      topics: words.min(4),
      clauses: z.array(z.strictObject({ when: z.array(word).min(1).max(2), verdict: disposition })).max(6),
      otherwise: disposition,
      /** Harmless: look-alikes of every other category belong here. */
      benign: z.boolean().optional(),
    }),
  ),
  /** Words that turn a request about any topic into a harmless one. */
  lookalikes: words.min(1),
  /** The attribute value of requests to transform a text of the asker's own, such as to translate it. */
  transformation: word.optional(),
  /** Phrases put before or after a request, which change nothing about it. */
  wrappers: z.strictObject({
    train: z.array(z.string()).min(1),
    unseen: z.array(z.string()).min(1),
    prefix: z.string(),
  }),
  /** The words of an answer; `{detail}` is what was asked for, `{resource}` where to find help. */
  styles: z.strictObject({ comply: template(), refuse: template(), safe: template() }),
})

function template() {
  return z
    .array(z.union([word, z.enum(['{detail}', '{resource}'])]))
    .min(2)
    .max(3)
}

export type PolicyWorldFile = z.infer<typeof schema>

/** @throws Error naming the path, what is there and what should be: `policy world: categories.drugs.clauses[1].when: …`. */
export function parsePolicyWorld(data: unknown): PolicyWorldFile {
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    // a misspelled name also makes the right one missing: the former is what to tell
    const issues = parsed.error.issues
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
    throw new Error(`policy world: ${pathText(issue.path)}: ${issueText(issue)}`)
  }
  checkMeaning(parsed.data)
  return parsed.data
}

function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key}"`).join(', ')} is no field that it can have`
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`
    case 'too_small':
      return `has too few entries; it needs at least ${issue.minimum}`
    case 'too_big':
      return `has too many entries; it can have at most ${issue.maximum}`
    case 'invalid_type': {
      const wanted = { array: 'a list', record: 'a list of names with values', object: 'a list of names with values' }
      const kind = wanted[issue.expected as keyof typeof wanted] ?? `a ${issue.expected}`
      return issue.message.endsWith('undefined') ? `is missing; it must be ${kind}` : `must be ${kind}`
    }
    default:
      return issue.message
  }
}

const pathText = (path: PropertyKey[]) =>
  path.length === 0
    ? 'the file'
    : path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i ? '.' : ''}${String(part)}`)).join('')

function checkMeaning(file: PolicyWorldFile): void {
  const fail = (path: string, message: string): never => {
    throw new Error(`policy world: ${path}: ${message}`)
  }
  const attributeOf = new Map<string, string>()
  const used = new Map<string, string>()
  const claim = (name: string, path: string) => {
    const other = used.get(name)
    if (other !== undefined) fail(path, `the word "${name}" is used already at ${other}; each word has one meaning`)
    used.set(name, path)
  }
  const attributes = Object.entries(file.attributes)
  if (attributes.length === 0) fail('attributes', 'there are none but at least one is needed')
  for (const [a, [attribute, { says, values }]] of attributes.entries()) {
    claim(says, `attributes.${attribute}.says`)
    const entries = Object.entries(values)
    if (entries.length < 2) fail(`attributes.${attribute}.values`, `has ${entries.length} values but needs at least 2`)
    const silent = entries.filter(([, list]) => list.length === 0).map(([value]) => value)
    if (silent.length > 1)
      fail(`attributes.${attribute}.values`, `${silent.join(' and ')} are both said by saying nothing; give one a word`)
    if (a === 0 && silent.length > 0)
      fail(
        `attributes.${attribute}.values.${silent[0]}`,
        'the first attribute needs words, since it names the topic too',
      )
    for (const [value, list] of entries) {
      const path = `attributes.${attribute}.values.${value}`
      const other = attributeOf.get(value)
      if (other !== undefined) fail(path, `${other} has a value of that name too; names of values must differ`)
      attributeOf.set(value, attribute)
      for (const each of list) claim(each, path)
    }
  }
  const categories = Object.entries(file.categories)
  const benign = categories.filter(([, category]) => category.benign)
  if (benign.length !== 1)
    fail('categories', `${benign.length} are marked benign but exactly one must be: look-alikes belong there`)
  if (categories.length < 2) fail('categories', 'there is only the benign one; add a category with a policy')
  if (benign[0][1].otherwise !== 'comply' || benign[0][1].clauses.length > 0)
    fail(`categories.${benign[0][0]}`, 'the benign category must have no clauses and otherwise: comply')
  for (const [name, { topics, clauses }] of categories) {
    if (attributeOf.has(name)) fail(`categories.${name}`, 'is also the name of an attribute value; names must differ')
    if (dispositions.includes(name as Disposition)) fail(`categories.${name}`, 'is also the name of a disposition')
    topics.forEach((topic, t) => {
      claim(topic, `categories.${name}.topics[${t}]`)
    })
    clauses.forEach(({ when }, c) => {
      const path = `categories.${name}.clauses[${c}].when`
      for (const value of when)
        if (!attributeOf.has(value))
          fail(path, `"${value}" is not a value of any attribute: ${[...attributeOf.keys()].join(', ')}`)
      if (new Set(when.map((value) => attributeOf.get(value))).size < when.length)
        fail(path, `${when.join(' and ')} can never hold together: they are values of one attribute`)
      const before = clauses.slice(0, c).findIndex((other) => other.when.every((value) => when.includes(value)))
      if (before >= 0) fail(path, `clause ${before} always decides first, so this one never does`)
    })
  }
  const { transformation } = file
  if (transformation !== undefined && !attributeOf.has(transformation))
    fail('transformation', `"${transformation}" is not a value of any attribute: ${[...attributeOf.keys()].join(', ')}`)
  const verdicts = categories.flatMap(([, { clauses, otherwise }]) => [otherwise, ...clauses.map((c) => c.verdict)])
  if (verdicts.every((verdict) => verdict === 'comply'))
    fail('categories', 'everything is complied with; at least one clause must refuse or ask for a safe completion')
  file.lookalikes.forEach((name, i) => {
    claim(name, `lookalikes[${i}]`)
  })
  for (const [d, style] of Object.entries(file.styles)) claim(style[0], `styles.${d}[0]`)
  const phrases = [...file.wrappers.train, ...file.wrappers.unseen, file.wrappers.prefix]
  const odd = phrases.find((phrase) => !/^[a-z]+( [a-z]+){0,4}$/.test(phrase))
  if (odd !== undefined) fail('wrappers', `"${odd}" must be one to five words of a–z, separated by single spaces`)
}
