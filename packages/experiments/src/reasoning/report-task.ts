// One task in the report: curves over training and test-time compute, the dynamics of RL, sizes, and transcripts.

import type { PolicyAlgorithm } from '@nanoalign/trainer'
import { type Axis, type Block, type Cell, figure, number, percent, table, text } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { Answers } from './evaluate-stage.ts'
import { reasoningFamily } from './families/index.ts'
import { mean, scored, single, tasksOf, tokensOf, trainingCurve, verified } from './measures.ts'
import { cell } from './report.ts'
import { isRight, majority, passAt } from './scores.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

const right: Axis = { label: 'right', format: 'percent', domain: [0, 1] }
const base = (each: TaskResult) => each.base

export function taskBlocks(result: ReasoningResult, task: string): Block[] {
  const { about, answers: distinct } = reasoningFamily(task)
  return [
    text(`${about}; the largest problems have ${distinct} different answers.`, `Task: ${task}`),
    ...trainingCurves(result, task),
    budgetFigure(result, task),
    sampleFigure(result, task),
    ...dynamics(result, task),
    sizeTable(result, task),
    transcripts(tasksOf(result, task)[0], result.options.algorithms[0]),
  ]
}

/** Train-time compute. */
function trainingCurves(result: ReasoningResult, task: string): Block[] {
  if (result.options.algorithms.length === 0) return [] // in a part that has the base model alone
  const tasks = tasksOf(result, task)
  const series = (name: 'reward' | 'length' | 'zeroVariance') =>
    result.options.algorithms.map((algorithm) => ({ name: algorithm, points: trainingCurve(tasks, algorithm, name) }))
  const x = { label: 'RL compute (steps of REINFORCE)', scale: 'log' } as const
  return [
    figure({
      kind: 'lines',
      title: `${task}: accuracy over RL compute`,
      caption: 'Share of fresh training problems that one sample gets right: train-time compute.',
      x,
      y: right,
      series: series('reward'),
    }),
    figure({
      kind: 'lines',
      title: `${task}: tokens of a solution over RL compute`,
      caption: 'Mean length of the sampled solutions: more tokens are more steps of thought before the answer.',
      x,
      y: { label: 'tokens' },
      series: series('length'),
    }),
    figure({
      kind: 'lines',
      title: `${task}: groups without variance over RL compute`,
      caption: 'Share of the problems whose samples were all right or all wrong: they teach nothing.',
      x,
      y: { label: 'groups', format: 'percent', domain: [0, 1] },
      series: series('zeroVariance'),
    }),
  ]
}

type Answering = (each: TaskResult) => Answers
type Trusting = (each: TaskResult) => number[][]

/** The base and the model of the first algorithm: what their answers and the verifier's scores of them are. */
function named({ options: { algorithms } }: ReasoningResult): [name: string, Answering, Trusting][] {
  const [first] = algorithms as (PolicyAlgorithm | undefined)[]
  const before: [string, Answering, Trusting] = ['base', base, (each) => each.baseScores]
  if (!first) return [before]
  return [before, [`after ${first}`, (each) => each.after[first]!.answers, (each) => each.afterScores]]
}

/** Test-time compute, first form: longer thoughts. */
function budgetFigure(result: ReasoningResult, task: string): Block {
  const tasks = tasksOf(result, task)
  const lines = Array.from({ length: reasoningFamily(task).maxSize + 1 }, (_, budget) => budget)
  return figure({
    kind: 'lines',
    title: `${task}: accuracy over thinking`,
    caption:
      'The thought is cut after 0, 1, 2 … lines and the answer is forced. x: tokens that were written on average, with the answer.',
    x: { label: 'tokens written', scale: 'log' },
    y: right,
    series: named(result).map(([name, answers]) => ({
      name,
      points: lines.map((budget) => {
        const { value, low, high } = scored(tasks, answers, ({ budgets }, p, answer) =>
          isRight(budgets[budget][p], answer),
        )!
        return { x: mean(tasks.flatMap((each) => answers(each).budgets[budget].map(tokensOf))), y: value, low, high }
      }),
    })),
  })
}

const counts = (samples: number) => [1, 2, 4, 8, 16, 32, 64].filter((k) => k <= samples)
const point = (x: number, { value, low, high }: Interval) => ({ x, y: value, low, high })

/** Test-time compute, second form: more samples. */
function sampleFigure(result: ReasoningResult, task: string): Block {
  const tasks = tasksOf(result, task)
  const ks = counts(result.options.test.samples)
  const { answers: distinct } = reasoningFamily(task)
  return figure({
    kind: 'lines',
    title: `${task}: accuracy over samples`,
    caption:
      'pass@k: any of k samples is right (unbiased). Vote: the commonest answer. Verifier: the sample that a model trained on ' +
      'solutions of both models trusts most. Guessing: pass@k of random answers to the largest problems.',
    x: { label: 'samples', scale: 'log' },
    y: right,
    series: [
      { name: 'guessing: pass@k', points: ks.map((k) => ({ x: k, y: 1 - (1 - 1 / distinct) ** k })) },
      ...named(result).flatMap(([name, answers, scores]) => [
        {
          name: `${name}: pass@k`,
          points: ks.map((k) =>
            point(k, scored(tasks, answers, ({ sampled }, p, answer) => passAt(k, sampled[p], answer))!),
          ),
        },
        {
          name: `${name}: vote`,
          points: ks.map((k) =>
            point(k, scored(tasks, answers, ({ sampled }, p, answer) => majority(k, sampled[p], answer))!),
          ),
        },
        ...(tasks.every((each) => scores(each).length > 0)
          ? [{ name: `${name}: verifier`, points: ks.map((k) => point(k, verified(tasks, answers, scores, k)!)) }]
          : []),
      ]),
    ],
  })
}

function dynamics(result: ReasoningResult, task: string): Block[] {
  if (result.options.algorithms.length === 0) return []
  const tasks = tasksOf(result, task)
  const learning = table({
    caption: `${task}: training, first and last fifth of the steps`,
    columns: [
      'algorithm',
      'reward',
      'reward spread',
      'zero-variance groups',
      'tokens',
      'entropy (nats/token)',
      'KL (nats/token)',
      'cut off',
    ],
    rows: result.options.algorithms.flatMap((algorithm) =>
      (['first', 'last'] as const).map((which): Cell[] => {
        const events = tasks.flatMap((each) => {
          const { log } = each.after[algorithm]!
          const fifth = Math.max(1, Math.floor(log.length / 5))
          return which === 'first' ? log.slice(0, fifth) : log.slice(-fifth)
        })
        return [
          `${algorithm}, ${which}`,
          percent(mean(events.map(({ reward }) => reward))),
          number(mean(events.map(({ rewardSpread }) => rewardSpread)), 2),
          percent(mean(events.map(({ zeroVariance }) => zeroVariance))),
          number(mean(events.map((event) => event.length)), 1),
          number(mean(events.map(({ entropy }) => entropy)), 3),
          number(mean(events.map(({ kl }) => kl)), 3),
          percent(mean(events.map(({ truncated }) => truncated))),
        ]
      }),
    ),
  })
  return [learning]
}

function sizeTable(result: ReasoningResult, task: string): Block {
  const tasks = tasksOf(result, task)
  const { maxSize, rlSizes } = reasoningFamily(task)
  const sizes = Array.from({ length: maxSize }, (_, i) => i + 1)
  const row = (name: string, answers: (each: TaskResult) => Answers): Cell[] => [
    name,
    ...sizes.map((size) => cell(scored(tasks, answers, single, (each) => each === size))),
  ]
  return table({
    caption: `${task}: one sample, by number of steps (RL has ${rlSizes.join(', ')})`,
    columns: ['model', ...sizes.map(String)],
    rows: [
      row('base', base),
      ...result.options.algorithms.map((algorithm) => row(algorithm, (each) => each.after[algorithm]!.answers)),
    ],
  })
}

function transcripts(task: TaskResult, algorithm: keyof TaskResult['after'] | undefined): Block {
  const after = algorithm && task.after[algorithm]!.answers
  const chosen = [0.4, 0.7, 0.95].map((share) => Math.floor(share * task.problems.length))
  const shown = (words: string, answer: string) =>
    `${words.replace(' <eos>', '')} ${isRight(words, answer) ? '(right)' : '(wrong)'}`
  return table({
    caption: `${task.task}: solutions before ${after ? 'and after ' : ''}(first sample of three problems)`,
    columns: ['problem', 'answer', 'before', ...(after ? ['after'] : [])],
    rows: chosen.map((p) => {
      const { question, answer } = task.problems[p]
      const sampled = [task.base, ...(after ? [after] : [])].map((answers) => shown(answers.sampled[p][0], answer))
      return [question, answer, ...sampled]
    }),
  })
}
