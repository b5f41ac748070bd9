// Every metric of every arm on every test set as plain numbers, for programs that read runs.

import type { MetricName } from '../policy-world/index.ts'
import { mean } from './report-cells.ts'
import type { Scores } from './scores.ts'

const NAMES: readonly MetricName[] = ['right', 'notUnsafe', 'notOverrefuse', 'style', 'recall', 'wellFormed']

/** One number, the mean over seeds of the mean over requests; a set that the metric is not about is left out. */
export interface MetricRow {
  arm: string
  set: string
  metric: MetricName | 'goodness@0.1'
  value: number
}

export function metricRows(scores: Scores): MetricRow[] {
  const { seeds } = scores.result
  return scores.arms.flatMap((arm) => {
    const sets = Object.keys(seeds[0].arms[arm]!.answers)
    const rows = sets.flatMap((set) =>
      NAMES.flatMap((metric): MetricRow[] => {
        const items = scores.items(arm, set, metric).filter((each) => each.length > 0)
        return items.length > 0 ? [{ arm, set, metric, value: mean(items.map(mean)) }] : []
      }),
    )
    const goodness = scores.goodness(arm).filter((each) => each.length > 0)
    if (goodness.length === 0) return rows
    return [...rows, { arm, set: 'jailbreaks', metric: 'goodness@0.1' as const, value: mean(goodness.map(mean)) }]
  })
}
