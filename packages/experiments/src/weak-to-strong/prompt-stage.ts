// What a pretrained model answers when it is asked in words: by its own preference between the two label tokens, after the
// item alone (zero-shot) or after examples.

import type { Gpu } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { nextTokenReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { readingWork } from '../work.ts'
import type { Beliefs } from './finetune-stage.ts'
import type { Pretrained } from './pretrain-stage.ts'
import { taskSize } from './task-size.ts'
import { familyNamed } from './tasks/index.ts'
import type { Worlds } from './worlds/index.ts'

export interface PromptInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: string
  k: number
  /** the item as in finetuning; or an episode with so many examples of half B, labelled truly or by a weak model */
  prompt: 'item' | { shots: number; labels: 'ground-truth' | Artifact<Beliefs> }
}

/** 1 for each test item after which token 1 is the more probable of the two. */
export function promptStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<PromptInputs, Uint8Array>({
    name: 'w2s-zero-shot',
    version: 2,
    async run({ base, worldSeed, family, k, prompt }) {
      const { config, values } = base.value.model
      const world = worlds.open(familyNamed(family).world, worldSeed)
      const test = worlds.task(worldSeed, family, k, 'test')
      const episodes = () => {
        if (prompt === 'item') return test
        if (!world.prompts) throw new Error(`prompts: the world of ${family} has no in-context episodes`)
        const task = worlds.task(worldSeed, family, k, 'B')
        const labels = prompt.labels === 'ground-truth' ? Float32Array.from(task.labels) : prompt.labels.value.onB
        return world.prompts({ task, labels }, test, k, prompt.shots)
      }
      const { inputs, inputLength } = episodes()
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const readout = await nextTokenReadout(gpu, config, parameters, { B: 200, T: inputLength })
      const logits = await readout.run(inputs)
      readout.destroy()
      parameters.destroy()
      const width = config.outputSize ?? config.vocabSize
      const [zero, one] = world.labelTokens
      return Uint8Array.from({ length: logits.length / width }, (_, i) =>
        Number(logits[i * width + one] > logits[i * width + zero]),
      )
    },
    encode: (chosen) => ({ 'chosen.u8': chosen }),
    decode: (blobs) => blobs['chosen.u8'],
    plan({ base, family, prompt }) {
      const { items, inputLength } = taskSize(worlds, family, 'test')
      const T = prompt === 'item' ? inputLength : 2 * prompt.shots + 3
      return { ...readingWork(base.value.model.config, { rows: items, T, batch: 200 }), bytes: items }
    },
  })
}
