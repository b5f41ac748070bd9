// How linear the task is in the strong model, before and after it was finetuned on weak labels (§5.2.3, Fig. 11).

import { plainly } from '../bench.ts'
import { activationsOf, probed } from '../probing.ts'
import { short } from '../result.ts'
import type { Place } from '../seed.ts'

export async function saliencyProbes(place: Place): Promise<Record<string, number[]>> {
  const { at, strongBase, weak, family, k, label } = place
  const { runner, stages, worlds } = at.context
  const task = { base: strongBase, worldSeed: at.seed, family, k }
  const { value } = await runner.stage(
    stages.finetune,
    { ...task, ...plainly, split: 'B', labels: { weak: [weak], hard: false }, features: true },
    { label: label('student (naive), for its features') },
  )
  const before = await activationsOf(runner, stages, task, label('features'))
  // probes see the truth of half A, which the student was not finetuned on
  const truth = worlds.task(at.seed, family, k, 'A').labels
  return {
    'lp(weak)': short(probed(before, 'B', weak.value.onB).onTest),
    'lp(gt)': short(probed(before, 'A', truth).onTest),
    'ft(weak) then lp(gt)': short(probed(value.features!, 'A', truth).onTest),
  }
}
