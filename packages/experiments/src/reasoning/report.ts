// The report: accuracy over training and test-time compute, and whether RL taught anything or drew out what was there.

import { shareInterval } from '../deliberative/intervals.ts'
import {
  type Block,
  type Cell,
  figure,
  number,
  type Provenance,
  percent,
  type Report,
  table,
  text,
} from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { reasoningFamily } from './families/index.ts'
import { bestOf, isRight, items, majority, passAt, sampleAccuracy, thinkingLength } from './scores.ts'
import type { Answers } from './stages.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

export function reasoningReport(result: ReasoningResult, provenance: Provenance): Report {
  return {
    title: 'Learning to reason by reinforcement learning',
    subtitle:
      'A small model that can write steps, but seldom does, is rewarded for right answers alone (after the o1 system card and ' +
      '“Learning to reason with LLMs”, OpenAI 2024).',
    blocks: [
      mainTable(result),
      ...result.options.tasks.flatMap((task) => taskBlocks(result, task)),
      text(
        'RL sees problems and whether the final answer is right, never a solution. The finest grain is forced by dictating the line numbers: ' +
          'what the base model scores then is what it could do all along. Sizes beyond those of RL were in pretraining.\n\n' +
          'Intervals are over seeds and problems. Models of some tens of thousands of parameters: a mechanism, no evidence about large models.',
        'How to read this',
      ),
    ],
    provenance,
  }
}

export const of = (result: ReasoningResult, task: string) => result.tasks.filter((each) => each.task === task)
const any = () => true
const cell = (interval: Interval | undefined): Cell => (interval ? percent(interval) : '–')

/** Mean over seeds of a score of the test problems. */
export function scored(
  tasks: readonly TaskResult[],
  answers: (task: TaskResult) => Answers,
  score: (answers: Answers, p: number, answer: string) => number,
  keep: (size: number) => boolean = any,
): Interval | undefined {
  return shareInterval(tasks.map((task) => items(task, keep, (p, answer) => score(answers(task), p, answer))))
}

const single = (answers: Answers, p: number, answer: string) => sampleAccuracy(answers.sampled[p], answer)
const greedy = (answers: Answers, p: number, answer: string) => isRight(answers.greedy[p], answer)
const forced = (answers: Answers, p: number, answer: string) => isRight(answers.forced[p], answer)
const length = (answers: Answers, p: number) =>
  answers.sampled[p].reduce((sum, words) => sum + thinkingLength(words), 0) / answers.sampled[p].length

function mainTable(result: ReasoningResult): Block {
  const rows = result.options.tasks.flatMap((task) => {
    const tasks = of(result, task)
    const { rlSizes } = reasoningFamily(task)
    const beyond = (size: number) => size > Math.max(...rlSizes)
    const row = (name: string, answers: (each: TaskResult) => Answers): Cell[] => {
      const tokens = scored(tasks, answers, length)
      return [
        `${task}, ${name}`,
        cell(scored(tasks, answers, single)),
        cell(scored(tasks, answers, single, beyond)),
        cell(scored(tasks, answers, greedy)),
        cell(scored(tasks, answers, forced)),
        tokens ? number(tokens.value, 1) : '–',
      ]
    }
    return [
      row('base', (each) => each.base),
      ...result.options.algorithms.map((algorithm) => row(algorithm, (each) => each.after[algorithm]!.answers)),
    ]
  })
  return table({
    caption: 'Before and after RL',
    columns: ['model', 'one sample', 'sizes beyond RL', 'greedy', 'finest grain forced', 'tokens of thought'],
    rows,
    note: 'All algorithms get as many steps, problems and samples. Share of test problems of all sizes that are right.',
  })
}

const ks = (samples: number) => [1, 2, 4, 8, 16, 32, 64].filter((k) => k <= samples)
const point = (x: number, y: Interval | undefined) => (y ? [{ x, y: y.value, low: y.low, high: y.high }] : [])

function taskBlocks(result: ReasoningResult, task: string): Block[] {
  const tasks = of(result, task)
  const { about, answers: distinct, maxSize } = reasoningFamily(task)
  const { algorithms, test } = result.options
  const [first] = algorithms
  const base = (each: TaskResult) => each.base
  const after = (each: TaskResult) => each.after[first]!.answers
  const named = [
    ['base', base, (each: TaskResult) => each.baseScores],
    [`after ${first}`, after, (each: TaskResult) => each.afterScores],
  ] as const
  const log = (algorithm: (typeof algorithms)[number]) => tasks.map((each) => each.after[algorithm]!.log)
  const curve = (name: 'reward' | 'length' | 'zeroVariance' | 'entropy' | 'kl') =>
    algorithms.map((algorithm) => ({
      name: algorithm,
      points: log(algorithm)[0].map(({ step }, i) => ({
        x: step,
        y: log(algorithm).reduce((sum, each) => sum + each[i][name], 0) / tasks.length,
      })),
    }))
  return [
    text(`${about}; ${distinct} different answers.`, `Task: ${task}`),
    figure({
      kind: 'lines',
      title: `${task}: accuracy over RL steps`,
      caption: 'Share of fresh training problems right in one sample: train-time compute, on a logarithmic axis.',
      x: { label: 'RL steps', scale: 'log' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: curve('reward'),
    }),
    figure({
      kind: 'lines',
      title: `${task}: tokens of the solution over RL steps`,
      x: { label: 'RL steps' },
      y: { label: 'tokens' },
      series: curve('length'),
    }),
    figure({
      kind: 'lines',
      title: `${task}: accuracy over thinking budget`,
      caption: 'After so many lines of thought the answer is forced.',
      x: { label: 'lines of thought' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: named.map(([name, answers]) => ({
        name,
        points: Array.from({ length: maxSize + 1 }, (_, lines) =>
          point(
            lines,
            scored(tasks, answers, (each, p, answer) => isRight(each.budgets[lines][p], answer)),
          ),
        ).flat(),
      })),
    }),
    figure({
      kind: 'lines',
      title: `${task}: accuracy over samples`,
      caption:
        'pass@k: any of k samples is right (unbiased). Vote: the commonest answer. Verifier: the sample that a model trained on the base’s own solutions trusts most.',
      x: { label: 'samples', scale: 'log' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: named.flatMap(([name, answers, scores]) => [
        {
          name: `${name}: pass@k`,
          points: ks(test.samples).flatMap((k) =>
            point(
              k,
              scored(tasks, answers, (each, p, answer) => passAt(k, each.sampled[p], answer)),
            ),
          ),
        },
        {
          name: `${name}: vote`,
          points: ks(test.samples).flatMap((k) =>
            point(
              k,
              scored(tasks, answers, (each, p, answer) => majority(k, each.sampled[p], answer)),
            ),
          ),
        },
        {
          name: `${name}: verifier`,
          points: ks(test.samples).flatMap((k) => point(k, verified(tasks, answers, scores, k))),
        },
      ]),
    }),
    dynamics(result, task),
    sizeTable(result, task),
    transcripts(tasks[0], first),
  ]
}

export function verified(
  tasks: readonly TaskResult[],
  answers: (task: TaskResult) => Answers,
  scores: (task: TaskResult) => number[][],
  k: number,
): Interval | undefined {
  return shareInterval(
    tasks.map((task) => items(task, any, (p, answer) => bestOf(k, answers(task).sampled[p], scores(task)[p], answer))),
  )
}

function dynamics(result: ReasoningResult, task: string): Block {
  const tasks = of(result, task)
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  return table({
    caption: `${task}: training, first and last fifth of the steps`,
    columns: [
      'algorithm',
      'reward',
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
          percent(mean(events.map(({ zeroVariance }) => zeroVariance))),
          number(mean(events.map((event) => event.length)), 1),
          number(mean(events.map(({ entropy }) => entropy)), 3),
          number(mean(events.map(({ kl }) => kl)), 3),
          percent(mean(events.map(({ truncated }) => truncated))),
        ]
      }),
    ),
  })
}

function sizeTable(result: ReasoningResult, task: string): Block {
  const tasks = of(result, task)
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
      row('base', (each) => each.base),
      ...result.options.algorithms.map((algorithm) => row(algorithm, (each) => each.after[algorithm]!.answers)),
    ],
  })
}

function transcripts(task: TaskResult, algorithm: keyof TaskResult['after']): Block {
  const { answers } = task.after[algorithm]!
  const chosen = [0.4, 0.7, 0.95].map((share) => Math.floor(share * task.problems.length))
  return table({
    caption: `${task.task}: solutions before and after (first sample of three problems)`,
    columns: ['problem', 'answer', 'before', 'after'],
    rows: chosen.map((p) => [
      task.problems[p].question,
      task.problems[p].answer,
      task.base.sampled[p][0].replace(' <eos>', ''),
      answers.sampled[p][0].replace(' <eos>', ''),
    ]),
  })
}
