// A completion taken apart for showing: which tokens read the request, which quote which clause, which are the answer.

import type { PolicyWorld } from './world.ts'
import { type Disposition, dispositions, type Policy } from './world-file.ts'

export interface CompletionStep {
  kind: 'reading' | 'clause' | 'no-rule' | 'answer' | 'other'
  /** tokens `from` to `to`, the last one not included */
  from: number
  to: number
  /** of a clause: its number in the policy of the thought's category, the number of clauses for `otherwise`, or −1 when
   * that policy has no such clause */
  clause?: number
}

/** The steps in order, also of a completion that is cut short or not in the grammar; they cover all tokens. */
export function completionSteps(world: PolicyWorld, tokens: Uint32Array): CompletionStep[] {
  const words = Array.from(tokens, world.vocabulary.word)
  const end = words.findIndex((word) => word === '</think>' || word === '<cut>')
  const thought = end < 0 ? words.length : end
  const steps: CompletionStep[] = []
  const readTo = Math.min(thought, 2 + world.attributes.length)
  if (readTo > 0) steps.push({ kind: 'reading', from: 0, to: readTo })
  const category = words[1]?.replace(/^#/, '')
  const policy = world.categories.includes(category) ? world.policy(category) : undefined
  for (let at = readTo; at < thought; ) {
    const step = oneStep(words.slice(0, thought), at, policy)
    steps.push(step)
    at = step.to
  }
  if (end >= 0) steps.push({ kind: 'other', from: end, to: end + 1 })
  if (end >= 0 && end + 1 < words.length) steps.push({ kind: 'answer', from: end + 1, to: words.length })
  return steps
}

function oneStep(words: readonly string[], from: number, policy: Policy | undefined): CompletionStep {
  if (words[from] === 'norule') return { kind: 'no-rule', from, to: from + 1 }
  const isVerdict = (word: string | undefined) => dispositions.some((each) => word === `#${each}`)
  const conditions: string[] = []
  let at = from
  let holds = true
  for (let first = true; at < words.length && holds && (first || words[at] === '&'); first = false) {
    if (!first) at++
    if (words[at] !== 'else') conditions.push((words[at] ?? '').slice(1))
    holds = words[at + 1] === 'yes'
    at += 2
  }
  at = Math.min(at, words.length)
  const verdict = isVerdict(words[at]) ? (words[at++].slice(1) as Disposition) : undefined
  return {
    kind: 'clause',
    from,
    to: Math.max(at, from + 1),
    clause: policy ? numberOf(policy, conditions, verdict) : -1,
  }
}

function numberOf({ clauses, otherwise }: Policy, conditions: readonly string[], verdict: Disposition | undefined) {
  if (conditions.length === 0) return verdict === undefined || verdict === otherwise ? clauses.length : -1
  return clauses.findIndex(
    ({ when, verdict: real }) =>
      conditions.every((value, i) => value === when[i]) &&
      (verdict === undefined || (conditions.length === when.length && verdict === real)),
  )
}
