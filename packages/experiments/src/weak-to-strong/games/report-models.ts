// The controls of a run, and the models it pretrained.

import { type Block, figure, table } from '../../report/report.ts'
import { mean, sd } from '../../statistics/summary.ts'
import { gameModel } from './game.ts'
import { gameNamed } from './index.ts'
import type { GameResult } from './result.ts'

export function modelBlocks(result: GameResult): Block[] {
  return [controls(result), basesTable(result), pretrainingFigure(result)]
}

function controls({ options, seeds }: GameResult): Block {
  const same = seeds.filter((seed) => seed.alphaZeroIsNaive).length
  const { game, weak, strong } = options
  const { identity } = gameNamed(game)
  const legal = (who: string) => {
    const shares = seeds.map((seed) => seed.legal[who])
    return `${(100 * mean(shares)).toFixed(1)} %`
  }
  const commonest = seeds.map(({ test }) => {
    const counts = new Map<string, number>()
    for (const answer of test.truth) counts.set(answer, (counts.get(answer) ?? 0) + 1)
    return Math.max(...counts.values()) / test.truth.length
  })
  return table({
    caption: 'Controls',
    columns: ['control', 'outcome'],
    rows: [
      ['confidence loss at α = 0 gives the naive student’s answers', `${same} of ${seeds.length} seeds`],
      ['always giving the commonest solution', `${(100 * mean(commonest)).toFixed(1)} % right`],
      [
        'legal moves among answers: supervisor, student, ceiling, strong zero-shot',
        [`${weak}, weak supervisor`, `${weak}→${strong}, naive`, `${strong}, ceiling`, `${strong}, zero-shot`]
          .map(legal)
          .join(', '),
      ],
      ['student and ceiling see the same puzzles in the same order', 'by construction: half B, one order per epoch'],
      [
        `puzzles dropped, since a game of the corpus or another puzzle had ${identity} already`,
        `${seeds.map((seed) => seed.dropped).join(', ')} (${game}, by seed)`,
      ],
    ],
  })
}

function basesTable({ options, seeds }: GameResult): Block {
  const game = gameNamed(options.game)
  const spread = (values: number[]) => `${mean(values).toFixed(3)} ± ${(values.length > 1 ? sd(values) : 0).toFixed(3)}`
  return table({
    caption: 'The pretrained models (mean ± standard deviation over seeds)',
    columns: ['model', 'layers × width', 'parameters', 'compute (FLOPs)', 'last loss (nats per token)'],
    rows: Object.entries(seeds[0].sizes).map(([size, { parameters, flops }]) => {
      const { nLayer, nEmbd } = gameModel(game, game.sizes[size])
      return [
        size,
        `${nLayer} × ${nEmbd}`,
        String(parameters),
        flops.toExponential(1),
        spread(seeds.map((seed) => seed.sizes[size].losses.at(-1)!)),
      ]
    }),
    note: 'All sizes of a seed have read the same games in the same order.',
  })
}

function pretrainingFigure({ seeds }: GameResult): Block {
  return figure({
    kind: 'lines',
    title: 'Pretraining loss',
    caption: 'Nats per token, mean over tenths of the run and over seeds; the band spans the seeds.',
    x: { label: 'share of the run (tenths)' },
    y: { label: 'loss (nats)' },
    series: Object.keys(seeds[0].sizes).map((name) => ({
      name,
      points: seeds[0].sizes[name].losses.map((_, tenth) => {
        const all = seeds.map((seed) => seed.sizes[name].losses[tenth])
        return { x: tenth + 1, y: mean(all), low: Math.min(...all), high: Math.max(...all) }
      }),
    })),
  })
}
