// The bench that methods work on: one task, one pair of sizes, and no truth (methods/method.ts).

import type { Artifact, Runner } from '../stages/stage.ts'
import type { Finetuned, FinetuneInputs } from './finetune-stage.ts'
import type { Bench } from './methods/method.ts'
import type { Pretrained } from './pretrain-stage.ts'
import type { WeakToStrongStages } from './stages.ts'
import { familyNamed } from './tasks/index.ts'
import { ladder, type Worlds } from './worlds/index.ts'

export interface BenchPlace {
  runner: Runner
  stages: WeakToStrongStages
  worlds: Worlds
  /** The pretrained model of a size; `copy` 0 is the study's own, others have read other corpora. */
  base: (size: string, copy?: number) => Promise<Artifact<Pretrained>>
  worldSeed: number
  family: string
  k: number
  weakSize: string
  strong: string
  weak: Artifact<Finetuned>
  /** What a stage is called in the progress line; begins with seed, pair and task. */
  label: (who: string) => string
}

/** A finetuning as supervisors and ceilings get it, but for what is given. */
export const plainly: Omit<FinetuneInputs, 'base' | 'worldSeed' | 'family' | 'k' | 'split' | 'labels'> = {
  draw: 0,
  loss: 'cross-entropy',
  stop: 'never',
  items: 'all',
  verbaliser: false,
  hint: false,
  features: false,
}

export function createBench(place: BenchPlace, method: string): Bench {
  const { runner, stages, worlds, base, worldSeed, family, k, weakSize, strong, weak } = place
  const sizes = ladder()
  const label = place.label(method === 'naive' ? 'student (naive)' : `student (${method})`)
  const task = { worldSeed, family, k }
  const world = worlds.open(familyNamed(family).world, worldSeed)

  async function supervisor(copy: number) {
    const inputs = {
      base: await base(weakSize, copy),
      ...task,
      ...plainly,
      split: 'A',
      labels: 'ground-truth',
    } as const
    return runner.stage(stages.finetune, inputs, { label: place.label(`weak supervisor, copy ${copy}`) })
  }

  return {
    weak,
    between: sizes.slice(sizes.indexOf(weakSize) + 1, sizes.indexOf(strong)),
    strong,
    fresh: world.fresh,
    async supervisors(count) {
      const all = [weak]
      for (let copy = 1; copy < count; copy++) all.push(await supervisor(copy))
      return all
    },
    async train(given = {}) {
      const {
        size = strong,
        labels = [weak],
        hard = false,
        readFirst = false,
        confident = 1,
        stopOn,
        ...recipe
      } = given
      let pretrained = await base(size)
      if (readFirst)
        pretrained = await runner.stage(
          stages.generative,
          { base: pretrained, worldSeed, of: family, k },
          { label: `${label}: reads the task’s texts` },
        )
      const inputs: FinetuneInputs = {
        base: pretrained,
        ...task,
        ...plainly,
        split: 'B',
        labels: { weak: labels, hard },
        items: confident < 1 ? { confident } : 'all',
        stop: stopOn ? { weak: stopOn } : 'never',
        ...recipe,
      }
      return runner.stage(stages.finetune, inputs, { label: size === strong ? label : `${label}, ${size}` })
    },
  }
}

/** The naive student when it was best on the true labels of validation items: for methods that say they look at the truth. */
export async function stoppedOnTruth(place: BenchPlace): Promise<Artifact<Finetuned>> {
  const { runner, stages, base, worldSeed, family, k, strong, weak } = place
  const labels = { weak: [weak], hard: false }
  const inputs = { base: await base(strong), worldSeed, family, k, ...plainly, split: 'B', labels } as const
  return runner.stage(
    stages.finetune,
    { ...inputs, stop: 'ground-truth' },
    { label: place.label('student (stop-truth)') },
  )
}
