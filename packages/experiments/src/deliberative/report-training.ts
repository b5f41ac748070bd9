// How training went: RL over its steps, the safety data and its filter, and what the base model could do before.

import { type Block, type Cell, figure, number, percent, table } from '../report/report.ts'
import type { ArmName } from './arms.ts'
import { label, mean } from './report-cells.ts'
import type { DeliberativeResult } from './result.ts'

export function trainingBlocks(result: DeliberativeResult): Block[] {
  const { options, seeds } = result
  const reinforced = options.arms.filter((arm) => seeds[0].arms[arm]?.log)
  const filtered = options.arms.filter((arm) => seeds[0].arms[arm]?.quality)
  return [
    capabilityTable(result),
    ...(filtered.length > 0 ? [filterTable(result, filtered)] : []),
    ...(reinforced.length > 0 ? [rewardFigure(result, reinforced), dynamicsTable(result, reinforced)] : []),
  ]
}

function capabilityTable({ seeds }: DeliberativeResult): Block {
  const each = (value: (s: DeliberativeResult['seeds'][number]) => number) => seeds.map((seed) => percent(value(seed)))
  return table({
    caption: 'The base model before safety training (200 items each)',
    columns: ['capability', ...seeds.map(({ seed }) => `seed ${seed}`)],
    rows: [
      ['reads plain requests', ...each((s) => s.capability.decoding.plain)],
      ['reads language b', ...each((s) => s.capability.decoding['language-b'])],
      ['reads spelled topics', ...each((s) => s.capability.decoding.spelled)],
      ['reads reversed requests', ...each((s) => s.capability.decoding.reversed)],
      ['adds two digits', ...each((s) => s.capability.arithmetic)],
      ['follows clauses in the prompt', ...each((s) => s.capability.following)],
    ],
    note: 'Reading is all or nothing: topic, category and every attribute.',
  })
}

function filterTable({ seeds }: DeliberativeResult, filtered: ArmName[]): Block {
  return table({
    caption: 'Safety data and its filter (mean over seeds)',
    columns: ['arm', 'samples', 'well-formed', 'requests kept', 'right before', 'right after', 'precision', 'recall'],
    rows: filtered.map((arm) => {
      const of = (key: 'samples' | 'wellFormed' | 'kept' | 'rightBefore' | 'rightAfter' | 'precision' | 'recall') =>
        mean(seeds.map((seed) => seed.arms[arm]!.quality![key]))
      return [
        label(arm),
        number(of('samples'), 0),
        number(of('wellFormed'), 0),
        number(of('kept'), 0),
        percent(of('rightBefore')),
        percent(of('rightAfter')),
        percent(of('precision')),
        percent(of('recall')),
      ]
    }),
    note: 'Right: thought and answer, by the world’s own verdict. Precision and recall of the judge over all well-formed samples.',
  })
}

function rewardFigure({ seeds }: DeliberativeResult, reinforced: ArmName[]): Block {
  return figure({
    kind: 'lines',
    title: 'Reward during RL',
    caption:
      'Mean score of the judge, over seeds. The table below has the true share right, which the training never sees.',
    x: { label: 'RL steps' },
    y: { label: 'reward', domain: [0, 1] },
    series: reinforced.map((arm) => ({
      name: label(arm),
      points: seeds[0].arms[arm]!.log!.map(({ step }, i) => ({
        x: step,
        y: mean(seeds.map((seed) => seed.arms[arm]!.log![i].reward)),
      })),
    })),
  })
}

function dynamicsTable({ seeds }: DeliberativeResult, reinforced: ArmName[]): Block {
  return table({
    caption: 'RL: the first and the last fifth of the steps',
    columns: [
      'arm',
      'reward',
      'truly right',
      'spread',
      'zero-variance groups',
      'entropy (nats/token)',
      'KL (nats/token)',
      'tokens',
      'cut off',
    ],
    rows: reinforced.flatMap((arm) =>
      (['first', 'last'] as const).map((which): Cell[] => {
        const logs = seeds.map((seed) => seed.arms[arm]!)
        const part = <T>(list: T[]) => {
          const fifth = Math.max(1, Math.floor(list.length / 5))
          return which === 'first' ? list.slice(0, fifth) : list.slice(-fifth)
        }
        const of = (key: 'reward' | 'rewardSpread' | 'zeroVariance' | 'entropy' | 'kl' | 'length' | 'truncated') =>
          mean(logs.flatMap(({ log }) => part(log!).map((event) => event[key])))
        return [
          `${label(arm)}, ${which}`,
          number(of('reward'), 2),
          percent(mean(logs.flatMap(({ right }) => part(right!)))),
          number(of('rewardSpread'), 2),
          percent(of('zeroVariance')),
          number(of('entropy'), 3),
          number(of('kl'), 3),
          number(of('length'), 1),
          percent(of('truncated')),
        ]
      }),
    ),
    note: 'Every step’s numbers are in result.json, and groups of samples with their rewards in rollouts.jsonl.',
  })
}
