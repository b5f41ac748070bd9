// The worker's end of a study: device, store and experiment are here, so that the page only ever shows what it is told.

import { createRunner, hashOf, type Provenance, type Runner } from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { openTunings, tuned } from '../device/tuned.ts'
import type { Drawable } from '../report/messages.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { FromStudy, Origin, ToStudy } from './messages.ts'
import { type PlannedWork, planWork } from './planned-work.ts'

const CHECKPOINT_EVERY_MS = 2_000 // a reload loses no more than this
const PARTIAL_EVERY_MS = 1_500

export interface StudyTools<Result, News> {
  gpu: Gpu
  /** on this browser's store; every stage is told to the page, and stops when the visitor pauses */
  runner: Runner
  /** For what only this study has to tell. */
  tell(news: News): void
  /** The result so far, as far as a report can be made of it; `make` is not called more often than it can be looked at. */
  showPartial(make: () => Result): void
}

export interface ServedStudy<Options, Result, News> {
  run(tools: StudyTools<Result, News>, options: Options): Promise<Result>
  report(result: Result, provenance: Provenance): Drawable | Promise<Drawable>
}

/** Runs `study` for every start that the page asks for. Call it once, at the top of the worker's file. */
export function serveStudy<Options, Result, News = never>(study: ServedStudy<Options, Result, News>): void {
  let current: AbortController | undefined
  let device: Gpu | undefined

  const send = workerPort<ToStudy<Options>, FromStudy<News>>((message) => {
    if (message.type === 'pause') current?.abort(new DOMException('paused', 'AbortError'))
    else if (message.type === 'lose-device') device?.device.destroy()
    else if (message.type === 'plan') plan(message)
    else start(message)
  })

  // asked for before the start, and at the start
  const plans = new Map<string, Promise<PlannedWork[]>>()
  const planned = (options: Options, tuning?: string): Promise<PlannedWork[]> => {
    const id = JSON.stringify([options, tuning])
    const walk = () => planWork((tools) => study.run({ ...tools, tell() {}, showPartial() {} }, options), tuning)
    if (!plans.has(id)) plans.set(id, walk())
    return plans.get(id)!
  }

  /** Options that cannot be are the page's to refuse; without an answer it shows no estimate. */
  async function plan({ options, id }: Extract<ToStudy<Options>, { type: 'plan' }>): Promise<void> {
    await planned(options)
      .then((work) => send({ type: 'planned', id, work }))
      .catch(() => {})
  }

  async function start({ options, origin }: Extract<ToStudy<Options>, { type: 'start' }>): Promise<void> {
    current?.abort(new DOMException('a new run begins', 'AbortError'))
    const { signal } = (current = new AbortController())
    const wait = () => send({ type: 'waiting' })
    try {
      const { drawable, hash } = await withGpuTurn(signal, wait, () => run(options, origin, signal))
      send({ type: 'done', drawable, hash }, buffersOf(drawable))
    } catch (error) {
      if (signal.aborted) send({ type: 'paused' })
      else send({ type: 'failed', error: (error as Error).name, message: (error as Error).message })
    }
  }

  async function run(options: Options, origin: Origin, signal: AbortSignal) {
    const gpu = await tuned(await openDevice(navigator.gpu), openTunings(), signal)
    device = gpu
    const { adapter, tuning } = gpu
    send({ type: 'started', adapter, work: await planned(options, tuning?.id) })
    const runner = createRunner({
      store: openArtifacts(),
      signal,
      checkpointEveryMs: CHECKPOINT_EVERY_MS,
      provenance: { adapter, browser: navigator.userAgent },
      tuning: tuning?.id,
      onEvent: (event) => send({ type: 'stage', event }),
    })
    const report = (result: Result) =>
      study.report(result, {
        ...origin,
        adapter: adapter.name + (adapter.driver ? ` (${adapter.driver})` : ''),
        date: new Date().toISOString(),
      })
    let lastPartial = -Infinity
    const showPartial = async (make: () => Result) => {
      if (performance.now() - lastPartial < PARTIAL_EVERY_MS) return
      lastPartial = performance.now()
      const drawable = await report(make())
      send({ type: 'partial', drawable }, buffersOf(drawable))
    }
    const tell = (news: News) => send({ type: 'news', news })
    try {
      const result = await study.run({ gpu, runner, tell, showPartial }, options)
      return { drawable: await report(result), hash: hashOf(result as never) }
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
