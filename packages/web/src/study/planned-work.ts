// What a run will do, and how long that takes on two processor cores: for an estimate before it starts, and for how far it
// is. A study is walked with a runner that computes nothing.

import { type Calibration, createPlanner, estimatedSeconds, noDevice, type Runner } from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'

export interface PlannedWork {
  /** of the stage */
  key: string
  name: string
  /** on two processor cores */
  seconds: number
  /** whether it makes a model */
  hasModel: boolean
}

/** Walks `study`, which asks its runner for stages. `tuning` as in RunnerOptions: the keys depend on it. */
export async function planWork(
  study: (tools: { gpu: Gpu; runner: Runner }) => Promise<unknown>,
  tuning?: string,
): Promise<PlannedWork[]> {
  const { runner, stages } = createPlanner(tuning)
  await study({ gpu: noDevice(), runner })
  return [...stages].map(([key, stage]) => ({
    key,
    name: stage.name,
    seconds: estimatedSeconds(twoCores, stage),
    hasModel: stage.hasModel,
  }))
}

/** SwiftShader in Chromium on two cores (AMD EPYC), from runs of the pages: see docs/log.md. */
const twoCores: Calibration = { secondsPerStage: 0.5, secondsPerSubmit: 0.004, flopsPerSecond: 6.5e9 }
