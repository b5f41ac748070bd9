// The worker's end of a study: device, store and experiment are here, so that the page only ever shows what it is told.

import { createRunner, hashOf, type Provenance, type Runner } from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { openTunings, tuned } from '../device/tuned.ts'
import type { Drawable } from '../report/messages.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { FromStudy, ToStudy } from './messages.ts'

const CHECKPOINT_EVERY_MS = 2_000 // a reload loses no more than this
const PARTIAL_EVERY_MS = 1_500

export interface StudyTools<News> {
  gpu: Gpu
  /** on this browser's store; every stage is told to the page, and stops when the visitor pauses */
  runner: Runner
  provenance: Provenance
  /** for what only this study has to tell */
  tell(news: News): void
  /** The report so far; `make` is not called more often than it can be looked at. */
  showPartial(make: () => Drawable): void
}

/** What a study hands back: its report, and the result that the report was made of. */
export interface Outcome {
  drawable: Drawable
  result: unknown
}

/** Runs `study` for every start that the page asks for. Call it once, at the top of the worker's file. */
export function serveStudy<Options, News = never>(
  study: (tools: StudyTools<News>, options: Options) => Promise<Outcome>,
): void {
  let current: AbortController | undefined
  let device: Gpu | undefined

  const send = workerPort<ToStudy<Options>, FromStudy<News>>((message) => {
    if (message.type === 'pause') current?.abort(new DOMException('paused', 'AbortError'))
    else if (message.type === 'lose-device') device?.device.destroy()
    else start(message)
  })

  async function start({ options, origin }: Extract<ToStudy<Options>, { type: 'start' }>): Promise<void> {
    current?.abort(new DOMException('a new run begins', 'AbortError'))
    const { signal } = (current = new AbortController())
    const wait = () => send({ type: 'waiting' })
    try {
      const { drawable, result } = await withGpuTurn(signal, wait, () => run(options, origin, signal))
      send({ type: 'done', drawable, hash: hashOf(result as never) }, buffersOf(drawable))
    } catch (error) {
      if (signal.aborted) send({ type: 'paused' })
      else send({ type: 'failed', error: (error as Error).name, message: (error as Error).message })
    }
  }

  async function run(options: Options, origin: object, signal: AbortSignal): Promise<Outcome> {
    const gpu = await tuned(await openDevice(navigator.gpu), openTunings(), signal)
    device = gpu
    const { adapter } = gpu
    send({ type: 'started', adapter })
    const runner = createRunner({
      store: openArtifacts(),
      signal,
      checkpointEveryMs: CHECKPOINT_EVERY_MS,
      provenance: { adapter, browser: navigator.userAgent },
      tuning: gpu.tuning?.id,
      onEvent: (event) => send({ type: 'stage', event }),
    })
    const provenance = {
      ...(origin as Provenance),
      adapter: adapter.name + (adapter.driver ? ` (${adapter.driver})` : ''),
      date: new Date().toISOString(),
    }
    let lastPartial = -Infinity
    const showPartial = (make: () => Drawable) => {
      if (performance.now() - lastPartial < PARTIAL_EVERY_MS) return
      lastPartial = performance.now()
      const drawable = make()
      send({ type: 'partial', drawable }, buffersOf(drawable))
    }
    const tell = (news: News) => send({ type: 'news', news })
    try {
      return await study({ gpu, runner, provenance, tell, showPartial }, options)
    } catch (error) {
      if (!signal.aborted) await throwCause(gpu, error)
      throw error
    } finally {
      device = undefined
      gpu.close()
    }
  }
}

/** Results travel as bytes that are handed over, not copied: unpacking them on the page's thread could make it stutter. */
const buffersOf = (drawable: Drawable) => (drawable.kind === 'weak-to-strong' ? [drawable.result.buffer] : [])
