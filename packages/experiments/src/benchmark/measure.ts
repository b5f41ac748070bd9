// Timing: several subjects in turn, so that a disturbance hits all of them and ratios stay right.

import type { Gpu } from '@nanoalign/kernels'
import type { Clock } from './clock.ts'
import type { Subject } from './subject.ts'

/** What one run cost on average within one sample. */
export interface Cost {
  wallMs: number
  /** CPU ms of the driver's threads */
  cpuMs?: number
  /** CPU ms of the thread that runs JavaScript: recording, encoding, submitting */
  hostMs?: number
}

export interface Sampling {
  /** samples per subject */
  samples: number
  /** a sample holds as many runs as take about this long */
  sampleMs: number
}

export type Runnable = Pick<Subject, 'run'>

/** Runs a subject `times` times and waits for the end. */
export async function cost(gpu: Gpu, clock: Clock, subject: Runnable, times: number): Promise<Cost> {
  const [cpu, host] = [clock.driverCpu?.(), clock.hostCpu?.()]
  const start = clock.now()
  await subject.run(times)
  await gpu.device.queue.onSubmittedWorkDone()
  const wallMs = (clock.now() - start) / times
  gpu.check()
  return {
    wallMs,
    cpuMs: cpu === undefined ? undefined : (clock.driverCpu!() - cpu) / times,
    hostMs: host === undefined ? undefined : (clock.hostCpu!() - host) / times,
  }
}

/** How many runs make a sample of about `sampleMs`; at most 512. The subject must have run before, to be compiled. */
export async function runsPerSample(gpu: Gpu, clock: Clock, subject: Runnable, sampleMs: number): Promise<number> {
  let times = 1
  for (;;) {
    const { wallMs } = await cost(gpu, clock, subject, times)
    const total = wallMs * times
    if (total >= sampleMs / 2 || times >= 512) return Math.max(1, Math.min(512, Math.round(sampleMs / wallMs)))
    times = Math.min(512, total < sampleMs / 8 ? times * 4 : times * 2)
  }
}

/** Samples of each subject, taken in turn: result[s][i] is sample i of subject s. */
export async function sampleInTurn(
  gpu: Gpu,
  clock: Clock,
  subjects: readonly { subject: Runnable; times: number }[],
  samples: number,
): Promise<Cost[][]> {
  const costs: Cost[][] = subjects.map(() => [])
  for (let i = 0; i < samples; i++)
    for (const [s, { subject, times }] of subjects.entries()) costs[s].push(await cost(gpu, clock, subject, times))
  return costs
}
