import type { QueueTimings } from '../queue.ts'

/** So that tests need not wait: everything usual is at least ten times as long. */
export const shortTimings: QueueTimings = { lock: 2000, stalled: 1000, reconcile: 500, presence: 500 }
