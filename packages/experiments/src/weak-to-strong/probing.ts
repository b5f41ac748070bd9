// Probe mode (Burns et al. 2023, appendix D.2): every model is frozen, and supervisors, students and ceilings are logistic
// regressions on its features. The features of a model are computed once; after that a whole grid takes seconds.

import type { Gpu } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { featureReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage, type Runner } from '../stages/stage.ts'
import { toBytes, toFloats } from '../training.ts'
import { readingWork } from '../work.ts'
import { fitProbe } from './logistic-regression.ts'
import type { Pretrained } from './pretrain-stage.ts'
import type { WeakToStrongStages } from './stages.ts'
import { taskSize } from './task-size.ts'
import { promptsOf } from './tasks/index.ts'
import type { Worlds } from './worlds/index.ts'

/** (items, nEmbd) per split: the final hidden state at the last input token. */
export type Activations = Record<'A' | 'B' | 'test', Float32Array>

export interface ActivationInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: string
  k: number
}

const SPLITS = ['A', 'B', 'test'] as const

export function activationStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<ActivationInputs, Activations>({
    name: 'w2s-activations',
    version: 1,
    async run({ base, worldSeed, family, k }) {
      const { config, values } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const tasks = SPLITS.map((split) => worlds.task(worldSeed, family, k, split))
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
      const tasks = SPLITS.map((split) => taskSize(worlds, family, split))
      const rows = tasks.reduce((sum, { items }) => sum + items, 0)
      const work = readingWork(config, { rows, T: tasks[0].inputLength, batch: 200 })
      return { ...work, bytes: 4 * rows * config.nEmbd }
    },
  })
}

/** The features of a task's items; families that ask about the same prompts share theirs. */
export async function activationsOf(
  runner: Runner,
  stages: WeakToStrongStages,
  { base, worldSeed, family, k }: ActivationInputs,
  label: string,
): Promise<Activations> {
  const { family: first, ofAnyTask } = promptsOf(family)
  const same = { family: first, k: ofAnyTask ? 0 : k }
  return (await runner.stage(stages.activations, { base, worldSeed, ...same }, { label })).value
}

/** P(label = 1) of half B's and the test items, by a probe fitted on a half's features and labels. */
export function probed(features: Activations, on: 'A' | 'B', labels: ArrayLike<number>) {
  // in a plan nothing is known of the features
  if (features[on].length === 0) return { onB: new Float32Array(), onTest: new Float32Array() }
  const probe = fitProbe(features[on], labels)
  return { onB: probe.predict(features.B), onTest: probe.predict(features.test) }
}
