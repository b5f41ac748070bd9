// The pretrained models: what each has read and knows, and how its loss fell.

import { type Block, figure, table } from '../report/report.ts'
import { mean, sd } from '../statistics/summary.ts'
import type { WeakToStrongResult } from './result.ts'
import type { WorldName } from './tasks/family.ts'
import { ladder } from './worlds/index.ts'

export function modelBlocks({ seeds }: WeakToStrongResult): Block[] {
  const worlds = Object.entries(seeds[0].models)
  const rank = ([name]: [string, unknown]) => ladder().indexOf(name)
  const models = worlds.flatMap(([world, sizes]) =>
    Object.entries(sizes)
      .sort((a, b) => rank(a) - rank(b))
      .map(([size, model]) => ({
        name: worlds.length > 1 ? `${world}: ${size}` : size,
        ...model,
        all: seeds.map((seed) => seed.models[world as WorldName]![size]),
      })),
  )
  const spread = (values: number[]) =>
    `${(100 * mean(values)).toFixed(1)}% ± ${(100 * (values.length > 1 ? sd(values) : 0)).toFixed(1)}`
  return [
    table({
      caption: 'The pretrained models (mean ± standard deviation over seeds)',
      columns: ['model', 'parameters', 'rows read', 'pretraining FLOPs', 'knows, by its own words'],
      rows: models.map(({ name, parameters, rows, flops, all }) => [
        name,
        String(parameters),
        String(rows),
        flops.toExponential(1),
        spread(all.map(({ knowledge }) => knowledge)),
      ]),
      note: 'Knowledge: how often the model’s own next-token probabilities favour what is true of its world; chance is 50 % (text: the next character, chance 3 %).',
    }),
    figure({
      kind: 'lines',
      title: 'Pretraining loss',
      caption: 'Nats per predicted token, mean over tenths of the run and over seeds; the band spans the seeds.',
      x: { label: 'share of the run (tenths)' },
      y: { label: 'loss (nats)' },
      series: models.map(({ name, losses, all }) => ({
        name,
        points: losses.map((_, tenth) => {
          const own = all.map((model) => model.losses[tenth])
          return { x: tenth + 1, y: mean(own), low: Math.min(...own), high: Math.max(...own) }
        }),
      })),
    }),
  ]
}
