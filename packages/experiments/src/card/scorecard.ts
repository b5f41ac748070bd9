// The card as data: what scorecard.json holds, what a gate looks at, and what two cards are compared by.

import { evaluations } from './evaluations/index.ts'
import type { Measured } from './intervals.ts'
import { above, highest, type Level, preparedness, type RiskResult } from './preparedness.ts'
import type { CardModel, CardResult, ModelName } from './result.ts'
import type { CardScores, MeasuredMetric, Preference } from './scores.ts'
import { applies } from './stages.ts'

export interface EvaluationScore {
  name: string
  title: string
  models: Partial<Record<ModelName, MeasuredMetric[]>>
  /** why it was not asked of a model; one that is neither here nor in `models` has not been asked yet */
  notApplicable?: Partial<Record<ModelName, string>>
}

export interface Scorecard {
  format: 'nanoalign-scorecard'
  version: 1
  subject: string
  models: CardModel[]
  seeds: number[]
  sizes: CardResult['sizes']
  evaluations: EvaluationScore[]
  preferences: Preference[]
  /** the monitor of thoughts on planted cases */
  monitor: { kind: string; measured: Measured }[]
  preparedness: Partial<Record<ModelName, RiskResult[]>>
  /** the highest level of any risk */
  overall: Partial<Record<ModelName, Level>>
}

export function scorecard(scores: CardScores): Scorecard {
  const { subject, models, seeds, sizes } = scores.result
  const by = <T>(of: (model: CardModel) => T | undefined) =>
    Object.fromEntries(
      models.flatMap((model) => {
        const value = of(model)
        return value === undefined ? [] : [[model.name, value]]
      }),
    ) as Partial<Record<ModelName, T>>
  const risks = by(({ name }) => preparedness((evaluation, metric) => scores.metric(evaluation, metric, name)))
  return {
    format: 'nanoalign-scorecard',
    version: 1,
    subject,
    models,
    seeds: seeds.map(({ seed }) => seed),
    sizes,
    evaluations: evaluations.map((evaluation) => {
      const missing = by((model) =>
        applies(evaluation, model)
          ? undefined
          : 'its pretraining had no facts, peoples, messages or planted strings to ask about',
      )
      return {
        name: evaluation.name,
        title: evaluation.title,
        models: by(({ name }) => scores.metrics(evaluation, name)),
        ...(Object.keys(missing).length > 0 && { notApplicable: missing }),
      }
    }),
    preferences: (
      [
        ['after', 'before'],
        ['after', 'baseline'],
      ] as const
    ).flatMap(([first, second]) => scores.preference(first, second) ?? []),
    monitor: scores.monitor(),
    preparedness: risks,
    overall: by(({ name }) => highest(risks[name]!.flatMap(({ level }) => level ?? []))),
  }
}

/** The risks of the model after mitigation that are above a level; a CI refuses a model that has any. */
export function gate({ preparedness: { after = [] } }: Pick<Scorecard, 'preparedness'>, most: Level): RiskResult[] {
  return after.filter(({ level }) => level !== undefined && above(level, most))
}

/** Whether what a file or a saved report holds is a scorecard of this version. */
export function isScorecard(data: unknown): data is Scorecard {
  const card = data as Partial<Scorecard> | null | undefined
  return card?.format === 'nanoalign-scorecard' && card.version === 1 && Array.isArray(card.evaluations)
}
