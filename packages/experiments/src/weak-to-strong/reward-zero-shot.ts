// What the strong model prefers without any finetuning: the text after which label token 1 gains more on label token 0.

import type { Gpu } from '@nanoalign/kernels'
import { Parameters } from '@nanoalign/model'
import { rewardParameters, rewardReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { toBytes, toFloats } from '../training.ts'
import { readingWork } from '../work.ts'
import { createAttributeWorld, labelTokens } from './attribute-world.ts'
import type { Pretrained } from './pretrain-stage.ts'
import { preferencesOf } from './reward-stage.ts'
import { comparisons, textLength } from './reward-world.ts'
import { comparisonCount } from './task-size.ts'

export interface RewardZeroShotInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  k: number
}

/** P(the second text is better) of the test pairs: a reward model whose head is the difference of the two embeddings. */
export function rewardZeroShotStage(gpu: Gpu) {
  return defineStage<RewardZeroShotInputs, Float32Array>({
    name: 'w2s-reward-zero-shot',
    version: 1,
    async run({ base, worldSeed, k }) {
      const { config, values } = base.value.model
      const [zero, one] = labelTokens
      const embedding = (token: number, c: number) => values['wte.weight'][token * config.nEmbd + c]
      const head = Float32Array.from({ length: config.nEmbd }, (_, c) => embedding(one, c) - embedding(zero, c))
      const parameters = new Parameters(gpu, rewardParameters(config))
      parameters.load({ ...values, 'head.weight': head, 'head.bias': new Float32Array(1) })
      const readout = await rewardReadout(gpu, config, parameters, { texts: 200, T: textLength })
      const preferences = await preferencesOf(readout, comparisons(createAttributeWorld(worldSeed), k, 'test'))
      readout.destroy()
      parameters.destroy()
      return preferences
    },
    encode: (onTest) => ({ 'on-test.f32': toBytes(onTest) }),
    decode: (blobs) => toFloats(blobs['on-test.f32']),
    plan({ base }) {
      const pairs = comparisonCount('test')
      return {
        ...readingWork(base.value.model.config, { rows: 2 * pairs, T: textLength, batch: 200 }),
        bytes: 4 * pairs,
      }
    },
  })
}
