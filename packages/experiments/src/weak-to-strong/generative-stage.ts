// Generative finetuning (Burns et al. 2023, §5.2.2): before it learns the task, a model is trained to predict the
// texts of the task's items, labels aside.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, Parameters, readModel, writeModel } from '@nanoalign/model'
import { type LanguageBatch, languageModelTask, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining } from '../training.ts'
import { modelBytes, trainingWork } from '../work.ts'
import { createAttributeWorld, rowLength } from './attribute-world.ts'
import type { Pretrained } from './pretrain-stage.ts'
import { rewardTexts } from './reward-world.ts'
import { comparisonCount, taskSize } from './task-size.ts'
import { familyNamed } from './tasks/index.ts'
import { BATCH } from './worlds/batch.ts'
import type { Worlds } from './worlds/index.ts'

export interface GenerativeInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  /** the family whose task's texts are read, or the comparisons of reward models */
  of: string
  k: number
}

/** Instead of a family: the texts of reward models. */
export const REWARD_TEXTS = 'rm'

const EPOCHS = 2

export function generativeStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<GenerativeInputs, Pretrained>({
    name: 'w2s-generative',
    version: 1,
    async run({ base, worldSeed, of, k }, context) {
      const { model, losses, knowledge } = base.value
      const { config } = model
      const world = worlds.open(of === REWARD_TEXTS ? 'attributes' : familyNamed(of).world, worldSeed)
      const rows =
        of === REWARD_TEXTS ? rewardTexts(createAttributeWorld(worldSeed), k) : textsOf(worlds, worldSeed, of, k)
      const T = rows[0].length - 1
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(model.values)
      const perEpoch = Math.floor(rows.length / BATCH)
      const steps = EPOCHS * perEpoch
      const orders = Array.from({ length: EPOCHS }, (_, epoch) =>
        new Random(worldSeed, `w2s/generative/${of}_${k}/${epoch}`).shuffle([...rows]),
      )
      const batchAt = (step: number) => {
        const start = (step % perEpoch) * BATCH
        return batch(
          orders[Math.floor(step / perEpoch)].slice(start, start + BATCH),
          config.outputSize ?? config.vocabSize,
        )
      }
      await runTraining(context, (options) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, { B: BATCH, T }, batchAt), {
          beta2: 0.98,
          weightDecay: 0,
          ...options,
          steps,
          schedule: {
            kind: 'cosine',
            peak: world.finetuning.peak / config.nEmbd,
            warmup: Math.round(0.1 * steps),
            floor: 0.05,
          },
          checkpoint: undefined,
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values }, losses, knowledge }
    },
    encode: ({ model, losses, knowledge }) => ({
      'model.safetensors': writeModel(gptParameters(model.config), model),
      'metrics.json': encodeJson({ losses, knowledge }),
    }),
    decode: (blobs) =>
      ({ model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }) as Pretrained,
    plan({ base, of }) {
      const { config } = base.value.model
      const read =
        of === REWARD_TEXTS
          ? { items: 2 * (comparisonCount('A') + comparisonCount('B')), inputLength: rowLength }
          : { ...taskSize(worlds, of, 'A'), items: taskSize(worlds, of, 'A').items + taskSize(worlds, of, 'B').items }
      const steps = EPOCHS * Math.floor(read.items / BATCH)
      const work = trainingWork(config, { B: BATCH, T: read.inputLength - 1, steps })
      return { ...work, bytes: modelBytes(config), config }
    },
  })
}

/** The items of both halves, as texts. */
function textsOf(worlds: Worlds, seed: number, family: string, k: number): Uint32Array[] {
  return (['A', 'B'] as const).flatMap((split) => {
    const { inputs, items, inputLength: T } = worlds.task(seed, family, k, split)
    return Array.from({ length: items }, (_, i) => inputs.subarray(i * T, (i + 1) * T))
  })
}

/** Next-token examples, without those that a model never predicts (nouns). */
function batch(rows: Uint32Array[], outputSize: number): LanguageBatch {
  const T = rows[0].length - 1
  const targets = Uint32Array.from(rows.flatMap((row) => [...row.subarray(1)]))
  const predicted = targets.map((id) => Number(id < outputSize))
  const count = Math.max(
    1,
    predicted.reduce((a, b) => a + b, 0),
  )
  return {
    ids: Uint32Array.from(rows.flatMap((row) => [...row.subarray(0, T)])),
    targets: targets.map((id, i) => id * predicted[i]),
    weights: Float32Array.from(predicted, (weight) => weight / count),
  }
}
