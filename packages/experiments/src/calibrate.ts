// How fast a device trains: a small and a larger model, from which the time of other sizes is estimated as
// submits × seconds per submit + floating-point operations ÷ operations per second.

import { type Gpu, Random } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, Parameters } from '@nanoalign/model'
import { languageModelTask, train } from '@nanoalign/trainer'
import { trainingWork, type Work } from './work.ts'

export interface Calibration {
  secondsPerSubmit: number
  flopsPerSecond: number
}

const SMALL = { config: { vocabSize: 64, blockSize: 16, nLayer: 1, nHead: 1, nEmbd: 16 }, B: 8, T: 16, steps: 60 }
const LARGE = { config: { vocabSize: 128, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 64 }, B: 32, T: 64, steps: 16 }
const WARM_UP = 4

/** Takes some seconds. `now` in milliseconds. */
export async function calibrate(gpu: Gpu, now: () => number = () => performance.now()): Promise<Calibration> {
  const [small, large] = [await secondsPerStep(gpu, SMALL, now), await secondsPerStep(gpu, LARGE, now)]
  const flops = ({ config, B, T }: typeof SMALL) => trainingWork(config, { B, T, steps: 1 }).flops
  const slope = Math.max(0, large - small) / (flops(LARGE) - flops(SMALL))
  const secondsPerSubmit = Math.max(0, small - slope * flops(SMALL))
  return { secondsPerSubmit, flopsPerSecond: slope > 0 ? 1 / slope : Number.POSITIVE_INFINITY }
}

export function estimatedSeconds({ secondsPerSubmit, flopsPerSecond }: Calibration, { flops, submits }: Work): number {
  return submits * secondsPerSubmit + flops / flopsPerSecond
}

async function secondsPerStep(
  gpu: Gpu,
  { config, B, T, steps }: { config: GPTConfig; B: number; T: number; steps: number },
  now: () => number,
): Promise<number> {
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(1)
  const random = new Random(1, 'calibration')
  const tokens = () => Uint32Array.from({ length: B * T }, () => random.integer(config.vocabSize))
  const batch = { ids: tokens(), targets: tokens(), weights: new Float32Array(B * T).fill(1 / (B * T)) }
  const events = train(
    gpu,
    parameters,
    (loss) => languageModelTask(gpu, config, parameters, loss, { B, T }, () => batch),
    { steps, schedule: { kind: 'cosine', peak: 1e-3, warmup: 1, floor: 0.1 }, pauseEvery: WARM_UP },
  )
  let start: number | undefined
  let first = 0
  let end = 0
  for await (const { step } of events) {
    end = now()
    if (start === undefined) {
      start = end
      first = step
    }
  }
  parameters.destroy()
  return (end - start!) / 1000 / (steps - first)
}
