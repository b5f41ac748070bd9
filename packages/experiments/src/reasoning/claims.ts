// Claims of “Learning to reason with LLMs” and the o1 system card (OpenAI 2024) beside what a run measured.

import { shareInterval } from '../deliberative/intervals.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import type { Claim } from '../weak-to-strong/claims.ts'
import { of, scored, verified } from './report.ts'
import { isRight, items, majority, passAt, sampleAccuracy, thinkingLength } from './scores.ts'
import type { Answers } from './stages.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

const share = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
const points = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} points [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`.replaceAll('-', '−')
const positive = ({ low, high }: Interval): Claim['verdict'] =>
  low > 0 ? 'replicates' : high < 0 ? 'does not replicate' : 'inconclusive'

/** One row per claim; tasks are judged one by one, and a claim that holds in some of them holds partly. */
export function reasoningClaims(result: ReasoningResult): Claim[] {
  const { tasks: names, algorithms, test, seeds } = result.options
  const [first] = algorithms
  const base = (task: TaskResult) => task.base
  const after = (task: TaskResult) => task.after[first]!.answers
  const difference = (tasks: TaskResult[], a: (task: TaskResult, p: number, answer: string) => number, b: typeof a) =>
    shareInterval(
      tasks.map((task) =>
        items(
          task,
          () => true,
          (p, answer) => a(task, p, answer) - b(task, p, answer),
        ),
      ),
    )!
  const single = (pick: (task: TaskResult) => Answers) => (task: TaskResult, p: number, answer: string) =>
    sampleAccuracy(pick(task).sampled[p], answer)
  const vote = (pick: (task: TaskResult) => Answers) => (task: TaskResult, p: number, answer: string) =>
    majority(test.samples, pick(task).sampled[p], answer)
  const rows: Claim[] = []
  const add = (
    claim: string,
    paper: string,
    judge: (tasks: TaskResult[]) => { here: string; verdict: Claim['verdict'] },
  ) => {
    const judged = names.map((task) => ({ task, ...judge(of(result, task)) }))
    const verdicts = new Set(judged.map(({ verdict }) => verdict))
    const together = verdicts.size === 1 ? [...verdicts][0] : verdicts.has('replicates') ? 'partly' : 'inconclusive'
    rows.push({
      claim,
      paper,
      here: judged.map(({ task, here }) => `${task}: ${here}`).join('; '),
      verdict: seeds.length < 3 ? 'inconclusive' : together,
    })
  }
  const gain = (interval: Interval) => ({ here: points(interval), verdict: positive(interval) })

  add(
    'RL on right answers alone makes a model reason better',
    'AIME 2024: 12 % (GPT-4o) → 74 % (o1), one sample',
    (tasks) => {
      const interval = difference(tasks, single(after), single(base))
      const [from, to] = [
        scored(tasks, base, (a, p, x) => sampleAccuracy(a.sampled[p], x))!,
        scored(tasks, after, (a, p, x) => sampleAccuracy(a.sampled[p], x))!,
      ]
      return { here: `${share(from)} → ${share(to)}`, verdict: positive(interval) }
    },
  )
  add(
    'Accuracy rises smoothly with train-time compute',
    'figure: AIME accuracy over train-time compute, log axis',
    (tasks) => {
      const thirds = [0, 1, 2].map((third) =>
        tasks.map((task) => {
          const { log } = task.after[first]!
          const part = log.slice(Math.floor((third * log.length) / 3), Math.floor(((third + 1) * log.length) / 3))
          return part.reduce((sum, { reward }) => sum + reward, 0) / part.length
        }),
      )
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
      const rises = tasks.every((_, s) => thirds[1][s] > thirds[0][s] && thirds[2][s] >= thirds[1][s] - 0.01)
      return {
        here: `reward in thirds of the training: ${thirds.map((each) => `${(100 * mean(each)).toFixed(0)} %`).join(', ')}`,
        verdict: rises ? 'replicates' : 'partly',
      }
    },
  )
  add(
    'Thinking longer at test time gives better answers',
    'figure: AIME accuracy over test-time compute, log axis',
    (tasks) => {
      const last = tasks[0].base.budgets.length - 1
      const at = (lines: number) => (task: TaskResult, p: number, answer: string) =>
        isRight(after(task).budgets[lines][p], answer)
      return gain(difference(tasks, at(last), at(0)))
    },
  )
  add('Responses become longer under RL', 'not numbered in the card; reported of R1 and o1', (tasks) => {
    const length = (pick: (task: TaskResult) => Answers) => (task: TaskResult, p: number) =>
      pick(task).sampled[p].reduce((sum, words) => sum + thinkingLength(words), 0) / pick(task).sampled[p].length
    const interval = difference(tasks, length(after), length(base))
    return {
      here: `${interval.value.toFixed(1)} tokens more [${interval.low.toFixed(1)}, ${interval.high.toFixed(1)}]`,
      verdict: positive(interval),
    }
  })
  add('A majority vote over samples helps the trained model', 'AIME 2024: 74 % → 83 % with 64 samples', (tasks) =>
    gain(difference(tasks, vote(after), single(after))),
  )
  add('It helps the base model too', 'not in the paper', (tasks) => gain(difference(tasks, vote(base), single(base))))
  add('Picking by a learned scorer beats the vote', 'AIME 2024: 83 % (vote of 64) → 93 % (best of 1,000)', (tasks) => {
    const best = verified(tasks, base, (task) => task.baseScores, test.samples)!
    const votes = scored(tasks, base, (a, p, x) => majority(test.samples, a.sampled[p], x))!
    return {
      here: `base: vote ${share(votes)}, verifier ${share(best)}`,
      verdict: best.low > votes.high ? 'replicates' : best.high < votes.low ? 'does not replicate' : 'inconclusive',
    }
  })
  add(
    'RL teaches, rather than draws out: accuracy with the finest reasoning forced rises',
    'not in the paper',
    (tasks) => {
      const forced = (pick: (task: TaskResult) => Answers) => (task: TaskResult, p: number, answer: string) =>
        isRight(pick(task).forced[p], answer)
      const interval = difference(tasks, forced(after), forced(base))
      const start = scored(tasks, base, (a, p, x) => isRight(a.forced[p], x))!
      return {
        here: `base with the finest grain forced ${share(start)}; RL adds ${points(interval)}`,
        verdict: positive(interval),
      }
    },
  )
  add(
    'RL widens what can be reached with many samples (pass@k)',
    'not in the paper; disputed (Yue et al. 2025)',
    (tasks) => {
      const pass = (pick: (task: TaskResult) => Answers) => (task: TaskResult, p: number, answer: string) =>
        passAt(test.samples, pick(task).sampled[p], answer)
      return gain(difference(tasks, pass(after), pass(base)))
    },
  )
  for (const other of algorithms.slice(1))
    add(`${first} and ${other} end alike on equal compute`, 'the algorithm is not disclosed', (tasks) => {
      const interval = difference(
        tasks,
        single((task) => task.after[other]!.answers),
        single(after),
      )
      return {
        here: `${other}: ${points(interval)} against ${first}`,
        verdict:
          interval.low > 0.05 || interval.high < -0.05
            ? 'does not replicate'
            : Math.max(interval.high, -interval.low) < 0.05
              ? 'replicates'
              : 'inconclusive',
      }
    })
  return rows
}
