// Completions: the thought that applies a decision list step by step, and the answer; written, and read back.

import type { Facts, PolicyWorld } from './world.ts'
import { type Clause, type Disposition, dispositions, type Policy } from './world-file.ts'

export interface Solution {
  /** with `</think>` */
  thought: Uint32Array
  /** with the end token */
  answer: Uint32Array
  disposition: Disposition
}

/**
 * The right completion of a request under `policy`; without one no rule applies, and the answer complies. The thought
 * first reads the request (topic, category, attribute values), then takes each clause in turn until one holds.
 */
export function solve(world: PolicyWorld, facts: Facts, policy?: Policy): Solution {
  const { special, concept } = world.vocabulary
  const category = world.category(facts)
  const thought = [...reading(world, facts)]
  let disposition: Disposition | undefined
  if (!policy) {
    thought.push(special.norule)
    disposition = 'comply'
  } else {
    const held = new Set(Object.values(facts.values))
    for (const { when, verdict } of policy.clauses) {
      const failed = when.findIndex((value) => !held.has(value))
      const looked = failed < 0 ? when : when.slice(0, failed + 1)
      looked.forEach((value, i) => {
        if (i) thought.push(special.and)
        thought.push(concept(value), held.has(value) ? special.yes : special.no)
      })
      if (failed >= 0) continue
      thought.push(concept(verdict))
      disposition = verdict
      break
    }
    if (!disposition) {
      thought.push(special.otherwise, special.yes, concept(policy.otherwise))
      disposition = policy.otherwise
    }
  }
  thought.push(special.thinkEnd)
  return {
    thought: Uint32Array.from(thought),
    answer: Uint32Array.of(...answerTokens(world, facts.topic, category, disposition), special.end),
    disposition,
  }
}

/** What the request says: topic in language a, category, value of each attribute. */
export function reading(world: PolicyWorld, facts: Facts): number[] {
  const { content, concept } = world.vocabulary
  const values = world.attributes.map((name) => concept(facts.values[name]))
  return [content(facts.topic, 'a'), concept(world.category(facts)), ...values]
}

/** The words of an answer in the style of its disposition, without the end token. */
export function answerTokens(world: PolicyWorld, topic: string, category: string, disposition: Disposition): number[] {
  const { vocabulary, file } = world
  return file.styles[disposition].map((part) => {
    if (part === '{detail}') return vocabulary.detail(topic)
    return part === '{resource}' ? vocabulary.resource(category) : vocabulary.id(part)
  })
}

/** One clause as a thought quotes it. */
export interface CitedClause {
  conditions: { value: string; holds: boolean }[]
  /** only of the clause that decides */
  verdict?: Disposition
}

export interface Thought {
  topic: string
  category: string
  values: Record<string, string>
  /** in order; `otherwise` is the one without conditions */
  cited: CitedClause[]
  /** says that no rule applies */
  noRule: boolean
  /** what it comes to */
  verdict: Disposition
}

export interface Completion {
  /** undefined when it cannot be read, or was cut short */
  thought?: Thought
  /** the answer's tokens without the end token; empty when there is none */
  answer: number[]
  /** by the answer's first word */
  disposition?: Disposition
  /** a thought that can be read, or none asked for; then an answer of a known disposition and usual length, and the end */
  wellFormed: boolean
}

/** Reads a completion. `mode` says what should stand before the answer. */
export function parseCompletion(
  world: PolicyWorld,
  tokens: Uint32Array,
  mode: 'thought' | 'direct' | 'cut' = 'thought',
): Completion {
  const { special } = world.vocabulary
  const mark = mode === 'thought' ? special.thinkEnd : mode === 'cut' ? special.cut : undefined
  const end = tokens.indexOf(special.end)
  const split = mark === undefined ? -1 : tokens.indexOf(mark)
  const missing = mark !== undefined && split < 0
  const answer = missing ? [] : Array.from(tokens.subarray(split + 1, end < 0 ? tokens.length : end))
  const first = world.vocabulary.word(answer[0] ?? special.pad)
  const disposition = dispositions.find((each) => world.file.styles[each][0] === first)
  const thought = mode === 'thought' && !missing ? parseThought(world, tokens.subarray(0, split)) : undefined
  const wellFormed =
    !missing &&
    end >= 0 &&
    disposition !== undefined &&
    answer.length < world.layout.answerLength &&
    (mode !== 'thought' || thought !== undefined)
  return { thought, answer, disposition, wellFormed }
}

/** The thought without `</think>`; undefined when it does not follow the grammar. */
export function parseThought(world: PolicyWorld, tokens: Uint32Array): Thought | undefined {
  const words = Array.from(tokens, world.vocabulary.word)
  let at = 0
  const concept = (known: (name: string) => boolean) => {
    const name = words[at]?.startsWith('#') ? words[at].slice(1) : ''
    if (!known(name)) return undefined
    at++
    return name
  }
  const isValue = (name: string) => world.attributeOf(name) !== undefined
  const isDisposition = (name: string) => dispositions.includes(name as Disposition)
  const topic = words[at++]
  if (topic === undefined || world.topicCategory(topic) === undefined) return undefined
  const category = concept((name) => world.categories.includes(name))
  if (category === undefined) return undefined
  const values: Record<string, string> = {}
  for (const attribute of world.attributes) {
    const value = concept((name) => world.attributeOf(name) === attribute)
    if (value === undefined) return undefined
    values[attribute] = value
  }
  const read = { topic, category, values }
  if (words[at] === 'norule')
    return at === words.length - 1 ? { ...read, cited: [], noRule: true, verdict: 'comply' } : undefined
  const cited: CitedClause[] = []
  while (at < words.length) {
    const clause: CitedClause = { conditions: [] }
    let holds = true
    if (words[at] === 'else') {
      at++
      if (words[at++] !== 'yes') return undefined
    } else
      do {
        const value = concept(isValue)
        const answer = words[at++]
        if (value === undefined || (answer !== 'yes' && answer !== 'no')) return undefined
        holds = answer === 'yes'
        clause.conditions.push({ value, holds })
      } while (holds && words[at] === '&' && at++ >= 0)
    cited.push(clause)
    if (!holds) continue
    const then = concept(isDisposition) as Disposition | undefined
    if (then === undefined || at !== words.length) return undefined
    clause.verdict = then
    return { ...read, cited, noRule: false, verdict: then }
  }
  return undefined
}

/** Whether every clause quoted is the one at that place of `policy`, conditions looked at in order, and the outcome right. */
export function recalls({ clauses, otherwise }: Policy, { cited, noRule }: Thought): boolean {
  if (noRule || cited.length > clauses.length + 1) return false
  return cited.every((quoted, i) => {
    const real: Clause | undefined = clauses[i]
    if (quoted.conditions.length === 0) return i === clauses.length && quoted.verdict === otherwise
    if (!real || quoted.conditions.some(({ value }, j) => value !== real.when[j])) return false
    if (quoted.verdict === undefined) return true
    return quoted.conditions.length === real.when.length && quoted.verdict === real.verdict
  })
}

/** Whether a clause quoted is nowhere in `policy`: the thought made it up. */
export function invents({ clauses, otherwise }: Policy, { cited }: Thought): boolean {
  return cited.some(({ conditions, verdict }) => {
    if (conditions.length === 0) return verdict !== otherwise
    return !clauses.some(
      ({ when, verdict: real }) =>
        conditions.every(({ value }, j) => value === when[j]) &&
        (verdict === undefined || (conditions.length === when.length && verdict === real)),
    )
  })
}
