// The self-test of every kernel, away from the page's thread: its references are plain loops.

import { openDevice, selfTest } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { FromSelfTest } from './messages.ts'

const post = workerPort<'start', FromSelfTest>(async () => {
  const never = new AbortController().signal
  try {
    await withGpuTurn(never, () => post({ type: 'waiting' }), run)
    post({ type: 'done' })
  } catch (error) {
    post({ type: 'failed', message: (error as Error).message })
  }
})

async function run(): Promise<void> {
  const gpu = await openDevice(navigator.gpu)
  post({ type: 'adapter', adapter: gpu.adapter })
  try {
    let last = performance.now()
    for await (const result of selfTest(gpu)) {
      const now = performance.now()
      post({ type: 'result', result, ms: now - last })
      last = now
    }
    gpu.check()
  } catch (error) {
    await throwCause(gpu, error)
  } finally {
    gpu.close()
  }
}
