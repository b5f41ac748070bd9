// Every stage that a worker may be asked to run. Training on a text is not among them: its text is not in its inputs.

import type { Gpu } from '@nanoalign/kernels'
import { cardStages } from './card/stages.ts'
import { deliberativeStages } from './deliberative/stages.ts'
import { reasoningStages } from './reasoning/stages.ts'
import type { AnyStage } from './stages/stage-job.ts'
import { gameStages } from './weak-to-strong/games/stages.ts'
import { weakToStrongStages } from './weak-to-strong/stages.ts'
import { Worlds } from './weak-to-strong/worlds/index.ts'

/** `text` is the book of the weak-to-strong tasks on text; without it those stages fail and say so. */
export function experimentStages(gpu: Gpu, text?: string): AnyStage[] {
  return [
    weakToStrongStages(gpu, new Worlds(text)),
    gameStages(gpu),
    deliberativeStages(gpu),
    reasoningStages(gpu),
    cardStages(gpu),
  ].flatMap((stages) => Object.values<AnyStage>(stages))
}
