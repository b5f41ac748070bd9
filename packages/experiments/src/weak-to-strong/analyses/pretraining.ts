// PGR along the strong model's pretraining, from the untrained model on, with one weak supervisor.

import { askEach } from '../../stages/ask-each.ts'
import { plainly } from '../bench.ts'
import { SNAPSHOTS } from '../pretrain-stage.ts'
import { short, type TaskResult } from '../result.ts'
import type { Place } from '../seed.ts'
import { familyNamed } from '../tasks/index.ts'

export async function alongPretraining(place: Place): Promise<TaskResult['pretraining']> {
  const { at, family, k, strong, weak, label } = place
  const { runner, stages } = at.context
  const { world } = familyNamed(family)
  const path = await at.once(`path ${world} ${strong}`, () =>
    runner.stage(stages.path, at.pretraining(world, strong), {
      label: `seed ${at.seed}: ${strong}, points of its pretraining (${world})`,
    }),
  )
  const atPoint = async (share: number, index: number) => {
    const base = await at.once(`snapshot ${world} ${strong} ${index}`, () =>
      runner.stage(stages.snapshot, { path, index }, { label: `seed ${at.seed}: ${strong} at ${share}` }),
    )
    const inputs = { base, worldSeed: at.seed, family, k, ...plainly, split: 'B' } as const
    const [student, ceiling] = await Promise.all([
      runner.stage(
        stages.finetune,
        { ...inputs, labels: { weak: [weak], hard: false } },
        { label: label(`student at ${share} of its pretraining`) },
      ),
      runner.stage(
        stages.finetune,
        { ...inputs, labels: 'ground-truth' },
        { label: label(`ceiling at ${share} of its pretraining`) },
      ),
    ])
    const { knowledge } = base.value
    return { share, knowledge, student: short(student.value.onTest), ceiling: short(ceiling.value.onTest) }
  }
  return askEach(runner, SNAPSHOTS, atPoint)
}
