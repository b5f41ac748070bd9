// Measures of a task over seeds and problems, with intervals: what the report and the claims are made of.

import type { PolicyAlgorithm } from '@nanoalign/trainer'
import type { Interval } from '../statistics/bootstrap.ts'
import { shareInterval } from '../statistics/share-interval.ts'
import type { Answers } from './evaluate-stage.ts'
import { relativeCost } from './options.ts'
import { bestOf, isRight, items, sampleAccuracy, thinkingLength } from './scores.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

export const tasksOf = (result: ReasoningResult, task: string) => result.tasks.filter((each) => each.task === task)

/** A score of one problem's answers. */
export type Score = (answers: Answers, problem: number, answer: string) => number

export const single: Score = ({ sampled }, p, answer) => sampleAccuracy(sampled[p], answer)
export const greedy: Score = (answers, p, answer) => isRight(answers.greedy[p], answer)
export const forced: Score = (answers, p, answer) => isRight(answers.forced[p], answer)
/** Mean tokens of thought of the samples. */
export const length: Score = ({ sampled }, p) => mean(sampled[p].map(thinkingLength))

/** Mean over seeds and test problems of a score. */
export function scored(
  tasks: readonly TaskResult[],
  answers: (task: TaskResult) => Answers,
  score: Score,
  keep: (size: number) => boolean = () => true,
): Interval | undefined {
  return shareInterval(tasks.map((task) => items(task, keep, (p, answer) => score(answers(task), p, answer))))
}

/** The same of the sample that the verifier trusts most among the first k. */
export function verified(
  tasks: readonly TaskResult[],
  answers: (task: TaskResult) => Answers,
  scores: (task: TaskResult) => number[][],
  k: number,
): Interval | undefined {
  const best = (task: TaskResult) => (p: number, answer: string) =>
    bestOf(k, answers(task).sampled[p], scores(task)[p], answer)
  return shareInterval(tasks.map((task) => items(task, () => true, best(task))))
}

export interface CurvePoint {
  x: number
  y: number
  low: number
  high: number
}

/**
 * A number of the RL log over compute, in steps of REINFORCE: the mean over 1, 1, 2, 4, 8 … of its steps, with an
 * interval over seeds and steps.
 */
export function trainingCurve(
  tasks: readonly TaskResult[],
  algorithm: PolicyAlgorithm,
  name: 'reward' | 'length' | 'zeroVariance',
): CurvePoint[] {
  const logs = tasks.map((task) => task.after[algorithm]!.log)
  const points: CurvePoint[] = []
  for (let from = 0, to = 1; from < logs[0].length; from = to, to *= 2) {
    const part = logs.map((log) => log.slice(from, to))
    const { value, low, high } = shareInterval(part.map((events) => events.map((event) => event[name])))!
    const middle = mean(part[0].map(({ step }) => step))
    points.push({ x: middle * relativeCost(algorithm), y: value, low, high })
  }
  return points
}

export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Tokens that a completion took, thought and answer. */
export const tokensOf = (words: string) => words.split(' ').length
