// The expensive steps of the study, each a pure function of its inputs.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, Parameters, readModel, writeModel } from '@nanoalign/model'
import { languageModelTask, train } from '@nanoalign/trainer'
import {
  capabilityRows,
  createPolicyWorld,
  judgeCompletion,
  type PolicyWorld,
  type PolicyWorldFile,
  promptTokens,
  type Request,
  safetyTrainingRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining } from '../training.ts'
import type { Selection, Supervision } from './arms.ts'
import { Engine, policyConfig } from './engine.ts'
import { type FilterQuality, filterSamples, type Generated } from './filter.ts'
import { judgeByModel } from './model-judge.ts'
import type { DeliberativeOptions, JudgeOptions } from './options.ts'
import { safetyBatch, type SafetyExample } from './safety-batch.ts'
import { packRows, unpackRows } from './token-rows.ts'

export interface BaseInputs {
  world: PolicyWorldFile
  seed: number
  model: DeliberativeOptions['model']
  base: DeliberativeOptions['base']
}

export interface Trained {
  model: ModelFile
  /** training loss of every step, nats per predicted token */
  losses: number[]
}

export interface GenerateInputs {
  world: PolicyWorldFile
  seed: number
  base: Artifact<Trained>
  prompts: number
  samples: number
  /** half of the prompts in an encoding */
  encoded: boolean
  /** thoughts of the model judge per request */
  judgeRuns: number
}

export interface SftInputs {
  world: PolicyWorldFile
  seed: number
  base: Artifact<Trained>
  data: Artifact<Generated[]>
  encoded: boolean
  selection: Selection
  supervision: Supervision
  judge: JudgeOptions
  sft: DeliberativeOptions['sft']
}

export interface Tuned extends Trained {
  quality: FilterQuality
}

const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01 } as const

export function trainingBase(gpu: Gpu) {
  return defineStage<BaseInputs, Trained>({
    name: 'deliberative-base',
    version: 1,
    async run({ world: file, seed, model, base: { steps, batch: B, lr } }, context) {
      const world = createPolicyWorld(file, seed)
      const config = policyConfig(world, model)
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(seed, 'deliberative/init').uint32())
      const T = world.layout.rowLength - 1
      const batchAt = (step: number) => capabilityRows(world, new Random(seed, `deliberative/base/${step}`), B)
      const losses = await runTraining(context, (options) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, { B, T }, batchAt), {
          ...OPTIMIZER,
          ...options,
          steps,
          schedule: { kind: 'cosine', peak: lr, warmup: Math.min(20, Math.ceil(steps / 10)), floor: 0.05 },
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values }, losses }
    },
    encode: encodeTrained,
    decode: decodeTrained,
  })
}

const encodeTrained = ({ model, ...rest }: Trained) => ({
  'model.safetensors': writeModel(gptParameters(model.config), model),
  'metrics.json': encodeJson(rest),
})
const decodeTrained = (blobs: Record<string, Uint8Array>) =>
  ({ model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }) as Trained
