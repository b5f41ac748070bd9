// The report: what safety training did, arm by arm, on every test set, with intervals over seeds and requests.

import { metricAbout, outOfDistribution, type TestSet, testSetAbout, testSets } from '../policy-world/index.ts'
import { type Block, figure, type Provenance, type Report, table, text } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { shareInterval } from '../statistics/share-interval.ts'
import { type ArmName, arms } from './arms.ts'
import { cell, label, thinkingArms } from './report-cells.ts'
import { computeBlocks, dataSizeBlocks } from './report-compute.ts'
import { costBlocks } from './report-costs.ts'
import { faithfulnessBlocks } from './report-faithfulness.ts'
import { jailbreakBlocks } from './report-jailbreaks.ts'
import { trainingBlocks } from './report-training.ts'
import { transcriptBlocks } from './report-transcripts.ts'
import type { DeliberativeResult } from './result.ts'
import { Scores } from './scores.ts'

export function deliberativeReport(result: DeliberativeResult, provenance: Provenance): Report {
  const scores = new Scores(result)
  const { seeds, options } = result
  return {
    title: 'Deliberative alignment',
    subtitle:
      'A small model recalls a written specification in its chain of thought and applies it (Guan et al. 2024). ' +
      'A demonstration of the mechanism in a made-up world, never evidence about large models.',
    blocks: [
      // a part of a study may have no arm yet
      ...(options.arms.length > 0 ? answerBlocks(scores) : []),
      ...trainingBlocks(result),
      ...(options.arms.length > 0 ? transcriptBlocks(scores) : []),
      text(limits(seeds.length), 'How to read this'),
    ],
    provenance,
  }
}

/** What the arms answer. */
function answerBlocks(scores: Scores): Block[] {
  return [
    summary(scores),
    mainTable(scores),
    pareto(scores),
    ...costBlocks(scores),
    ...(scores.arms.length > 1 ? [stageBars(scores)] : []),
    recallTable(scores),
    styleTable(scores),
    setTable(scores, 'right', 'Every test set: the right disposition in the right words'),
    setTable(scores, 'notUnsafe', 'Every test set: not unsafe'),
    setTable(scores, 'notOverrefuse', 'Every test set: not over-refused'),
    ...jailbreakBlocks(scores),
    ...dataSizeBlocks(scores),
    ...computeBlocks(scores),
    ...faithfulnessBlocks(scores),
  ]
}

const TRAINED: ArmName[] = ['sft-rl', 'sft']

function summary(scores: Scores): Block {
  const main = TRAINED.find((arm) => scores.arms.includes(arm))
  const shown = (interval: Interval | undefined) => (interval ? `${(100 * interval.value).toFixed(1)} %` : '–')
  const sentence = (arm: ArmName) =>
    `${label(arm)}: ${shown(scores.share(arm, 'id', 'right'))} of the requests like those of training answered as the policy says, ` +
    `${shown(scores.share(arm, outOfDistribution, 'right'))} of those in forms that safety training never had.`
  const compared = (['none', 'direct', main] as const).filter((arm) => arm && scores.arms.includes(arm)) as ArmName[]
  return text(compared.map(sentence).join('\n\n'), 'In short')
}

function mainTable(scores: Scores): Block {
  return table({
    caption: 'Arms',
    columns: [
      'arm',
      'right',
      'right, new forms',
      'not unsafe',
      'not unsafe, new forms',
      'not over-refused',
      'look-alikes',
      'clauses recalled',
      'well-formed',
    ],
    rows: scores.arms.map((arm) => [
      label(arm),
      cell(scores.share(arm, 'id', 'right')),
      cell(scores.share(arm, outOfDistribution, 'right')),
      cell(scores.share(arm, 'id', 'notUnsafe')),
      cell(scores.share(arm, outOfDistribution, 'notUnsafe')),
      cell(scores.share(arm, 'id', 'notOverrefuse')),
      cell(scores.share(arm, 'lookalike', 'notOverrefuse')),
      cell(recall(scores, arm)),
      cell(scores.share(arm, 'id', 'wellFormed')),
    ]),
    note:
      `New forms: ${outOfDistribution.map((set) => testSetAbout[set]).join('; ')}. ` +
      `Clauses recalled: ${metricAbout.recall}. Intervals: 95 %, over seeds and requests. ` +
      'Given and looked-up specifications cost a longer prompt; they are what the others are distilled from.',
  })
}

/** Only thoughts can quote. */
const recall = (scores: Scores, arm: ArmName) =>
  ['direct', 'filler'].includes(arms[arm].decoding) ? undefined : scores.share(arm, 'id', 'recall')

/** Guan et al. 2024, Fig. 2: robustness to jailbreaks against over-refusal. */
function pareto(scores: Scores): Block {
  const series = scores.arms.flatMap((arm) => {
    const x = shareInterval(scores.goodness(arm))
    const y = scores.share(arm, ['lookalike', 'benign', 'exempt'], 'notOverrefuse')
    return x && y ? [{ name: label(arm), points: [{ x: x.value, y: y.value, low: y.low, high: y.high }] }] : []
  })
  return figure({
    kind: 'points',
    title: 'Safety under jailbreaks against over-refusal',
    caption:
      'Right and up is better. x: goodness@0.1, safety under the worst tenth of 40 jailbreaks of each forbidden request. ' +
      'y: look-alikes, harmless requests and exempt requests that were complied with. After Fig. 2 of Guan et al. 2024.',
    x: { label: 'goodness@0.1', format: 'percent', domain: [0, 1] },
    y: { label: 'not over-refused', format: 'percent', domain: [0, 1] },
    series,
  })
}

/** Guan et al. 2024, Fig. 14: the stages of training. */
function stageBars(scores: Scores): Block {
  const wanted: ArmName[] = ['none', 'sft', 'rl', 'sft-rl', 'given-spec', 'looked-up-spec', 'direct', 'direct-rl']
  const shown = scores.arms.filter((arm) => wanted.includes(arm)) // in the order of the other figures: equal colours
  const bar = (interval: Interval | undefined) => interval && { ...interval }
  return figure({
    kind: 'bars',
    title: 'Stages of training',
    caption: 'After Fig. 14 of Guan et al. 2024, whose values are only charted there.',
    groups: ['not unsafe', 'not unsafe, new forms', 'jailbreaks (goodness@0.1)', 'not over-refused', 'right'],
    y: { label: 'share of requests', format: 'percent', domain: [0, 1] },
    series: shown.map((arm) => ({
      name: label(arm),
      values: [
        bar(scores.share(arm, 'id', 'notUnsafe')),
        bar(scores.share(arm, outOfDistribution, 'notUnsafe')),
        bar(shareInterval(scores.goodness(arm))),
        bar(scores.share(arm, ['lookalike', 'benign', 'exempt'], 'notOverrefuse')),
        bar(scores.share(arm, 'id', 'right')),
      ],
    })),
  })
}

function recallTable(scores: Scores): Block {
  const thinking = thinkingArms(scores)
  return table({
    caption: 'Clauses recalled in the thought, by what the policy asks for',
    columns: ['arm', 'refuse', 'safe completion', 'comply'],
    rows: thinking.map((arm) => [
      label(arm),
      cell(scores.share(arm, 'id', 'recall', 'refuse')),
      cell(scores.share(arm, 'id', 'recall', 'safe')),
      cell(scores.share(arm, 'id', 'recall', 'comply')),
    ]),
    note: 'Table 2 of Guan et al. 2024 has 27 → 75 %, 21 → 91 % and 9 → 54 % before and after (category only; here each clause must be right).',
  })
}

function styleTable(scores: Scores): Block {
  return table({
    caption: 'Style adherence: of the answers with the right disposition, those in the right words',
    columns: ['arm', 'refuse', 'safe completion', 'comply'],
    rows: scores.arms.map((arm) => [
      label(arm),
      cell(scores.share(arm, 'id', 'style', 'refuse')),
      cell(scores.share(arm, 'id', 'style', 'safe')),
      cell(scores.share(arm, 'id', 'style', 'comply')),
    ]),
    note: 'Table 1 of Guan et al. 2024, style: hard refusal .79, self-harm .92, regulated advice .65 (o1).',
  })
}

function setTable(scores: Scores, name: 'right' | 'notUnsafe' | 'notOverrefuse', caption: string): Block {
  const sets = testSets.filter((set) => scores.arms.some((arm) => scores.share(arm, set, name)))
  return table({
    caption,
    columns: ['test set', ...scores.arms.map(label)],
    rows: sets.map((set) => [set, ...scores.arms.map((arm) => cell(scores.share(arm, set, name)))]),
    note: name === 'right' ? sets.map((set: TestSet) => `${set}: ${testSetAbout[set]}`).join('; ') : undefined,
  })
}

const limits = (seeds: number) =>
  `${seeds === 1 ? 'One seed: the intervals are over requests only, and other seeds will differ.' : `${seeds} seeds: worlds, base models and all training differ; intervals are over seeds and requests.`} ` +
  'The judge is a copy of the base model with the clauses in its prompt; the world’s own verdict is used for measuring alone, ' +
  'except in the arms with a noisy judge, which is made from it.\n\n' +
  'The base model was trained to follow specifications in its prompt, and the clauses of the right category are short: ' +
  'giving them at inference is an upper bound here, unlike in the paper, where the whole specification does not fit.'
