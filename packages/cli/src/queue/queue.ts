// The queue of stages. Its name says what must be equal for a worker to take jobs from it: the code, so that no worker of another
// version can ever get one, and the store, so that what is computed arrives where it is awaited.

import { setTimeout as sleep } from 'node:timers/promises'
import type { StageJob, StageProgress } from '@nanoalign/experiments'
import type { KeepJobs, QueueBase } from 'bullmq'

export const PREFIX = 'nanoalign'

export interface QueueIdentity {
  code: string
  store: string
}

export function queueName({ code, store }: QueueIdentity): string {
  return `stages-${code}-${store}`
}

/** A job's id is its stage's key, so a stage that two coordinators ask for is one job. */
export interface JobData {
  stage: StageJob
  label?: string
}

export type JobProgress = StageProgress & { worker: string }

/** Milliseconds. A worker that says nothing for `lock` has lost its job; who looks for such jobs does so every `stalled`. */
export interface QueueTimings {
  lock: number
  stalled: number
  /** how often a coordinator compares what it waits for with what is queued */
  reconcile: number
  /** how often everyone says that it is there; forgotten after four times that */
  presence: number
}

export const usualTimings: QueueTimings = { lock: 30_000, stalled: 15_000, reconcile: 5_000, presence: 5_000 }

/** How often a stage is tried before it counts as failed, and how often its worker may vanish meanwhile. */
export const ATTEMPTS = 3
export const MAX_LOST_WORKERS = 20

/** Kept for the dashboard; what is done is in the store. */
export const KEEP: { removeOnComplete: KeepJobs; removeOnFail: KeepJobs } = {
  removeOnComplete: { count: 1000 },
  removeOnFail: { count: 1000 },
}

/** How a worker's message begins when an input is missing: trying again elsewhere would not help. */
export const MISSING_INPUT = 'missing input: '

/** Closes what BullMQ has open; without more ado after `ms`, as a server that is away would keep a polite close, and the process, waiting. */
export async function closeAll(open: readonly QueueBase[], ms = 1000): Promise<void> {
  const after = (ms: number) => sleep(ms, false, { ref: false })
  await Promise.all(
    open.map(async (each) => {
      if (await Promise.race([each.close().then(() => true), after(ms)])) return
      await Promise.race([each.disconnect(), after(1000)]).catch(() => {})
    }),
  )
}
