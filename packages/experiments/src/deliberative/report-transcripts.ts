// Example transcripts, right and wrong, chosen by rule: the first item of a set that fits.

import { type Block, number, table } from '../report/report.ts'
import { arms } from './arms.ts'
import type { Scores } from './scores.ts'
import { transcript } from './transcript.ts'

/** What the main arm got right and wrong: `[test set, right?]`. */
const WANTED = [
  ['id', true],
  ['stacked', true],
  ['id', false],
  ['lookalike', false],
  ['spelled', false],
] as const

export function transcriptBlocks(scores: Scores): Block[] {
  const main = (['sft-rl', 'sft'] as const).find((arm) => scores.arms.includes(arm)) ?? scores.arms[0]
  return WANTED.flatMap(([set, wanted]) => {
    const item = scores.judgements(0, main, set).findIndex(({ right }) => right === wanted)
    if (item < 0) return []
    const { request, truth, clauses, arms: answers } = transcript(scores, 0, set, item)
    return table({
      caption: `“${request}” (${set}, item ${item}): ${arms[main].label} is ${wanted ? 'right' : 'wrong'}`,
      columns: ['arm', 'thought', 'answer', 'judge', 'verdict'],
      rows: answers.map(({ arm, thought, answer, score, verdict }) => [
        arms[arm].label,
        thought,
        answer,
        score === undefined ? '–' : number(score, 2),
        verdict,
      ]),
      note: `The policy: ${clauses.map(({ text }) => text).join('; ')}. Right: ${truth}.`,
    })
  })
}
