// The strong model's own preference between the two label tokens, with no finetuning at all.

import type { Gpu } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { nextTokenReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { readingWork } from '../work.ts'
import { attributeTask, type TaskFamily } from './attribute-tasks.ts'
import { createAttributeWorld, labelTokens } from './attribute-world.ts'
import type { Pretrained } from './stages.ts'
import { taskSize } from './task-size.ts'

export interface ZeroShotInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: TaskFamily
  k: number
}

/** 1 for each test item where token 1 wins. */
export function zeroShotStage(gpu: Gpu) {
  return defineStage<ZeroShotInputs, Uint8Array>({
    name: 'w2s-zero-shot',
    version: 1,
    async run({ base, worldSeed, family, k }) {
      const { config, values } = base.value.model
      const test = attributeTask(createAttributeWorld(worldSeed), family, k, 'test')
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const readout = await nextTokenReadout(gpu, config, parameters, { B: 200, T: test.inputLength })
      const logits = await readout.run(test.inputs)
      readout.destroy()
      parameters.destroy()
      const width = config.outputSize!
      return Uint8Array.from({ length: logits.length / width }, (_, i) =>
        Number(logits[i * width + labelTokens[1]] > logits[i * width + labelTokens[0]]),
      )
    },
    encode: (chosen) => ({ 'chosen.u8': chosen }),
    decode: (blobs) => blobs['chosen.u8'],
    plan({ base, family }) {
      const { items, inputLength } = taskSize(family, 'test')
      const shape = { rows: items, T: inputLength, batch: 200 }
      return { ...readingWork(base.value.model.config, shape), bytes: items }
    },
  })
}
