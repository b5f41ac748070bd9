// The bench that methods work on: one task, one pair of sizes, and no truth (methods/method.ts).

import type { Artifact, Runner } from '../stages/stage.ts'
import type { TaskFamily } from './attribute-tasks.ts'
import type { Bench, Recipe } from './methods/method.ts'
import { ladder } from './sizes.ts'
import type { Finetuned, Pretrained, WeakToStrongStages } from './stages.ts'
import type { Beliefs, StudentInputs } from './student.ts'

export interface BenchPlace {
  runner: Runner
  stages: WeakToStrongStages
  /** The pretrained model of a size; `copy` 0 is the study's own, others have read other corpora. */
  base: (size: string, copy?: number) => Promise<Artifact<Pretrained>>
  worldSeed: number
  family: TaskFamily
  k: number
  weakSize: string
  strong: string
  weak: Artifact<Finetuned>
  /** What a stage is called in the progress line; begins with seed, pair and task. */
  label: (who: string) => string
}

export function createBench(place: BenchPlace, method: string): Bench {
  const { runner, stages, base, worldSeed, family, k, weakSize, strong, weak } = place
  const sizes = ladder()
  const label = { label: place.label(method === 'naive' ? 'student (naive)' : `student (${method})`) }

  async function student(recipe: Recipe, features: boolean) {
    const { size = strong, labels = [weak], hard = false, loss = 'cross-entropy', keep = 1 } = recipe
    const inputs: StudentInputs = {
      base: await base(size),
      worldSeed,
      family,
      k,
      split: 'B',
      labels: { weak: labels, hard },
      loss,
      keep,
      hint: false,
      features,
    }
    return runner.stage(stages.student, inputs, { label: `${label.label}${features ? ', looked at' : ''}` })
  }

  /** The supervisor's recipe on half A, by a stage that also tells about validation items. */
  async function supervisor(copy: number) {
    const inputs: StudentInputs = {
      base: await base(weakSize, copy),
      worldSeed,
      family,
      k,
      split: 'A',
      labels: 'ground-truth',
      loss: 'cross-entropy',
      keep: 1,
      hint: false,
      features: false,
    }
    return runner.stage(stages.student, inputs, { label: place.label(`weak supervisor, copy ${copy}`) })
  }

  return {
    weak,
    between: sizes.slice(sizes.indexOf(weakSize) + 1, sizes.indexOf(strong)),
    strong,
    async supervisors(count) {
      const all: Artifact<Beliefs>[] = [weak]
      for (let copy = 1; copy < count; copy++) all.push(await supervisor(copy))
      return all
    },
    async weakOnVal() {
      const { looks } = (await supervisor(0)).value
      return looks[looks.length - 1].onVal
    },
    async train(recipe = {}) {
      const { size = strong, labels = [weak], hard, loss = 'cross-entropy', keep = 1 } = recipe
      // what the first version of this study knew has a stage of its own
      const plain = loss === 'cross-entropy' || (typeof loss === 'object' && 'confidence' in loss)
      if (!plain || hard || keep < 1 || labels.length > 1) return student(recipe, false)
      return runner.stage(
        stages.finetune,
        {
          base: await base(size),
          worldSeed,
          family,
          k,
          split: 'B',
          labels: labels[0] as Artifact<Finetuned>,
          loss: loss === 'cross-entropy' ? 'naive' : { alphaMax: loss.confidence },
        },
        size === strong ? label : { label: `${label.label}, ${size}` },
      )
    },
    trainLooking: (recipe = {}) => student(recipe, true),
  }
}
