// The expensive steps of the study, each a pure function of its inputs.

import type { Gpu } from '@nanoalign/kernels'
import { finetuneStage } from './finetune-stage.ts'
import { generativeStage } from './generative-stage.ts'
import { pathStage, pretrainStage, snapshotStage } from './pretrain-stage.ts'
import { activationStage } from './probing.ts'
import { promptStage } from './prompt-stage.ts'
import { rewardStage } from './reward-stage.ts'
import { rewardZeroShotStage } from './reward-zero-shot.ts'
import { Worlds } from './worlds/index.ts'

/** The stages on one device. Tasks on text need a text. */
export function weakToStrongStages(gpu: Gpu, worlds = new Worlds()) {
  return {
    pretrain: pretrainStage(gpu, worlds),
    path: pathStage(gpu, worlds),
    snapshot: snapshotStage,
    generative: generativeStage(gpu, worlds),
    finetune: finetuneStage(gpu, worlds),
    prompt: promptStage(gpu, worlds),
    activations: activationStage(gpu, worlds),
    reward: rewardStage(gpu),
    rewardZeroShot: rewardZeroShotStage(gpu),
  }
}

export type WeakToStrongStages = ReturnType<typeof weakToStrongStages>
