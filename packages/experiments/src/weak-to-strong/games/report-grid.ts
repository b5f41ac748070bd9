// All pairs of sizes (the paper's Fig. 3, chess), agreement with the supervisor (Fig. 15c), and easy-to-hard (Figs. 20, 21).

import { type Block, figure, number, type Point, percent, points, table } from '../../report/report.ts'
import { type Interval, percentileInterval, resampleAccuracies } from '../../statistics/bootstrap.ts'
import { computeAxis } from '../report-grid.ts'
import type { Difficulty } from './game.ts'
import { gameNamed } from './index.ts'
import { type GamePair, gridGameMethods } from './options.ts'
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
  type Training,
  zeroShotOf,
} from './scores.ts'

const at = ({ value, low, high }: Interval) => ({ y: value, low, high })

export function gameGridBlocks(result: GameResult): Block[] {
  const { options, seeds } = result
  if (!options.grid) return []
  const flops = (size: string) => seeds[0].sizes[size].flops
  const confidence = gridGameMethods(options).includes('confidence')
  const pairs = sortedPairs(result).map((pair) => ({
    ...pair,
    name: `${pair.weak} → ${pair.strong}`,
    summary: gameSummary(result, pair, 'naive'),
    agreement: gameAgreement(result, pair, 'naive'),
  }))
  const weakSizes = [...new Set(pairs.map((pair) => pair.weak))]
  const strongSizes = [...new Set(pairs.map((pair) => pair.strong))]
  const byWeak = (point: (pair: (typeof pairs)[number]) => Omit<Point, 'x'> | undefined) =>
    weakSizes
      .map((weak) => ({
        name: `supervisor ${weak}`,
        points: pairs
          .filter((pair) => pair.weak === weak)
          .flatMap((pair) => {
            const y = point(pair)
            return y ? [{ x: flops(pair.strong), ...y }] : []
          }),
      }))
      .filter((series) => series.points.length > 0)
  const byStrong = (of: (pair: GamePair) => Parameters<typeof accuracyOf>[1]) =>
    strongSizes.map((strong) => ({ x: flops(strong), ...at(accuracyOf(result, of({ weak: '', strong }))) }))
  const x = computeAxis(strongSizes.map(flops))
  const blocks: Block[] = [
    figure({
      kind: 'lines',
      title: 'Students over the strong model’s pretraining compute',
      caption:
        'Exact matches of naive students, one line per supervisor size, of the ceilings, and of the strong models as they were; 95 % intervals.',
      x,
      y: { label: 'test accuracy', format: 'percent' },
      series: [
        ...byWeak(({ summary }) => at(summary.student)),
        { name: 'strong ceiling', points: byStrong(ceilingOf) },
        { name: 'strong, zero-shot', points: byStrong(({ strong }) => zeroShotOf(strong)) },
      ],
    }),
  ]
  const withPgr = byWeak(({ summary }) => summary.pgr && at(summary.pgr))
  if (withPgr.length > 0)
    blocks.push(
      figure({
        kind: 'lines',
        title: 'PGR over the strong model’s pretraining compute',
        caption: 'Naive students; pairs whose gap is within noise are left out.',
        x,
        y: { label: 'PGR' },
        series: withPgr,
        references: [{ y: 0, label: 'no better than the supervisor' }],
      }),
    )
  blocks.push(
    figure({
      kind: 'lines',
      title: 'Agreement with the supervisor where it is wrong',
      caption: 'The share of the supervisor’s wrong answers that the naive student gives too.',
      x,
      y: { label: 'share of errors repeated', format: 'percent' },
      series: byWeak(({ agreement }) => at(agreement.wrong)),
    }),
    table({
      caption: 'All pairs',
      columns: [
        'pair',
        'supervisor',
        'student',
        'ceiling',
        'zero-shot',
        'PGR',
        ...(confidence ? ['confidence − naive'] : []),
      ],
      rows: pairs.map((pair) => [
        pair.name,
        percent(pair.summary.weak),
        percent(pair.summary.student),
        percent(pair.summary.ceiling),
        percent(pair.summary.zeroShot!),
        pair.summary.pgr ? number(pair.summary.pgr, 2) : 'hidden',
        ...(confidence
          ? [points(accuracyDifference(result, studentOf(pair, 'confidence'), studentOf(pair, 'naive')))]
          : []),
      ]),
      note: 'PGR is hidden where the gap between ceiling and supervisor is within noise.',
    }),
    table({
      caption: 'Agreement of naive students with their supervisors',
      columns: ['pair', 'all puzzles', 'supervisor right', 'supervisor wrong'],
      rows: pairs.map(({ name, agreement }) => [
        name,
        percent(agreement.all),
        percent(agreement.right),
        percent(agreement.wrong),
      ]),
    }),
  )
  return blocks
}

export function easyToHardBlocks(result: GameResult): Block[] {
  const { options, seeds } = result
  const found = seeds[0].easyToHard
  if (!found) return []
  const game = gameNamed(options.game)
  const sizes = Object.keys(found.sizes)
  const x = computeAxis(
    sizes.map((size) => seeds[0].sizes[size].flops),
    'pretraining compute (FLOPs)',
  )
  const share = (size: string, trained: Training, asked: Difficulty): Interval => {
    const { value, draws } = resampleAccuracies({ right: easyToHardRight(result, size, trained, asked) })
    return percentileInterval(value.right, draws.right)
  }
  const trainings: Training[] = ['zero-shot', 'easy', 'hard']
  const name = (trained: Training) => (trained === 'zero-shot' ? 'zero-shot' : `trained on ${trained} puzzles`)
  return [
    figure({
      kind: 'lines',
      title: 'Easy to hard: hard puzzles',
      caption: `Exact matches on hard puzzles (${game.difficulties.hard}) of strong models finetuned on solutions of ${options.counts.apart} easy ones (${game.difficulties.easy}), of as many hard ones, or not at all.`,
      x,
      y: { label: 'accuracy on hard puzzles', format: 'percent' },
      series: trainings.map((trained) => ({
        name: name(trained),
        points: sizes.map((size) => ({ x: seeds[0].sizes[size].flops, ...at(share(size, trained, 'hard')) })),
      })),
    }),
    table({
      caption: 'Easy to hard',
      columns: ['model', 'easy puzzles', 'hard puzzles'],
      rows: sizes.flatMap((size) =>
        trainings.map((trained) => [
          `${size}, ${name(trained)}`,
          percent(share(size, trained, 'easy')),
          percent(share(size, trained, 'hard')),
        ]),
      ),
    }),
  ]
}
