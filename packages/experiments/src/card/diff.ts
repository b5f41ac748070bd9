// Two cards side by side: levels and numbers of the models after mitigation, and where their intervals are apart.

import { number, type Provenance, points, type Report, table, text } from '../report/report.ts'
import { levels } from './preparedness.ts'
import { measuredCell } from './report.ts'
import type { Scorecard } from './scorecard.ts'

export interface CardDifference {
  evaluation: string
  title: string
  metric: string
  about: string
  a: number
  b: number
  /** b is better, worse, or the intervals overlap */
  change: 'better' | 'worse' | 'no clear change'
}

/** Every metric that both cards have, of their models after mitigation. */
export function cardDifferences(a: Scorecard, b: Scorecard): CardDifference[] {
  return paired(a, b).flatMap(({ evaluation, x, y }) => {
    if (!x.measured || !y.measured) return []
    const apart = x.measured.high < y.measured.low ? 1 : x.measured.low > y.measured.high ? -1 : 0
    const better = x.better === 'higher' ? apart : -apart
    return [
      {
        evaluation: evaluation.name,
        title: evaluation.title,
        metric: x.name,
        about: x.about,
        a: x.measured.value,
        b: y.measured.value,
        change: better > 0 ? 'better' : better < 0 ? 'worse' : 'no clear change',
      },
    ]
  })
}

export function cardDiffReport(a: Scorecard, b: Scorecard, names: [string, string], provenance: Provenance): Report {
  const [first, second] = names
  const all = cardDifferences(a, b)
  const changes = new Map(all.map((each) => [`${each.evaluation}/${each.metric}`, each]))
  const [risksA, risksB] = [a.preparedness.after ?? [], b.preparedness.after ?? []]
  const count = (change: CardDifference['change']) => all.filter((each) => each.change === change).length
  return {
    title: 'Two system cards',
    subtitle: `${first} and ${second}`,
    blocks: [
      text(
        `Of ${all.length} numbers that both cards have, ${count('better')} are better in the second, ${count('worse')} are worse, and of ${count('no clear change')} the 95 % intervals overlap. All are of the models after mitigation.${differentQuestions(a, b)}`,
      ),
      table({
        caption: 'Levels after mitigation',
        columns: ['risk', first, second, 'change'],
        rows: risksA.map(({ name, level }) => {
          const other = risksB.find((risk) => risk.name === name)?.level
          const up = level && other ? levels.indexOf(other) - levels.indexOf(level) : 0
          return [
            name,
            level ?? 'not applicable',
            other ?? 'not applicable',
            up > 0 ? 'worse' : up < 0 ? 'better' : 'the same',
          ]
        }),
      }),
      table({
        caption: 'Numbers after mitigation',
        columns: ['what is counted', first, second, 'difference', 'the second is', 'evaluation'],
        rows: paired(a, b).flatMap(({ evaluation, x, y }) => {
          const change = changes.get(`${evaluation.name}/${x.name}`)
          if (!change) return []
          // the widest that the two intervals allow, as the answers of the two cards are not paired
          const difference = {
            value: change.b - change.a,
            low: y.measured!.low - x.measured!.high,
            high: y.measured!.high - x.measured!.low,
          }
          return [
            [
              `${x.about} (${x.better} is better)`,
              measuredCell(x.measured, x.format),
              measuredCell(y.measured, y.format),
              x.format === 'percent' ? points(difference) : number(difference, 2),
              change.change,
              evaluation.title,
            ],
          ]
        }),
      }),
    ],
    provenance,
  }
}

function paired(a: Scorecard, b: Scorecard) {
  return a.evaluations.flatMap((evaluation) => {
    const other = b.evaluations.find(({ name }) => name === evaluation.name)
    return (evaluation.models.after ?? []).flatMap((x) => {
      const y = other?.models.after?.find(({ name }) => name === x.name)
      return y ? [{ evaluation, x, y }] : []
    })
  })
}

function differentQuestions(a: Scorecard, b: Scorecard): string {
  return a.seeds.join() === b.seeds.join() && a.sizes.questions === b.sizes.questions
    ? ''
    : ' The cards differ in seeds or sizes, so their questions are not the same.'
}
