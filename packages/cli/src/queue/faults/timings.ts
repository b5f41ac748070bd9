import type { QueueTimings } from '../queue.ts'

/** So that tests need not wait: everything usual is at least ten times as long. */
export const shortTimings: QueueTimings = { lock: 2000, stalled: 1000, reconcile: 500, presence: 500 }

/** Of a worker's connection to the queue; longer than the 5 s that it waits for a job at a time. */
export const SHORT_SILENCE_MS = 6000
