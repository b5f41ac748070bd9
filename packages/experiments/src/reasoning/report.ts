// The report: accuracy over training and test-time compute, and whether RL taught anything or drew out what was there.

import type { PolicyAlgorithm } from '@nanoalign/trainer'
import { type Block, type Cell, number, type Provenance, percent, type Report, table, text } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { Answers } from './evaluate-stage.ts'
import { reasoningFamily } from './families/index.ts'
import { forced, greedy, length, scored, single, tasksOf } from './measures.ts'
import { stepsOnEqualCompute } from './options.ts'
import { taskBlocks } from './report-task.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

export function reasoningReport(result: ReasoningResult, provenance: Provenance): Report {
  return {
    title: 'Learning to reason by reinforcement learning',
    subtitle:
      'A small model that can write steps, but seldom does, is rewarded for right answers alone (after the o1 system card and ' +
      '“Learning to reason with LLMs”, OpenAI 2024).',
    blocks: [
      summary(result),
      mainTable(result),
      ...result.options.tasks.flatMap((task) => taskBlocks(result, task)),
      text(
        'RL sees problems and whether the final answer is right, never a solution. The finest grain is forced by dictating the line numbers: ' +
          'what the base model scores then is what it could do all along. Test problems are in no training; the sizes beyond those of RL ' +
          'were in pretraining, never in RL.\n\n' +
          `Intervals: 95 %, over seeds and problems${result.options.seeds.length === 1 ? '; this is one seed, and others will differ' : ''}. ` +
          'Models of some tens of thousands of parameters: a mechanism, no evidence about large models.',
        'How to read this',
      ),
    ],
    provenance,
  }
}

export const cell = (interval: Interval | undefined): Cell => (interval ? percent(interval) : '–')

function summary(result: ReasoningResult): Block {
  const [first] = result.options.algorithms as (PolicyAlgorithm | undefined)[]
  const shown = (interval: Interval | undefined) => (interval ? `${(100 * interval.value).toFixed(1)} %` : '–')
  const sentences = result.options.tasks.map((task) => {
    const tasks = tasksOf(result, task)
    const base = (each: TaskResult) => each.base
    const right = (answers: (each: TaskResult) => Answers) => shown(scored(tasks, answers, single))
    const tokens = (answers: (each: TaskResult) => Answers) => scored(tasks, answers, length)!.value.toFixed(1)
    const could = shown(scored(tasks, base, forced))
    const start = `${task}: one sample is right in ${right(base)} of the problems before RL`
    if (!first) return `${start}, with ${tokens(base)} tokens of thought; with the finest grain forced in ${could}.`
    const after = (each: TaskResult) => each.after[first]!.answers
    return (
      `${start} and in ${right(after)} after it, with ${tokens(base)} and ${tokens(after)} tokens of thought. ` +
      `With the finest grain forced the base model had ${could} all along.`
    )
  })
  return text(sentences.join('\n\n'), 'In short')
}

function mainTable(result: ReasoningResult): Block {
  const { tasks: names, algorithms, rl } = result.options
  const rows = names.flatMap((task) => {
    const tasks = tasksOf(result, task)
    const { rlSizes } = reasoningFamily(task)
    const beyond = (size: number) => size > Math.max(...rlSizes)
    const row = (name: string, answers: (each: TaskResult) => Answers): Cell[] => [
      `${task}, ${name}`,
      cell(scored(tasks, answers, single)),
      cell(scored(tasks, answers, single, (size) => rlSizes.includes(size))),
      cell(scored(tasks, answers, single, beyond)),
      cell(scored(tasks, answers, greedy)),
      cell(scored(tasks, answers, forced)),
      number(scored(tasks, answers, length)!.value, 1),
    ]
    return [
      row('base', (each) => each.base),
      ...algorithms.map((algorithm) => row(algorithm, (each) => each.after[algorithm]!.answers)),
    ]
  })
  const steps = algorithms.map((algorithm) => `${algorithm} ${stepsOnEqualCompute(algorithm, rl.steps)}`).join(', ')
  return table({
    caption: 'Before and after RL',
    columns: [
      'model',
      'one sample',
      'sizes of RL',
      'sizes beyond RL',
      'greedy',
      'finest grain forced',
      'tokens of thought',
    ],
    rows,
    note:
      'Share of test problems that are right.' +
      (algorithms.length === 0
        ? ''
        : ` Equal compute: steps of ${rl.problems} problems × ${rl.samples} samples, ${steps}. ` +
          'A step samples, scores under the policy and under its start, and updates once; PPO updates three times, so it gets fewer.'),
  })
}
