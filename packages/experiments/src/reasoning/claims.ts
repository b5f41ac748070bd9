// Claims of “Learning to reason with LLMs” and the o1 system card (OpenAI 2024) beside what a run measured.

import type { PolicyAlgorithm } from '@nanoalign/trainer'
import type { Interval } from '../statistics/bootstrap.ts'
import { shareInterval } from '../statistics/share-interval.ts'
import type { Claim } from '../weak-to-strong/claims.ts'
import type { Answers } from './evaluate-stage.ts'
import { reasoningFamily } from './families/index.ts'
import { forced, length, mean, type Score, scored, single, tasksOf, verified } from './measures.ts'
import { isRight, items, majority, passAt } from './scores.ts'
import type { ReasoningResult, TaskResult } from './study.ts'

const share = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
const points = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} points [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`.replaceAll('-', '−')
const positive = ({ low, high }: Interval): Claim['verdict'] =>
  low > 0 ? 'replicates' : high < 0 ? 'does not replicate' : 'inconclusive'
const gain = (interval: Interval) => ({ here: points(interval), verdict: positive(interval) })

type Pick = (task: TaskResult) => Answers
/** Whose answers, and how they are scored. */
type Measure = readonly [Pick, Score]

/** How much better `a` is than `b` on the same problems. */
function difference(tasks: readonly TaskResult[], [a, scoreA]: Measure, [b, scoreB]: Measure, keep = all): Interval {
  const each = (task: TaskResult) =>
    items(task, keep(task), (p, answer) => scoreA(a(task), p, answer) - scoreB(b(task), p, answer))
  return shareInterval(tasks.map(each))!
}

const all = (_: TaskResult) => (_size: number) => true
const beyondRl = ({ task }: TaskResult) => {
  const largest = Math.max(...reasoningFamily(task).rlSizes)
  return (size: number) => size > largest
}

/** One row per claim; tasks are judged one by one, and a claim that holds in some of them holds partly. */
export function reasoningClaims(result: ReasoningResult): Claim[] {
  const { tasks: names, algorithms, test, seeds } = result.options
  const [first] = algorithms
  const base: Pick = (task) => task.base
  const by =
    (algorithm: PolicyAlgorithm): Pick =>
    (task) =>
      task.after[algorithm]!.answers
  const after = by(first)
  const k = test.samples
  const vote: Score = ({ sampled }, p, answer) => majority(k, sampled[p], answer)
  const pass: Score = ({ sampled }, p, answer) => passAt(k, sampled[p], answer)
  const rows: Claim[] = []
  const add = (
    claim: string,
    paper: string,
    judge: (tasks: TaskResult[]) => { here: string; verdict: Claim['verdict'] },
  ) => {
    const judged = names.map((task) => ({ task, ...judge(tasksOf(result, task)) }))
    const verdicts = new Set(judged.map(({ verdict }) => verdict))
    const together = verdicts.size === 1 ? [...verdicts][0] : verdicts.has('replicates') ? 'partly' : 'inconclusive'
    rows.push({
      claim,
      paper,
      here: judged.map(({ task, here }) => `${task}: ${here}`).join('; '),
      verdict: seeds.length < 3 ? 'inconclusive' : together,
    })
  }
  const fromTo = (tasks: TaskResult[], keep = all) => {
    const own = (answers: Pick) => share(scored(tasks, answers, single, keep(tasks[0]))!)
    return `${own(base)} → ${own(after)}`
  }

  add(
    'RL on right answers alone makes a model reason better',
    'AIME 2024: 12 % (GPT-4o) → 74 % (o1), one sample',
    (tasks) => ({ here: fromTo(tasks), verdict: positive(difference(tasks, [after, single], [base, single])) }),
  )
  add('It carries over to problems larger than those of RL', 'not in the paper', (tasks) => ({
    here: fromTo(tasks, beyondRl),
    verdict: positive(difference(tasks, [after, single], [base, single], beyondRl)),
  }))
  add(
    'Accuracy rises smoothly with train-time compute',
    'figure: AIME accuracy over train-time compute, log axis',
    (tasks) => {
      const thirds = [0, 1, 2].map((third) =>
        tasks.map((task) => {
          const { log } = task.after[first]!
          const [from, to] = [third, third + 1].map((each) => Math.floor((each * log.length) / 3))
          return mean(log.slice(from, to).map(({ reward }) => reward))
        }),
      )
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
      const most = tasks[0].base.budgets.length - 1
      const within =
        (lines: number): Score =>
        ({ budgets }, p, answer) =>
          isRight(budgets[lines][p], answer)
      return gain(difference(tasks, [after, within(most)], [after, within(0)]))
    },
  )
  add('Responses become longer under RL', 'not numbered in the card; reported of R1 and o1', (tasks) => {
    const interval = difference(tasks, [after, length], [base, length])
    return {
      here: `${interval.value.toFixed(1)} tokens more [${interval.low.toFixed(1)}, ${interval.high.toFixed(1)}]`,
      verdict: positive(interval),
    }
  })
  add('A majority vote over samples helps the trained model', 'AIME 2024: 74 % → 83 % with 64 samples', (tasks) =>
    gain(difference(tasks, [after, vote], [after, single])),
  )
  add('It helps the base model too', 'not in the paper', (tasks) =>
    gain(difference(tasks, [base, vote], [base, single])),
  )
  for (const [whose, answers, scores] of [
    ['the trained model', after, (task: TaskResult) => task.afterScores],
    ['the base model', base, (task: TaskResult) => task.baseScores],
  ] as const)
    add(
      `Picking by a learned scorer beats the vote (${whose})`,
      'AIME 2024: 83 % (vote of 64) → 93 % (best of 1,000)',
      (tasks) => {
        const best = verified(tasks, answers, scores, k)!
        const votes = scored(tasks, answers, vote)!
        return {
          here: `vote ${share(votes)}, verifier ${share(best)}`,
          verdict: best.low > votes.high ? 'replicates' : best.high < votes.low ? 'does not replicate' : 'inconclusive',
        }
      },
    )
  add(
    'RL teaches, rather than draws out: accuracy with the finest reasoning forced rises',
    'not in the paper',
    (tasks) => {
      const interval = difference(tasks, [after, forced], [base, forced])
      return {
        here: `base with the finest grain forced ${share(scored(tasks, base, forced)!)}; RL adds ${points(interval)}`,
        verdict: positive(interval),
      }
    },
  )
  add(
    'RL widens what can be reached with many samples (pass@k)',
    'not in the paper; disputed (Yue et al. 2025)',
    (tasks) => ({
      here: `pass@${k} of the base ${share(scored(tasks, base, pass)!)}; RL adds ${points(difference(tasks, [after, pass], [base, pass]))}`,
      verdict: positive(difference(tasks, [after, pass], [base, pass])),
    }),
  )
  for (const other of algorithms.slice(1))
    add(`${first} and ${other} end alike on equal compute`, 'the algorithm is not disclosed', (tasks) => {
      const interval = difference(tasks, [by(other), single], [after, single])
      const apart = interval.low > 0.05 || interval.high < -0.05
      const alike = Math.max(interval.high, -interval.low) < 0.05
      return {
        here: `${other}: ${points(interval)} against ${first}`,
        verdict: apart ? 'does not replicate' : alike ? 'replicates' : 'inconclusive',
      }
    })
  return rows
}
