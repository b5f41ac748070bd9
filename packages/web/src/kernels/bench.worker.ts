// The benchmark suite, away from the page's thread.

import { type Group, runSuite, wallClock } from '@nanoalign/experiments'
import { openDevice } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { FromBench, Measured, ToBench } from './messages.ts'

let current: AbortController | undefined

const post = workerPort<ToBench, FromBench>((message) => {
  if (message.type === 'stop') current?.abort(new DOMException('stopped', 'AbortError'))
  else start(message.quick, message.only)
})

async function start(quick: boolean, only: Group[]): Promise<void> {
  const { signal } = (current = new AbortController())
  try {
    const measured = await withGpuTurn(
      signal,
      () => post({ type: 'waiting' }),
      () => run(quick, only, signal),
    )
    post({ type: 'done', measured })
  } catch (error) {
    if (signal.aborted) post({ type: 'stopped' })
    else post({ type: 'failed', message: (error as Error).message })
  }
}

async function run(quick: boolean, only: Group[], signal: AbortSignal): Promise<Measured> {
  const gpu = await openDevice(navigator.gpu)
  post({ type: 'started', adapter: gpu.adapter })
  try {
    const options = {
      quick,
      only,
      signal,
      onCase: (label: string, group: Group) => post({ type: 'case', label, group }),
    }
    const measured = await runSuite(gpu, wallClock, options, (row) => post({ type: 'row', row }))
    return { quick, adapter: gpu.adapter, ...measured }
  } catch (error) {
    if (!signal.aborted) await throwCause(gpu, error)
    throw error
  } finally {
    gpu.close()
  }
}
