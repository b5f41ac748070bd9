// How fast a device trains: a small and a larger model, from which the time of other sizes is estimated as
// seconds per stage (its memory is planned) + submits × seconds per submit + operations ÷ operations per second.

import { type Gpu, Random } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, Parameters } from '@nanoalign/model'
import { languageModelTask, train } from '@nanoalign/trainer'
import type { StagePlan } from './stages/stage.ts'
import { trainingWork } from './work.ts'

export interface Calibration {
  secondsPerStage: number
  secondsPerSubmit: number
  flopsPerSecond: number
}

const SMALL = { config: { vocabSize: 64, blockSize: 16, nLayer: 1, nHead: 1, nEmbd: 16 }, B: 8, T: 16, steps: 60 }
const LARGE = { config: { vocabSize: 128, blockSize: 64, nLayer: 2, nHead: 4, nEmbd: 64 }, B: 32, T: 64, steps: 16 }
const WARM_UP = 4

/** Takes some seconds. `now` in milliseconds. */
export async function calibrate(gpu: Gpu, now: () => number = () => performance.now()): Promise<Calibration> {
  // kernels are compiled once per process, not once per stage
  await timed(gpu, { ...SMALL, steps: WARM_UP + 1 }, now)
  const [small, large] = [await timed(gpu, SMALL, now), await timed(gpu, LARGE, now)]
  const flops = ({ config, B, T }: typeof SMALL) => trainingWork(config, { B, T, steps: 1 }).flops
  const slope = Math.max(0, large.perStep - small.perStep) / (flops(LARGE) - flops(SMALL))
  return {
    secondsPerStage: small.setup,
    secondsPerSubmit: Math.max(0, small.perStep - slope * flops(SMALL)),
    flopsPerSecond: slope > 0 ? 1 / slope : Number.POSITIVE_INFINITY,
  }
}

/** Of one stage. */
export function estimatedSeconds(
  device: Calibration,
  { flops, submits, hostSeconds = 0 }: Pick<StagePlan, 'flops' | 'submits' | 'hostSeconds'>,
): number {
  return hostSeconds + device.secondsPerStage + submits * device.secondsPerSubmit + flops / device.flopsPerSecond
}

async function timed(
  gpu: Gpu,
  { config, B, T, steps }: { config: GPTConfig; B: number; T: number; steps: number },
  now: () => number,
): Promise<{ setup: number; perStep: number }> {
  const begin = now()
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
  const perStep = (end - start!) / 1000 / (steps - first)
  return { setup: Math.max(0, (start! - begin) / 1000 - first * perStep), perStep }
}
