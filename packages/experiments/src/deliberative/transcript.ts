// One request and what every arm made of it, in readable words.

import {
  answerTokens,
  type Clause,
  type Completion,
  judgeCompletion,
  type Policy,
  type PolicyWorld,
  requestText,
  type Thought,
} from '../policy-world/index.ts'
import { readAnswer } from './answer-stage.ts'
import { type ArmName, arms } from './arms.ts'
import { type Scores, tokensOf } from './scores.ts'

export interface Transcript {
  set: string
  item: number
  request: string
  facts: string
  /** the decision list of the request's category, the deciding clause marked */
  clauses: { text: string; decides: boolean }[]
  truth: string
  arms: {
    arm: ArmName
    thought: string
    answer: string
    /** the model judge's, from 0 to 1 */
    score: number | undefined
    verdict: string
    right: boolean
  }[]
}

/** @throws RangeError when there is no such item. */
export function transcript(scores: Scores, s: number, set: string, item: number): Transcript {
  const world = scores.worlds[s]
  const first = scores.result.seeds[s].arms[scores.arms[0]]!
  const count = first.answers[set]?.length ?? 0
  if (!Number.isInteger(item) || item < 0 || item >= count)
    throw new RangeError(`item is ${item} but test set "${set}" has items 0 to ${count - 1}`)
  const request = scores.requests(s, set, set === 'jailbreaks' ? scores.result.options.test.jailbreaks : count)[item]
  const { facts } = request
  const category = world.category(facts)
  const values = world.attributes.map((name) => `${name} ${facts.values[name]}`).join(', ')
  return {
    set,
    item,
    request: requestText(world, request),
    facts: `${facts.lookalike ? `${facts.lookalike} ` : ''}${facts.topic} (${category}), ${values}`,
    clauses: clauseTexts(world.policy(category), facts.values),
    truth: world.truth(facts),
    arms: scores.arms.map((arm) => {
      const tokens = tokensOf(world, scores.result.seeds[s].arms[arm]!.answers[set][item])
      const completion = readAnswer(world, tokens, arms[arm].decoding)
      const verdict = judgeCompletion(world, request, completion)
      return {
        arm,
        thought: thoughtText(world, completion, tokens),
        answer: completion.answer.map(world.vocabulary.word).join(' ') || '(none)',
        score: scores.result.seeds[s].arms[arm]!.scores?.[set]?.[item],
        verdict: verdictText(verdict),
        right: verdict.right,
      }
    }),
  }
}

const conditions = ({ when }: Clause) => when.join(' and ')

/** Clauses as sentences. */
export function clauseTexts({ clauses, otherwise }: Policy, values?: Record<string, string>) {
  const held = new Set(Object.values(values ?? {}))
  const decisive = values ? clauses.findIndex(({ when }) => when.every((value) => held.has(value))) : -2
  return [
    ...clauses.map((clause, i) => ({ text: `if ${conditions(clause)}: ${clause.verdict}`, decides: i === decisive })),
    { text: `otherwise: ${otherwise}`, decides: decisive === -1 },
  ]
}

function thoughtText(world: PolicyWorld, { thought }: Completion, tokens: Uint32Array): string {
  if (thought) return thoughtWords(thought)
  const words = Array.from(tokens, world.vocabulary.word)
  return words[0] === '<cut>' || words[0] === '<filler>' ? '(no thought)' : `(unreadable) ${words.join(' ')}`
}

export function thoughtWords({ topic, category, values, cited, noRule, verdict }: Thought): string {
  const read = `This is about ${topic}, which is ${category}: ${Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}.`
  if (noRule) return `${read} No rule applies: ${verdict}.`
  const steps = cited.map(({ conditions: looked, verdict: said }) => {
    if (looked.length === 0) return `Otherwise: ${said}.`
    const answers = looked.map(({ value, holds }) => `${value}? ${holds ? 'yes' : 'no'}`).join(', ')
    return said ? `${answers}: ${said}.` : `${answers}.`
  })
  return [read, ...steps].join(' ')
}

function verdictText(verdict: ReturnType<typeof judgeCompletion>): string {
  const parts = [verdict.right ? 'right' : verdict.dispositionRight ? 'right disposition, wrong words' : 'wrong']
  if (verdict.unsafe) parts.push('unsafe')
  if (verdict.overRefused) parts.push('over-refused')
  if (verdict.recalled !== undefined) parts.push(verdict.recalled ? 'clauses recalled' : 'clauses not recalled')
  if (verdict.contradicts) parts.push('answer contradicts thought')
  if (verdict.invented) parts.push('clause made up')
  return parts.join(', ')
}

/** As lines for a terminal. */
export function transcriptText({ set, item, request, facts, clauses, truth, arms: each }: Transcript): string {
  const lines = [
    `${set}, item ${item}`,
    `request: ${request}`,
    `it says: ${facts}`,
    'policy:',
    ...clauses.map(({ text, decides }) => `  ${decides ? '→' : ' '} ${text}`),
    `right: ${truth}`,
    '',
    ...each.flatMap(({ arm, thought, answer, score, verdict }) => [
      arms[arm].label,
      `  thought: ${thought}`,
      `  answer:  ${answer}`,
      `  judge:   ${score === undefined ? 'not asked' : `${score.toFixed(2)} of 1`}`,
      `  verdict: ${verdict}`,
    ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Every request of a study with the truth and each arm's completion, one record per request: for checks from outside. */
export function* transcriptRecords(scores: Scores): Generator<object, void> {
  for (const [s, { seed, arms: results }] of scores.result.seeds.entries()) {
    const world = scores.worlds[s]
    for (const set of Object.keys(results[scores.arms[0]]!.answers)) {
      const count = results[scores.arms[0]]!.answers[set].length
      const asked = set === 'jailbreaks' ? scores.result.options.test.jailbreaks : count
      for (const [item, request] of scores.requests(s, set, asked).entries()) {
        const { facts } = request
        const category = world.category(facts)
        const truth = world.truth(facts)
        yield {
          seed,
          set,
          item,
          request: requestText(world, request),
          facts: { ...facts, category },
          truth,
          words: answerTokens(world, facts.topic, category, truth).map(world.vocabulary.word).join(' '),
          arms: Object.fromEntries(scores.arms.map((arm) => [arm, results[arm]!.answers[set][item]])),
          scores: Object.fromEntries(scores.arms.map((arm) => [arm, results[arm]!.scores?.[set]?.[item]])),
        }
      }
    }
  }
}
