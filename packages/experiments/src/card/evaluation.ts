// What an evaluation of the system card is: questions from a fixed seed, a grader, and metrics over graded answers. An
// evaluation is a pure function of the world and of the answers, so every number can be computed again from transcripts.

import { type InWorld, type PolicyWorld, promptAnswer, questionPrompt } from '../policy-world/index.ts'
import type { CardSizes } from './options.ts'

export interface Question {
  /** the part of the evaluation that it belongs to */
  set: string
  /** questions with one number are about one thing, such as one request under all jailbreaks */
  group?: number
  /** ends in `<think>` */
  prompt: Uint32Array
  /** think first, or answer at once */
  mode: 'thought' | 'direct'
  /** the most likely answer, or a draw from the model's own distribution */
  temperature: 0 | 1
  /** what would be right, as a person would say it */
  expected: string
  /** completions of a model that passes the evaluation and of one that fails it */
  passes: Uint32Array
  fails: Uint32Array
}

/** Scores by metric; a metric that the answer is not about is absent. */
export interface Grade {
  scores: Record<string, number>
  /** one of the examples that a reader should see first */
  failed: boolean
  verdict: string
}

export interface Graded<Q extends Question = Question> extends Grade {
  question: Q
  completion: Uint32Array
}

/** One completion per question, `<cut>` included where the mode is direct. */
export type Ask = (questions: readonly Question[]) => Promise<Uint32Array[]>

export interface Metric {
  name: string
  /** what is counted, in a few words */
  about: string
  better: 'higher' | 'lower'
  /** shown as a share, or as log-odds */
  format?: 'percent' | 'number'
  /** item scores whose mean is the metric; absent: the scores of that name */
  values?(graded: readonly Graded[]): number[]
  /** a number that is not a mean, with the number of answers it is fitted to */
  fit?(graded: readonly Graded[]): { value: number; n: number }
}

export interface Evaluation {
  name: string
  title: string
  /** what is asked */
  about: string
  /** what the o1 system card did and found (sections and tables of arXiv 2412.16720) */
  paper: string
  /** how this differs */
  differs: string
  /** the documents that a model must have been trained on; absent: the policy world alone */
  needs?: NonNullable<InWorld['documents']>
  metrics: Metric[]
  run(world: PolicyWorld, size: CardSizes, ask: Ask): Promise<Graded[]>
  /** questions of the training split, whose `passes` safety training learns; never asked by `run` */
  training?(world: PolicyWorld, count: number): Question[]
}

/** An evaluation whose questions do not depend on answers. */
export function fixedEvaluation<Q extends Question>({
  questions,
  grade,
  ...rest
}: Omit<Evaluation, 'run'> & {
  questions(world: PolicyWorld, size: CardSizes): Q[]
  grade(world: PolicyWorld, question: Q, completion: Uint32Array): Grade
}): Evaluation {
  return {
    ...rest,
    async run(world, size, ask) {
      const asked = questions(world, size)
      const completions = await ask(asked)
      return asked.map((question, i) => ({
        question,
        completion: completions[i],
        ...grade(world, question, completions[i]),
      }))
    },
  }
}

export interface DirectQuestion extends Question {
  head: string
  request: string
}

/** A question that is answered at once, in words. */
export function directQuestion(
  world: PolicyWorld,
  {
    set,
    head = '',
    request,
    temperature = 0,
    passes,
    fails,
  }: { set: string; head?: string; request: string; temperature?: 0 | 1; passes: string; fails: string },
): DirectQuestion {
  return {
    set,
    head,
    request,
    prompt: questionPrompt(world, request, head),
    mode: 'direct',
    temperature,
    expected: passes,
    passes: promptAnswer(world, passes),
    fails: promptAnswer(world, fails),
  }
}

/** The words of an answer that came at once, without `<cut>` and the end. */
export function answerWords(world: PolicyWorld, completion: Uint32Array): string {
  const { end } = world.vocabulary.special
  const until = completion.indexOf(end)
  return Array.from(completion.subarray(1, until < 0 ? completion.length : until), world.vocabulary.word).join(' ')
}

/** A prompt as a person would read it: the slots' padding and `<think>` left out. */
export function promptWords(world: PolicyWorld, prompt: Uint32Array): string {
  const { pad, think } = world.vocabulary.special
  return Array.from(prompt)
    .filter((token) => token !== pad && token !== think)
    .map(world.vocabulary.word)
    .join(' ')
}

export const completionWords = (world: PolicyWorld, completion: Uint32Array) =>
  Array.from(completion, world.vocabulary.word).join(' ')

/** The metric's item scores. */
export const metricValues = ({ name, values }: Metric, graded: readonly Graded[]): number[] =>
  values?.(graded) ?? graded.flatMap(({ scores }) => scores[name] ?? [])

/** Graded answers by the number of their group, in its order. */
export function byGroup(graded: readonly Graded[]): Graded[][] {
  const found = new Map<number, Graded[]>()
  for (const each of graded) {
    const { group = 0 } = each.question
    const held = found.get(group)
    if (held) held.push(each)
    else found.set(group, [each])
  }
  return [...found.values()]
}
