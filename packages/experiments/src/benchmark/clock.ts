// Two ways to tell what work costs. Wall clock is what a user waits for. Where a CPU does the GPU's work (a software
// adapter), the CPU time of the driver's threads says the same but for other processes' noise: it repeats to about 5 %.

export interface Clock {
  /** wall clock, ms */
  now(): number
  /** CPU ms that the driver's threads have used so far; absent where a real GPU does the work */
  driverCpu?(): number
  /** CPU ms that the thread which runs JavaScript has used so far */
  hostCpu?(): number
}

/** Wall clock alone. */
export const wallClock: Clock = { now: () => performance.now() }
