// What a run leaves behind besides its report: the result, and the parts of it that people read line by line.

import {
  type CardResult,
  CardScores,
  cardRecords,
  type DeliberativeResult,
  DeliberativeScores,
  type GameResult,
  metricRows,
  type Scorecard,
  scorecard,
  transcriptRecords,
  type WeakToStrongResult,
} from '@nanoalign/experiments'
import type { Run, RunStore } from './run-folder.ts'

/** Writes the files of a finished experiment into its run's folder, result.json last. */
export async function writeResult(store: RunStore, { id, config }: Omit<Run, 'state'>, result: object): Promise<void> {
  if (config.command === 'w2s') await store.writeLines(id, 'metrics.jsonl', metricLines(result as WeakToStrongResult))
  if (config.command === 'w2s-game') await store.writeLines(id, 'metrics.jsonl', gameMetricLines(result as GameResult))
  if (config.command === 'deliberate') {
    const { seeds } = result as DeliberativeResult
    const scores = new DeliberativeScores(result as DeliberativeResult)
    await store.writeLines(id, 'transcripts.jsonl', [...transcriptRecords(scores)])
    await store.writeJson(id, 'metrics.json', metricRows(scores))
    const samples = seeds.flatMap(({ seed, safetyData = [] }) => safetyData.map((each) => ({ seed, ...each })))
    await store.writeLines(id, 'safety-data.jsonl', samples)
    const groups = seeds.flatMap(({ seed, arms }) =>
      Object.entries(arms).flatMap(([arm, { rollouts = [] }]) => rollouts.map((each) => ({ seed, arm, ...each }))),
    )
    await store.writeLines(id, 'rollouts.jsonl', groups)
  }
  if (config.command === 'card') {
    const scores = await CardScores.of(result as CardResult)
    await writeScorecard(store, id, scorecard(scores), [...cardRecords(scores)])
  }
  await store.writeJson(id, 'result.json', result)
}

/** The numbers of a card, and every answer that they come from. */
export async function writeScorecard(store: RunStore, id: string, card: Scorecard, records: object[]): Promise<void> {
  await store.writeJson(id, 'card/scorecard.json', card)
  await store.writeLines(id, 'card/transcripts.jsonl', records)
}

/** One line per curve: pretraining losses of each model, test accuracy three times per epoch of each finetuned one. */
function metricLines({ seeds }: WeakToStrongResult): object[] {
  return seeds.flatMap(({ seed, models, tasks }) => [
    ...Object.entries(models).flatMap(([world, sizes]) =>
      Object.entries(sizes).map(([model, base]) => ({ kind: 'pretraining', seed, world, model, ...base })),
    ),
    ...tasks.flatMap(({ family, k, curves }) =>
      Object.entries(curves).map(([model, accuracy]) => ({
        kind: 'finetuning',
        seed,
        task: `${family}_${k}`,
        model,
        accuracy,
      })),
    ),
  ])
}

/** One line per curve: pretraining losses, and validation accuracy at each look of each finetuned model. */
function gameMetricLines({ seeds }: GameResult): object[] {
  return seeds.flatMap(({ seed, sizes, pairs }) => [
    ...Object.entries(sizes).flatMap(([size, { losses, curves }]) => [
      { kind: 'pretraining', seed, size, losses },
      ...Object.entries(curves).map(([model, accuracy]) => ({ kind: 'finetuning', seed, size, model, accuracy })),
    ]),
    ...pairs.flatMap(({ weak, strong, curves }) =>
      Object.entries(curves).map(([method, accuracy]) => ({
        kind: 'finetuning',
        seed,
        weak,
        strong,
        method,
        accuracy,
      })),
    ),
  ])
}
