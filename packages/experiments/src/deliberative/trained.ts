// What the study's trainings have in common.

import type { ModelFile, Parameters } from '@nanoalign/model'
import type { TrainedModel } from '../training.ts'

export interface Trained extends TrainedModel {
  /** mean loss of consecutive tenths of the training, nats per predicted token */
  losses: number[]
}

/** Takes the trained parameters out of the GPU's memory. */
export async function finish(
  parameters: Parameters,
  config: ModelFile['config'],
  losses: readonly number[],
): Promise<Trained> {
  const values = await parameters.toHost()
  parameters.destroy()
  const tenth = (i: number) => losses.slice((i * losses.length) / 10, ((i + 1) * losses.length) / 10)
  const means = Array.from({ length: losses.length < 10 ? 0 : 10 }, (_, i) => {
    const part = tenth(i)
    return part.reduce((a, b) => a + b, 0) / part.length
  })
  return { model: { config, values }, losses: means }
}
