// Students of supervisors with other errors, as many as the weak supervisor's; and imitation made trivial (appendix E).

import { plainly } from '../bench.ts'
import { errorStructures } from '../error-structures.ts'
import type { Labels } from '../finetune-stage.ts'
import { short } from '../result.ts'
import type { Place } from '../seed.ts'

export async function equallyWrong(place: Place): Promise<Record<string, number[]>> {
  const { at, strongBase, family, k, weak, ceiling, label } = place
  const { runner, stages, worlds } = at.context
  const ranked = worlds.task(at.seed, family, k, 'B').difficulty !== undefined
  const train = async (name: string, labels: Labels, hint: boolean): Promise<[string, number[]]> => {
    const { value } = await runner.stage(
      stages.finetune,
      { base: strongBase, worldSeed: at.seed, family, k, ...plainly, split: 'B', labels, hint },
      { label: label(`student of ${name} errors`) },
    )
    return [name, short(value.onTest)]
  }
  const shown = errorStructures.filter((errors) => ranked || (errors !== 'rare' && errors !== 'frequent'))
  return Object.fromEntries(
    await Promise.all([
      ...shown.map((errors) => train(errors, { errors, weak, ceiling }, false)),
      train('hinted', { weak: [weak], hard: false }, true),
    ]),
  )
}
