// What each arm was trained on and costs, and comparisons on equal examples and on equal computation.

import { outOfDistribution } from '../policy-world/index.ts'
import { type Block, type Cell, number, table, type Value } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { type Arm, type ArmName, arms } from './arms.ts'
import { answerFlops, trainingFlops } from './costs.ts'
import { label, mean } from './report-cells.ts'
import type { Scores } from './scores.ts'

export function costBlocks(scores: Scores): Block[] {
  const compared = comparisons(scores)
  return compared.length > 0 ? [costTable(scores), comparisonTable(scores, compared)] : [costTable(scores)]
}

interface Cost {
  examples: number
  training: number
  tokens: number
  answering: number
}

function costOf(scores: Scores, arm: ArmName): Cost {
  const { options, seeds } = scores.result
  const { parameters } = seeds[0]
  const [world] = scores.worlds
  const lengths = seeds.flatMap((seed) => seed.arms[arm]!.answers.id.map((words) => words.split(' ').length))
  const tokens = mean(lengths)
  return {
    examples: mean(seeds.map((seed) => seed.arms[arm]?.quality?.kept ?? 0)),
    training: trainingFlops(arm, options, world, parameters),
    tokens,
    answering: answerFlops(arms[arm].decoding, tokens, world, parameters),
  }
}

/** 2.3·10¹¹ */
function flops(value: number): string {
  if (value === 0) return '–'
  const [digits, power] = value.toExponential(1).split('e+')
  return `${digits}·10${Array.from(power, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`
}

function costTable(scores: Scores): Block {
  const { sft: tuning, rl: reinforcement } = scores.result.options
  return table({
    caption: 'What each arm costs',
    columns: [
      'arm',
      'examples',
      'SFT steps',
      'RL steps × samples',
      'FLOPs to train',
      'tokens per answer',
      'FLOPs per answer',
    ],
    rows: scores.arms.map((arm): Cell[] => {
      const { sft, rl }: Arm = arms[arm]
      const { examples, training, tokens, answering } = costOf(scores, arm)
      return [
        label(arm),
        sft ? number(examples, 0) : '–',
        sft ? number(tuning.steps * (sft.stepsFactor ?? 1), 0) : '–',
        rl ? `${reinforcement.steps} × ${reinforcement.prompts * reinforcement.samples}` : '–',
        flops(training),
        number(tokens, 1),
        flops(answering),
      ]
    }),
    note:
      `An SFT step is ${tuning.batch} rows, ${tuning.replay} of them capability documents. FLOPs: 2 per parameter and token forward, ` +
      '6 in training, rows at their padded length; generating and judging the data is included, the base model, which all share, is not.',
  })
}

/** What is compared, when both arms are there. */
const PAIRS: [ArmName, ArmName][] = [
  ['sft', 'direct'],
  ['sft', 'filler'],
  ['sft', 'direct-long'],
  ['sft-rl', 'direct-rl'],
  ['sft-rl', 'direct-long'],
  ['sft-rl', 'expert-iteration'],
]

const comparisons = (scores: Scores) => PAIRS.filter((pair) => pair.every((arm) => scores.arms.includes(arm)))

function comparisonTable(scores: Scores, pairs: [ArmName, ArmName][]): Block {
  const gain = (interval: Interval | undefined): Cell => (interval ? ({ ...interval, format: 'points' } as Value) : '–')
  return table({
    caption: 'Equal examples, equal computation',
    columns: ['comparison', 'examples', 'FLOPs to train', 'FLOPs per answer', 'right', 'right, new forms'],
    rows: pairs.map(([a, b]): Cell[] => {
      const [x, y] = [costOf(scores, a), costOf(scores, b)]
      const ratio = (p: number, q: number) => (q === 0 ? '–' : `× ${(p / q).toFixed(2)}`)
      return [
        `${label(a)} against ${label(b)}`,
        ratio(x.examples, y.examples),
        ratio(x.training, y.training),
        ratio(x.answering, y.answering),
        gain(scores.gain(a, b, 'id', 'right')),
        gain(scores.gain(a, b, outOfDistribution, 'right')),
      ]
    }),
    note:
      'The first arm’s costs in units of the second’s. Against filler everything is equal, training and answering; against four ' +
      'times the steps the second arm has more computation in training.',
  })
}
