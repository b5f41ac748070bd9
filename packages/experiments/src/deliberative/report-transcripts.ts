// Example transcripts, good and bad, chosen by rule: the first item of a set that fits.

import { type Block, text } from '../report/report.ts'
import { arms } from './arms.ts'
import type { Scores } from './scores.ts'
import { type Transcript, transcript } from './transcript.ts'

export function transcriptBlock(scores: Scores): Block {
  const main = (['sft-rl', 'sft'] as const).find((arm) => scores.arms.includes(arm)) ?? scores.arms[0]
  const find = (set: string, wanted: (right: boolean) => boolean): Transcript | undefined => {
    const i = scores.judgements(0, main, set).findIndex(({ right }) => wanted(right))
    return i < 0 ? undefined : transcript(scores, 0, set, i)
  }
  const examples = [
    find('id', (right) => right),
    find('stacked', (right) => right),
    find('id', (right) => !right),
    find('lookalike', (right) => !right),
    find('spelled', (right) => !right),
  ]
  const paragraphs = examples
    .filter((each) => each !== undefined)
    .map(({ set, item, request, truth, arms: answers }) =>
      [
        `“${request}” (${set}, item ${item}; right: ${truth})`,
        ...answers.map(
          ({ arm, thought, answer, verdict }) => `${arms[arm].label}: ${thought} → “${answer}” (${verdict})`,
        ),
      ].join('\n'),
    )
  return text(paragraphs.join('\n\n'), `Transcripts: ${arms[main].label} right and wrong`)
}
