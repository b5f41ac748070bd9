// Probe mode (Burns et al. 2023, appendix D.2): every model is frozen, and supervisors, students and ceilings are logistic
// regressions on its features. The features of a model are computed once; after that a whole grid takes seconds.

import type { Gpu } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { featureReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage, type Runner } from '../stages/stage.ts'
import { toBytes, toFloats } from '../training.ts'
import { readingWork } from '../work.ts'
import { attributeTask, type TaskFamily } from './attribute-tasks.ts'
import { createAttributeWorld } from './attribute-world.ts'
import { fitProbe } from './logistic-regression.ts'
import type { Pretrained, WeakToStrongStages } from './stages.ts'
import { taskSize } from './task-size.ts'
import { familyNamed } from './tasks/index.ts'

/** (items, nEmbd) per split: the final hidden state at the last input token. */
export type Activations = Record<'A' | 'B' | 'test', Float32Array>

export interface ActivationInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: TaskFamily
  k: number
}

const SPLITS = ['A', 'B', 'test'] as const

export function activationStage(gpu: Gpu) {
  return defineStage<ActivationInputs, Activations>({
    name: 'w2s-activations',
    version: 1,
    async run({ base, worldSeed, family, k }) {
      const { config, values } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const world = createAttributeWorld(worldSeed)
      const tasks = SPLITS.map((split) => attributeTask(world, family, k, split))
      const readout = await featureReadout(gpu, config, parameters, { B: 200, T: tasks[0].inputLength })
      const features: Float32Array[] = []
      for (const task of tasks) features.push(await readout.run(task.inputs))
      readout.destroy()
      parameters.destroy()
      return { A: features[0], B: features[1], test: features[2] }
    },
    encode: ({ A, B, test }) => ({ 'a.f32': toBytes(A), 'b.f32': toBytes(B), 'test.f32': toBytes(test) }),
    decode: (blobs) => ({
      A: toFloats(blobs['a.f32']),
      B: toFloats(blobs['b.f32']),
      test: toFloats(blobs['test.f32']),
    }),
    plan({ base, family }) {
      const { config } = base.value.model
      const tasks = SPLITS.map((split) => taskSize(family, split))
      const rows = tasks.reduce((sum, { items }) => sum + items, 0)
      const work = readingWork(config, { rows, T: tasks[0].inputLength, batch: 200 })
      return { ...work, bytes: 4 * rows * config.nEmbd }
    },
  })
}

/** The features of a task's items; the one-noun families ask about the same prompts, so they share theirs. */
export async function activationsOf(
  runner: Runner,
  stages: WeakToStrongStages,
  { base, worldSeed, family, k }: ActivationInputs,
  label: string,
): Promise<Activations> {
  const same = familyNamed(family).nouns === 1 ? { family: 'attr', k: 0 } : { family, k }
  return (await runner.stage(stages.activations, { base, worldSeed, ...same }, { label })).value
}

/** P(label = 1) of half B's and the test items, by a probe fitted on a half's features and labels. */
export function probed(features: Activations, on: 'A' | 'B', labels: ArrayLike<number>) {
  // in a plan nothing is known of the features
  if (features[on].length === 0) return { onB: new Float32Array(), onTest: new Float32Array() }
  const probe = fitProbe(features[on], labels)
  return { onB: probe.predict(features.B), onTest: probe.predict(features.test) }
}
