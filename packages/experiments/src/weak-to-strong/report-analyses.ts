// Further parts of the paper on the main pair: equally wrong supervisors (Figs. 25, 27) and linear saliency (Fig. 11).

import { type Block, figure } from '../report/report.ts'
import { accuracyInterval, type Correctness, resampleAccuracies } from '../statistics/bootstrap.ts'
import { rewardBlocks } from './report-reward.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'
import { bootstrapOptions, correct, once, pairResults, summaryOf } from './scores.ts'

const structures: Record<string, string> = {
  weak: 'the weak model’s own errors',
  random: 'random errors',
  rare: 'errors on the hardest items (rarest nouns)',
  frequent: 'errors on the easiest items (most frequent nouns)',
  unsure: 'errors where the ceiling is least sure',
  adversarial: 'errors where the ceiling is surest',
  hinted: 'own errors, label in the prompt',
}

export function analysisBlocks(result: WeakToStrongResult): Block[] {
  const [first] = result.seeds
  return [
    ...(first.tasks[0].errors ? [errorFigure(result)] : []),
    ...(first.tasks[0].probes ? [saliencyFigure(result)] : []),
    ...(first.reward ? rewardBlocks(result) : []),
  ]
}

/** The naive students of equally wrong supervisors. */
export function errorSummaries(result: WeakToStrongResult, family: string) {
  const { tasks } = pairResults(result, family)[0]
  return once(tasks, 'errors', () =>
    Object.keys(structures)
      .filter((name) => tasks[0][0].errors![name])
      .map((name) => ({ name, summary: summaryOf(tasks, family, (task) => task.errors![name]) })),
  )
}

function errorFigure(result: WeakToStrongResult): Block {
  const { families } = result.options
  const all = families.map((family) => errorSummaries(result, family))
  return figure({
    kind: 'bars',
    title: 'Supervisors that are equally often wrong',
    caption:
      'PGR of students of rounded labels with as many errors as the weak model makes, placed differently; and of the ' +
      'naive student when each prompt ends with the weak label, so that imitation is trivial.',
    groups: families,
    y: { label: 'PGR' },
    series: Object.entries(structures).map(([name, about]) => ({
      name: about,
      values: all.map((own) => own.find((s) => s.name === name)?.summary.pgr),
    })),
  })
}

/** Accuracies of the paper's five strategies, in its order, after the strong model asked directly. */
export function saliency(result: WeakToStrongResult, family: string) {
  const { tasks } = pairResults(result, family)[0]
  const of = (pick: (task: TaskResult) => number[]) => correct(tasks, pick)
  const names = ['zero-shot', 'lp(weak)', 'lp(gt)', 'ft(weak)', 'ft(weak) then lp(gt)', 'ft(gt)'] as const
  const models: Record<(typeof names)[number], Correctness> = {
    'zero-shot': of((task) => task.zeroShot),
    'lp(weak)': of((task) => task.probes!['lp(weak)']),
    'lp(gt)': of((task) => task.probes!['lp(gt)']),
    'ft(weak)': of((task) => task.students.naive),
    'ft(weak) then lp(gt)': of((task) => task.probes!['ft(weak) then lp(gt)']),
    'ft(gt)': of((task) => task.ceiling),
  }
  const resampled = resampleAccuracies(models, bootstrapOptions(family))
  return names.map((name) => ({ name, ...accuracyInterval(resampled, name) }))
}

function saliencyFigure(result: WeakToStrongResult): Block {
  const { families } = result.options
  const all = families.map((family) => saliency(result, family))
  return figure({
    kind: 'bars',
    title: 'How linear is the task, before and after finetuning?',
    caption:
      'Test accuracy of the strong model: linear probes (lp) on frozen features and finetuning (ft), on weak labels or on ' +
      'the truth (gt). Probes on the truth see half A, which no finetuning here has seen.',
    groups: families,
    y: { label: 'test accuracy', format: 'percent', domain: [0.4, 1] },
    series: all[0].map(({ name }, i) => ({ name, values: all.map((own) => own[i]) })),
    references: [{ y: 0.5, label: 'chance' }],
  })
}
