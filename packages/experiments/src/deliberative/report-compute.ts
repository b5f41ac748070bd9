// Curves: data (deliberative against direct), thinking budgets, and votes over samples.

import { metric } from '../policy-world/index.ts'
import { type Block, figure } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { shareInterval } from '../statistics/share-interval.ts'
import { type ArmName, arms } from './arms.ts'
import { label } from './report-cells.ts'
import { bestRight, majorityRight, type Scores } from './scores.ts'

const SETS = { id: 'as in training', stacked: 'stacked jailbreaks' } as const
type CurveSet = keyof typeof SETS

const point = (x: number, y: Interval | undefined) => (y ? [{ x, y: y.value, low: y.low, high: y.high }] : [])

/** Share right per seed of one entry of a curve. */
export function dataSizeShare(scores: Scores, arm: ArmName, prompts: number, set: CurveSet): Interval | undefined {
  return shareInterval(
    scores.result.seeds.map(({ dataSizes }, s) => {
      const found = dataSizes?.find((each) => each.arm === arm && each.prompts === prompts)
      return found ? metric('right', scores.judge(s, found.answers, set, arms[arm].decoding)) : []
    }),
  )
}

export function dataSizeBlocks(scores: Scores): Block[] {
  const sizes = scores.result.options.dataSizes
  if (!sizes || !scores.result.seeds[0].dataSizes) return []
  return (Object.keys(SETS) as CurveSet[]).map((set) =>
    figure({
      kind: 'lines',
      title: `How much safety data it takes (${SETS[set]})`,
      caption: 'Share right after the same number of steps on the kept samples of so many prompts.',
      x: { label: 'safety prompts', scale: 'log' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: (['sft', 'direct'] as const).map((arm) => ({
        name: label(arm),
        points: sizes.flatMap((prompts) => point(prompts, dataSizeShare(scores, arm, prompts, set))),
      })),
    }),
  )
}

export function budgetShare(scores: Scores, arm: ArmName, budget: number, set: CurveSet, name: 'right' | 'notUnsafe') {
  return shareInterval(
    scores.result.seeds.map(({ budgets }, s) => {
      const found = budgets?.find((each) => each.arm === arm && each.budget === budget)
      return found ? metric(name, scores.judge(s, found.answers, set, 'thought')) : []
    }),
  )
}

export function voteShare(scores: Scores, arm: ArmName, k: number, set: CurveSet): Interval | undefined {
  return shareInterval(
    scores.result.seeds.map(({ votes }, s) => {
      const found = votes?.find((each) => each.arm === arm)
      if (!found) return []
      const rows = found.answers[set]
      const requests = scores.requests(s, set, rows.length / found.samples)
      return majorityRight(scores.worlds[s], requests, rows, found.samples, k)
    }),
  )
}

export function bestShare(scores: Scores, arm: ArmName, k: number, set: CurveSet): Interval | undefined {
  return shareInterval(
    scores.result.seeds.map(({ votes }, s) => {
      const found = votes?.find((each) => each.arm === arm)
      if (!found) return []
      const rows = found.answers[set]
      const requests = scores.requests(s, set, rows.length / found.samples)
      return bestRight(scores.worlds[s], requests, rows, found.scores[set], found.samples, k)
    }),
  )
}

export function computeBlocks(scores: Scores): Block[] {
  const { budgets, votes } = scores.result.seeds[0]
  if (!budgets) return []
  const thinking = [...new Set(budgets.map(({ arm }) => arm))]
  const limits = [...new Set(budgets.map(({ budget }) => budget))]
  const each: Each = (make) => thinking.flatMap((arm) => (Object.keys(SETS) as CurveSet[]).map((set) => make(arm, set)))
  return [
    figure({
      kind: 'lines',
      title: 'Thinking budget',
      caption: 'The thought is cut after so many tokens and the answer must come. After Fig. 13 of Guan et al. 2024.',
      x: { label: 'tokens of thought' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: each((arm, set) => ({
        name: `${label(arm)}, ${SETS[set]}`,
        points: limits.flatMap((budget) => point(budget, budgetShare(scores, arm, budget, set, 'right'))),
      })),
    }),
    ...(votes ? voteFigures(scores, each) : []),
  ]
}

/** Of each arm and test set. */
type Each = <T>(make: (arm: ArmName, set: CurveSet) => T) => T[]

function voteFigures(scores: Scores, each: Each): Block[] {
  const counts = [1, 2, 4, 8, 16]
  return [
    figure({
      kind: 'lines',
      title: 'Majority vote',
      caption: 'The answer that most of so many samples at temperature 1 gave.',
      x: { label: 'samples', scale: 'log' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: each((arm, set) => ({
        name: `${label(arm)}, ${SETS[set]}`,
        points: counts.flatMap((k) => point(k, voteShare(scores, arm, k, set))),
      })),
    }),
    figure({
      kind: 'lines',
      title: 'Best of n, by the judge',
      caption: 'The answer that the judge, who has the clauses in its prompt, scores highest among so many samples.',
      x: { label: 'samples', scale: 'log' },
      y: { label: 'right', format: 'percent', domain: [0, 1] },
      series: each((arm, set) => ({
        name: `${label(arm)}, ${SETS[set]}`,
        points: counts.flatMap((k) => point(k, bestShare(scores, arm, k, set))),
      })),
    }),
  ]
}
