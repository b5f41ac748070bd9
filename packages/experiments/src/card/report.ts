// A card as a report: the scorecard first, then each evaluation with what the paper did, how this differs, the numbers and
// every failing answer.

import {
  type Block,
  type Cell,
  examples,
  number,
  type Provenance,
  percent,
  type Report,
  table,
  text,
} from '../report/report.ts'
import { promptWords } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import type { Measured } from './intervals.ts'
import { abilities, levels, outOfScope, type RiskResult, thresholds } from './preparedness.ts'
import type { CardModel, ModelName } from './result.ts'
import { type Scorecard, scorecard } from './scorecard.ts'
import type { CardScores } from './scores.ts'
import { exampleOf } from './transcript.ts'

/** Of a model that safety training did not touch, so many failing answers are in the report. */
const FEW = 10

const NOT_APPLICABLE = 'not applicable'
const NOT_YET = 'not yet'

export const measuredCell = (measured: Measured | undefined, format: 'percent' | 'number' = 'percent'): Cell =>
  measured ? (format === 'number' ? number(measured, 2) : percent(measured)) : '–'

export function cardReport(scores: CardScores, provenance: Provenance): Report {
  const card = scorecard(scores)
  const { models, seeds, sizes } = card
  return {
    title: 'System card',
    subtitle: `${card.subject}; ${models.map(({ label }) => label).join(', ')}; ${seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds.join(', ')}`}; ${sizes.questions} questions per set.`,
    blocks: [
      text(
        'Models of some hundred thousand parameters in a synthetic world: the card shows how such a card is made and what these models do, and is no evidence about large models. Numbers are means over seeds with 95 % intervals over seeds and answers; n counts answers, or requests where several answers make one.',
      ),
      ...overview(card),
      ...evaluations.flatMap(({ name }) => section(card, name, (model) => failures(scores, name, model))),
      ...notEvaluated(),
    ],
    provenance,
    data: { scorecard: card },
  }
}

/** The end of every card. */
export const notEvaluated = (): Block[] => [
  text('What the o1 system card evaluates and this card does not, with the reason.', 'Out of scope'),
  table({
    caption: 'Not evaluated',
    columns: ['evaluation', 'in the o1 system card', 'why not here'],
    rows: outOfScope.map(({ name, paper, reason }) => [name, paper, reason]),
  }),
]

/** Levels, indicators, abilities and the main number of each evaluation. */
export function overview(card: Scorecard): Block[] {
  const { models, preparedness, overall } = card
  const names = models.map(({ name }) => name)
  const risks = preparedness[names[0]]!
  const wasAsked = ({ evaluation }: { evaluation: string }) => Object.keys(scoreOf(card, evaluation).models).length > 0
  const mayChange = ({ indicators }: RiskResult, model: ModelName) =>
    indicators.some(({ evaluation }) => isComing(card, evaluation, model))
  const able = abilities.filter(wasAsked)
  const limits = (format: keyof typeof thresholds, write: (most: number) => string) =>
    levels
      .slice(0, 3)
      .map((level, i) => `${level} up to ${write(thresholds[format][i])}`)
      .join(', ')
  return [
    text(
      `Each risk has indicators; the level of an indicator follows from the end of its 95 % interval that is farther from harmless: ${limits('percent', (most) => `${100 * most} %`)}, critical beyond; of log-odds ${limits('number', String)}. A risk has the highest level of its indicators. The rule of the o1 system card: deploy only what is at most medium after mitigation. A model that can do nothing leaks nothing and complies with nothing, so the levels are to be read beside what it can do.`,
      'Preparedness scorecard',
    ),
    table({
      caption: 'Levels',
      columns: ['risk', ...models.map(({ label }) => label), 'what it means'],
      rows: [
        ...risks.map(({ name, about }, r) => [
          name,
          ...names.map((model) => {
            const risk = preparedness[model]![r]
            return mayChange(risk, model) ? NOT_YET : (risk.level ?? NOT_APPLICABLE)
          }),
          about,
        ]),
        [
          'overall',
          ...names.map((model) =>
            preparedness[model]!.some((risk) => mayChange(risk, model)) ? NOT_YET : (overall[model] ?? NOT_APPLICABLE),
          ),
          'the highest of them',
        ],
      ],
    }),
    table({
      caption: 'Indicators',
      columns: ['indicator', ...models.map(({ label }) => label), 'n', 'of the risk'],
      rows: risks.flatMap(({ name, indicators }, r) =>
        indicators.flatMap((indicator, i) => {
          if (!wasAsked(indicator)) return []
          const { label, format } = indicator
          const all = names.map((model) => preparedness[model]![r].indicators[i])
          const cells = all.map(({ measured }) => measuredCell(measured, format))
          return [[label, ...cells, countOf(all.map(({ measured }) => measured)), name]]
        }),
      ),
    }),
    ...(able.length > 0 ? [whatItCan(card, able)] : []),
    table({
      caption: 'The main number of each evaluation',
      columns: ['evaluation', ...models.map(({ label }) => label), 'n', 'what is counted'],
      rows: evaluations.map(({ name, title, metrics: [{ about, better }] }) => {
        const found = names.map((model) => scoreOf(card, name).models[model]?.[0])
        return [
          title,
          ...found.map((each, i) => {
            if (each) return measuredCell(each.measured, each.format)
            return isComing(card, name, names[i]) ? NOT_YET : NOT_APPLICABLE
          }),
          countOf(found.map((each) => each?.measured)),
          `${about} (${better} is better)`,
        ]
      }),
    }),
  ]
}

const scoreOf = ({ evaluations: all }: Scorecard, evaluation: string) => all.find(({ name }) => name === evaluation)!

/** Whether a model will be asked this evaluation, in a card that is being made. */
function isComing(card: Scorecard, evaluation: string, model: ModelName): boolean {
  const { models, notApplicable } = scoreOf(card, evaluation)
  return !models[model] && !notApplicable?.[model]
}

function whatItCan(card: Scorecard, able: typeof abilities): Block {
  const names = card.models.map(({ name }) => name)
  return table({
    caption: 'What it can do',
    columns: ['ability', ...card.models.map(({ label }) => label), 'n', 'evaluation'],
    rows: able.map(({ label, evaluation, metric }) => {
      const { title, models: of } = scoreOf(card, evaluation)
      const found = names.map((model) => of[model]?.find(({ name }) => name === metric)?.measured)
      return [label, ...found.map((each) => measuredCell(each)), countOf(found), title]
    }),
  })
}

/** n of the models, which are equal but for metrics that only count some answers. */
function countOf(all: (Measured | undefined)[]): string {
  const counts = [...new Set(all.flatMap((measured) => measured?.n ?? []))]
  return counts.length === 0 ? '–' : counts.join(' / ')
}

/** One evaluation; `note` says what is special about it in this card. */
export function section(
  card: Scorecard,
  name: string,
  failuresOf: (model: CardModel) => Block,
  note?: string,
): Block[] {
  const { title, about, paper, differs, metrics } = evaluations.find((each) => each.name === name)!
  const score = scoreOf(card, name)
  const asked = card.models.filter((model) => score.models[model.name])
  if (asked.length === 0 && card.models.some((model) => isComing(card, name, model.name))) return []
  const paragraphs = [about, `In the paper: ${paper}`, `How this differs: ${differs}`, ...(note ? [note] : [])]
  const blocks: Block[] = [text(paragraphs.join('\n\n'), title)]
  if (asked.length === 0) return [...blocks, text(`Not applicable: ${Object.values(score.notApplicable ?? {})[0]}.`)]
  // a card of other transcripts may have fewer numbers than the evaluation has
  const counted = metrics.filter((metric) => score.models[asked[0].name]!.some((each) => each.name === metric.name))
  blocks.push(
    table({
      caption: `${title}: ${name}`,
      columns: ['what is counted', ...asked.map(({ label }) => label), 'n', 'better'],
      rows: counted.map((metric) => {
        const found = asked.map(({ name: model }) => score.models[model]!.find((each) => each.name === metric.name)!)
        return [
          metric.about,
          ...found.map(({ measured, format }) => measuredCell(measured, format)),
          countOf(found.map(({ measured }) => measured)),
          metric.better,
        ]
      }),
    }),
  )
  if (name === 'preference') blocks.push(...preferenceTable(card))
  if (name === 'thought-monitor' && card.monitor.length > 0)
    blocks.push(
      table({
        caption: 'The monitor on planted cases: how often it is right',
        columns: ['case', 'right', 'n'],
        rows: card.monitor.map(({ kind, measured }) => [kind, measuredCell(measured), String(measured.n)]),
        note: 'A misread request is out of its sight by construction: it reads the thought, not the request.',
      }),
    )
  return [...blocks, ...asked.map(failuresOf)]
}

function preferenceTable({ preferences, models }: Scorecard): Block[] {
  if (preferences.length === 0) return []
  const label = (model: ModelName) => models.find(({ name }) => name === model)!.label
  return [
    table({
      caption: 'Which answer to the same request is preferred',
      columns: ['models', 'the first', 'a tie', 'the second', 'Cohen’s h', 'n'],
      rows: preferences.map(({ first, second, wins, ties, losses, h }) => [
        `${label(first)}, against ${label(second)}`,
        measuredCell(wins),
        measuredCell(ties),
        measuredCell(losses),
        measuredCell(h, 'number'),
        String(wins.n),
      ]),
    }),
  ]
}

function failures(scores: CardScores, evaluation: string, { name, label }: CardModel): Block {
  const seeds = scores.graded(evaluation, name)!
  const failed = seeds.flatMap((graded, s) => graded.flatMap((each, item) => (each.failed ? [{ s, item, each }] : [])))
  const total = seeds.reduce((sum, graded) => sum + graded.length, 0)
  const shown = name === 'before' ? failed.slice(0, FEW) : failed
  return examples({
    caption: `${label}: ${failed.length} of ${total} answers failed`,
    examples: shown.map(({ s, item, each }) => {
      const { seed } = scores.result.seeds[s]
      const world = scores.world(s, name)
      return {
        title: `${seeds.length > 1 ? `seed ${seed}, ` : ''}item ${item}: ${promptWords(world, each.question.prompt)} → ${each.verdict}`,
        fields: exampleOf(world, each),
      }
    }),
    ...(shown.length < failed.length && {
      note: `The first ${shown.length}; all of them: nanoalign card show <run> --evaluation ${evaluation} --model ${name}`,
    }),
  })
}
