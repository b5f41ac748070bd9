// The paper's claims about chess beside what a run of a game measured. Verdicts follow from intervals by the rules here.

import { type Block, table } from '../../report/report.ts'
import { differenceInterval, type Interval, resampleAccuracies } from '../../statistics/bootstrap.ts'
import type { Claim } from '../claims.ts'
import { gameNamed } from './index.ts'
import { type GamePair, gamePairs } from './options.ts'
import type { GameResult } from './result.ts'
import {
  accuracyDifference,
  accuracyOf,
  ceilingOf,
  easyToHardRight,
  gameAgreement,
  gameSummary,
  sortedPairs,
  studentOf,
  zeroShotOf,
} from './scores.ts'

const minus = (text: string) => text.replaceAll('-', '−')
const pct = (share: number) => (100 * share).toFixed(1)
const share = ({ value, low, high }: Interval) => `${pct(value)} % [${pct(low)}, ${pct(high)}]`
const points = ({ value, low, high }: Interval) =>
  minus(`${value > 0 ? '+' : ''}${pct(value)} points [${pct(low)}, ${pct(high)}]`)
const pgrText = (pgr: Interval | undefined) =>
  pgr ? minus(`PGR ${pgr.value.toFixed(2)} [${pgr.low.toFixed(2)}, ${pgr.high.toFixed(2)}]`) : 'PGR hidden'

const positive = ({ low, high }: Interval): Claim['verdict'] =>
  low > 0 ? 'replicates' : high < 0 ? 'does not replicate' : 'inconclusive'
const negative = ({ value, low, high }: Interval) => positive({ value: -value, low: -high, high: -low })
/** That `a` lies below `b`. */
const below = (a: Interval | undefined, b: Interval | undefined): Claim['verdict'] => {
  if (!a || !b) return 'inconclusive'
  return a.high < b.low ? 'replicates' : a.low > b.high ? 'does not replicate' : 'inconclusive'
}

/** The rows that a run can fill. */
export function gameClaims(result: GameResult): Claim[] {
  const { options, seeds } = result
  const { methods } = options
  const game = gameNamed(options.game)
  const main: GamePair = { weak: options.weak, strong: options.strong }
  const title = ({ weak, strong }: GamePair) => `${game.name} ${weak}→${strong}`
  const rows: Claim[] = []
  const add = (claim: string, paper: string, here: string, verdict: Claim['verdict']) =>
    rows.push({ claim: `${claim} (${game.name})`, paper, here, verdict })

  const naive = gameSummary(result, main, 'naive')
  add(
    'A strong student finetuned on a weak model’s moves is better than the weak model',
    '§4.2, Fig. 3, chess: PGR about 0 for the weakest supervisors to over 40 % at small gaps',
    `${title(main)}: ${points(naive.gain)}, ${pgrText(naive.pgr)}`,
    positive(naive.gain),
  )
  const elicited = accuracyDifference(result, studentOf(main, 'naive'), zeroShotOf(main.strong))
  add(
    'The student is better than the strong model was before finetuning',
    'Fig. 15a, b: zero-shot is strong in chess; students of very weak supervisors fall below it',
    `${title(main)}: zero-shot ${share(naive.zeroShot!)}, student ${points(elicited)}`,
    positive(elicited),
  )
  const rest = accuracyDifference(result, ceilingOf(main), studentOf(main, 'naive'))
  add(
    'Naive finetuning leaves a gap to the ceiling',
    '§4.2, Fig. 3: PGR well below 100 %',
    `${title(main)}: ceiling ${points(rest)} above the student`,
    positive(rest),
  )
  const methodRow = (method: string, claim: string, paper: string) => {
    if (!methods.includes(method)) return
    const gain = accuracyDifference(result, studentOf(main, method), studentOf(main, 'naive'))
    const { pgr } = gameSummary(result, main, method)
    add(claim, paper, `${title(main)}: ${points(gain)} over naive, ${pgrText(pgr)}`, positive(gain))
  }
  methodRow(
    'bootstrap',
    'Bootstrapping through intermediate sizes improves on naive finetuning',
    '§4.3.1, Fig. 4: PGR rises in chess at large gaps',
  )
  for (const method of methods.filter((each) => each.startsWith('confidence')))
    methodRow(
      method,
      `The confidence loss (${method}) improves on naive finetuning`,
      'not tried on chess in the paper; §4.3.2 on NLP tasks',
    )
  methodRow(
    'stop-truth',
    'Stopping early on solutions would help: students over-fit to weak moves within the finetuning',
    '§5.1.1, Figs. 7, 13 (NLP and reward models)',
  )
  const { right, wrong } = gameAgreement(result, main, 'naive')
  add(
    'Students agree with their supervisors less where these are wrong',
    'Fig. 15c',
    `${title(main)}: ${share(right)} where right, ${share(wrong)} where wrong`,
    below(wrong, right),
  )
  if (options.grid) gridClaims(result, add)
  if (seeds[0].easyToHard) easyToHardClaims(result, add)
  if (seeds[0].scratch) {
    const gain = accuracyDifference(result, studentOf(main, 'naive'), (seed) => seed.scratch!.student)
    const ceiling = accuracyOf(result, (seed) => seed.scratch!.ceiling)
    add(
      'The student’s pretraining is what it generalizes from',
      '§5.2: weak labels elicit what the strong model has learned before',
      `${title(main)}: student ${points(gain)} above one without pretraining, whose ceiling is ${share(ceiling)}`,
      positive(gain),
    )
  }
  return rows
}

type Add = (claim: string, paper: string, here: string, verdict: Claim['verdict']) => void

function gridClaims(result: GameResult, add: Add): void {
  const pairs = sortedPairs(result)
  const [smallest] = pairs.map((pair) => pair.weak)
  const own = pairs.filter((pair) => pair.weak === smallest)
  const name = ({ weak, strong }: GamePair) => `${weak}→${strong}`
  if (own.length > 1) {
    const [first, last] = [own[0], own[own.length - 1]]
    const [a, b] = [first, last].map((pair) => gameSummary(result, pair, 'naive').pgr)
    add(
      'PGR falls with the student’s size at a fixed supervisor',
      '§4.2, Fig. 3: falls in chess, unlike on NLP tasks',
      `${name(first)}: ${pgrText(a)}, ${name(last)}: ${pgrText(b)}`,
      below(b, a),
    )
    const [small, large] = [first, last].map((pair) => gameAgreement(result, pair, 'naive').wrong)
    add(
      'Larger students repeat fewer of the supervisor’s errors',
      'Fig. 15c: inverse scaling of agreement',
      `${name(first)}: repeats ${share(small)}, ${name(last)}: repeats ${share(large)}`,
      below(large, small),
    )
  }
  const largest = pairs[pairs.length - 1].strong
  const under = pairs.filter((pair) => pair.strong === largest)
  if (under.length > 1) {
    const [first, last] = [under[0], under[under.length - 1]]
    const [a, b] = [first, last].map((pair) => gameSummary(result, pair, 'naive').pgr)
    add(
      'PGR rises with the supervisor’s size',
      '§4.2, Fig. 3: about 0 for the weakest, over 40 % at small gaps',
      `${name(first)}: ${pgrText(a)}, ${name(last)}: ${pgrText(b)}`,
      below(a, b),
    )
  }
  const weakest = pairs.filter((pair) => pair.weak === smallest)
  const losses = weakest.map((pair) => accuracyDifference(result, studentOf(pair, 'naive'), zeroShotOf(pair.strong)))
  const verdicts = losses.map(negative)
  add(
    'Students of a very weak supervisor can end below the strong model’s zero-shot accuracy',
    'Fig. 15a, b',
    weakest.map((pair, i) => `${name(pair)}: ${points(losses[i])} against zero-shot`).join('; '),
    verdicts.includes('replicates')
      ? 'replicates'
      : verdicts.every((verdict) => verdict === 'does not replicate')
        ? 'does not replicate'
        : 'inconclusive',
  )
}

function easyToHardClaims(result: GameResult, add: Add): void {
  const { strong } = result.options
  const models = {
    easy: easyToHardRight(result, strong, 'easy', 'hard'),
    hard: easyToHardRight(result, strong, 'hard', 'hard'),
    zeroShot: easyToHardRight(result, strong, 'zero-shot', 'hard'),
  }
  const resampled = resampleAccuracies(models)
  const gain = differenceInterval(resampled, 'easy', 'zeroShot')
  add(
    'Training on solutions of easy puzzles alone improves on hard ones',
    'appendix C, Figs. 20, 21',
    `${strong}: hard puzzles ${pct(resampled.value.zeroShot)} % zero-shot, ${pct(resampled.value.easy)} % after easy ones: ${points(gain)}`,
    positive(gain),
  )
  const missing = differenceInterval(resampled, 'hard', 'easy')
  add(
    'It does not replace training on hard puzzles',
    'appendix C, Fig. 20: below training on all puzzles, for hard ones',
    `${strong}: training on hard puzzles gives ${points(missing)} more`,
    positive(missing),
  )
}

/** The block of a report; nothing where the run was too small to judge. */
export function gameClaimBlocks(result: GameResult): Block[] {
  if (result.seeds.length < 3 || gamePairs(result.options).length < 2) return []
  return [
    table({
      caption: 'Claims of the paper, and what this run says',
      columns: ['claim', 'in the paper', 'here', 'verdict'],
      rows: gameClaims(result).map(({ claim, paper, here, verdict }) => [claim, paper, here, verdict]),
      note: 'A verdict follows from 95 % intervals: it is inconclusive where they do not decide.',
    }),
  ]
}
