// The study in a worker: device, store and experiment are here, so that the page only ever shows what it is told.

import { createRunner, hashOf, type WeakToStrongOptions, type WeakToStrongResult } from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import { completePart, growingWeakToStrong, type TaskResult } from './growing.ts'
import type { Cell, FromStudy, ToStudy } from './messages.ts'

const CHECKPOINT_EVERY_MS = 2_000 // a reload loses no more than this
const PARTIAL_EVERY_MS = 1_500

let current: AbortController | undefined
let device: Gpu | undefined

const post = workerPort<ToStudy, FromStudy>((message) => {
  if (message.type === 'pause') current?.abort(new DOMException('paused', 'AbortError'))
  else if (message.type === 'lose-device') device?.device.destroy()
  else start(message.options)
})

async function start(options: WeakToStrongOptions): Promise<void> {
  current?.abort(new DOMException('a new run begins', 'AbortError'))
  const controller = new AbortController()
  current = controller
  const { signal } = controller
  try {
    const result = await withGpuTurn(
      signal,
      () => post({ type: 'waiting' }),
      () => run(options, signal),
    )
    const bytes = encode(result)
    post({ type: 'done', result: bytes, hash: hashOf(result as never) }, [bytes.buffer])
  } catch (error) {
    if (signal.aborted) post({ type: 'paused' })
    else post({ type: 'failed', error: (error as Error).name, message: (error as Error).message })
  }
}

async function run(options: WeakToStrongOptions, signal: AbortSignal): Promise<WeakToStrongResult> {
  const gpu = await openDevice(navigator.gpu)
  device = gpu
  post({ type: 'started', adapter: gpu.adapter })
  const store = openArtifacts()
  const makeRunner = () =>
    createRunner({
      store,
      signal,
      checkpointEveryMs: CHECKPOINT_EVERY_MS,
      provenance: { adapter: gpu.adapter, browser: navigator.userAgent },
      onEvent: (event) => post({ type: 'stage', event }),
    })
  let lastPartial = -Infinity
  try {
    return await growingWeakToStrong({ gpu, makeRunner }, options, (task, seeds) => {
      post({ type: 'task', cell: cellOf(task, seeds[seeds.length - 1].seed) })
      if (performance.now() - lastPartial < PARTIAL_EVERY_MS) return
      lastPartial = performance.now()
      const bytes = encode(completePart(options, seeds))
      post({ type: 'partial', result: bytes }, [bytes.buffer])
    })
  } catch (error) {
    if (!signal.aborted) await throwCause(gpu, error)
    throw error
  } finally {
    device = undefined
    gpu.close()
  }
}

function cellOf({ family, k, truth, weak, ceiling, students }: TaskResult, seed: number): Cell {
  const accuracy = (p: number[]) => p.filter((value, i) => Number(value > 0.5) === truth[i]).length / truth.length
  return {
    seed,
    family,
    k,
    weak: accuracy(weak),
    ceiling: accuracy(ceiling),
    students: Object.fromEntries(Object.entries(students).map(([method, p]) => [method, accuracy(p)])),
  }
}

const encode = (result: WeakToStrongResult) => new TextEncoder().encode(JSON.stringify(result))
