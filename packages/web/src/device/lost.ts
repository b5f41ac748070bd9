import type { Gpu } from '@nanoalign/kernels'

const GRACE_MS = 500

/**
 * Throws what a failure on this device really was: a lost device makes many errors, and the news of the loss itself may
 * come a little after them.
 */
export async function throwCause(gpu: Gpu, error: unknown): Promise<never> {
  await Promise.race([gpu.device.lost, new Promise((resolve) => setTimeout(resolve, GRACE_MS))])
  gpu.check()
  throw error
}
