// PGR and the number of weak labels: students and ceilings that see a part of half B, for as many steps.

import { askEach } from '../../stages/ask-each.ts'
import { plainly } from '../bench.ts'
import type { ItemChoice } from '../items.ts'
import { short, type TaskResult } from '../result.ts'
import type { Place } from '../seed.ts'

/** Shares of half B's items; the last is the naive student and the ceiling of the study. */
export const LABEL_SHARES = [0.1, 0.2, 0.4, 0.7, 1] as const

export async function fewerLabels({ at, strongBase, weak, label, ...place }: Place): Promise<TaskResult['labels']> {
  const { runner, stages, worlds } = at.context
  const task = { worldSeed: at.seed, family: place.family, k: place.k }
  const all = worlds.task(at.seed, place.family, place.k, 'B').items
  const ofShare = async (share: number) => {
    const count = Math.round(share * all)
    const items: ItemChoice = share === 1 ? 'all' : { random: count }
    const inputs = { base: strongBase, ...task, ...plainly, split: 'B', items } as const
    const [student, ceiling] = await Promise.all([
      runner.stage(
        stages.finetune,
        { ...inputs, labels: { weak: [weak], hard: false } },
        { label: label(`student of ${count} labels`) },
      ),
      runner.stage(
        stages.finetune,
        { ...inputs, labels: 'ground-truth' },
        { label: label(`ceiling of ${count} labels`) },
      ),
    ])
    return { count, student: short(student.value.onTest), ceiling: short(ceiling.value.onTest) }
  }
  return askEach(runner, LABEL_SHARES, ofShare)
}
