import type { Gpu } from '@nanoalign/kernels'

const GRACE_MS = 500
const losers: (() => void)[] = []

/** For tests: `lose` makes the device of a worker go away. */
export function onLoseDevice(lose: () => void): void {
  losers.push(lose)
}

/** For tests: what a driver that resets does to everything that is under way. */
export function loseDevice(): void {
  for (const lose of losers) lose()
}

/**
 * Throws what a failure on this device really was: a lost device makes many errors, and the news of the loss itself may
 * come a little after them.
 */
export async function throwCause(gpu: Gpu, error: unknown): Promise<never> {
  await Promise.race([gpu.device.lost, new Promise((resolve) => setTimeout(resolve, GRACE_MS))])
  gpu.check()
  throw error
}
