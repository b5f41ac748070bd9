// What answers are worth: right or not, pass@k, votes, best by a verifier.

import type { TaskResult } from './study.ts'

/** The words after the first `=`, or undefined when there is none or no end. */
export function answerOf(words: string): string | undefined {
  const list = words.split(' ')
  const at = list.indexOf('=')
  return at < 0 || list[list.length - 1] !== '<eos>' ? undefined : list.slice(at + 1, -1).join(' ')
}

/** Tokens of thought: everything before the `=`. */
export function thinkingLength(words: string): number {
  const list = words.split(' ')
  const at = list.indexOf('=')
  return at < 0 ? list.length : at
}

/** Items (problems) whose size passes `keep`, scored by `score`. */
export function items(
  { problems }: TaskResult,
  keep: (size: number) => boolean,
  score: (problem: number, answer: string) => number,
): number[] {
  return problems.flatMap(({ size, answer }, p) => (keep(size) ? [score(p, answer)] : []))
}

const right = (words: string, answer: string) => Number(answerOf(words) === answer)

/** Mean accuracy of one sample. */
export const sampleAccuracy = (sampled: readonly string[], answer: string) =>
  sampled.reduce((sum, words) => sum + right(words, answer), 0) / sampled.length

/** Chance that at least one of k is right, unbiased: 1 − C(n − c, k)/C(n, k) (Chen et al. 2021, eq. 1). */
export function passAt(k: number, sampled: readonly string[], answer: string): number {
  const n = sampled.length
  const c = sampled.filter((words) => right(words, answer)).length
  if (n - c < k) return 1
  let none = 1
  for (let i = 0; i < k; i++) none *= (n - c - i) / (n - i)
  return 1 - none
}

/** Majority vote of the first k samples; a tie counts as the share of the tied answers that are right. */
export function majority(k: number, sampled: readonly string[], answer: string): number {
  const votes = new Map<string, number>()
  for (const words of sampled.slice(0, k)) {
    const said = answerOf(words)
    if (said !== undefined) votes.set(said, (votes.get(said) ?? 0) + 1)
  }
  const most = Math.max(0, ...votes.values())
  const winners = [...votes].filter(([, count]) => count === most).map(([said]) => said)
  return winners.includes(answer) ? 1 / winners.length : 0
}

/** The answer of the first k samples that the verifier thinks most likely to be right; ties: the first. */
export function bestOf(k: number, sampled: readonly string[], scores: readonly number[], answer: string): number {
  const first = scores.slice(0, k)
  return right(sampled[first.indexOf(Math.max(...first))], answer)
}

export { right as isRight }
