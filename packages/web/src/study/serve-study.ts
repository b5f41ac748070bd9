// The worker's end of a study: device, store and experiment are here, so that the page only ever shows what it is told.

import {
  adapterClass,
  createRunner,
  hashOf,
  MakerTally,
  type OnPart,
  type Part,
  type Provenance,
  type Runner,
} from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { throwCause } from '../device/lost.ts'
import { openTunings, tuned } from '../device/tuned.ts'
import { buffersOf, type Drawable } from '../report/messages.ts'
import type { StudyName } from '../report/study-reports.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { FromStudy, Origin, ToStudy } from './messages.ts'
import { type PlannedWork, planWork } from './planned-work.ts'

const CHECKPOINT_EVERY_MS = 2_000 // a reload loses no more than this
const PART_EVERY_MS = 1_500

export interface StudyTools<Result, News> {
  gpu: Gpu
  /** on this browser's store; every stage is told to the page, and stops when the visitor pauses */
  runner: Runner
  /** For what only this study has to tell. */
  tell(news: News): void
  /** Shows the result so far; parts are not made more often than they can be looked at. */
  onPart: OnPart<Result>
}

export interface ServedStudy<Options, Result, News> {
  /** its report is made of the result's JSON alone */
  study: StudyName
  run(tools: StudyTools<Result, News>, options: Options): Promise<Result>
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
    const walk = () => planWork((tools) => study.run({ ...tools, tell() {}, onPart() {} }, options), tuning)
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
    // what is found may be of another adapter, or of an earlier version of the page
    const tally = new MakerTally()
    const runner = createRunner({
      store: openArtifacts(),
      signal,
      checkpointEveryMs: CHECKPOINT_EVERY_MS,
      provenance: { adapter, code: origin.versions.nanoalign, browser: navigator.userAgent },
      tuning: tuning?.id,
      onEvent(event) {
        if ('madeBy' in event && event.madeBy) tally.add(event.key, event.madeBy)
        send({ type: 'stage', event })
        sendPart()
      },
    })
    const drawableOf = (result: Result): Drawable => ({
      kind: 'study',
      study: study.study,
      result: new TextEncoder().encode(JSON.stringify(result)),
      provenance: {
        ...origin,
        adapter: tally.adapterText ?? adapterClass(adapter),
        date: new Date().toISOString(),
      } satisfies Provenance,
      makers: tally.counts,
    })
    let newest: (() => Part<Result>) | undefined
    let lastPart = -Infinity
    const sendPart = () => {
      if (!newest || performance.now() - lastPart < PART_EVERY_MS) return
      lastPart = performance.now()
      const { result, missing } = newest()
      newest = undefined
      const drawable = drawableOf(result)
      send({ type: 'partial', drawable, missing }, buffersOf(drawable))
    }
    const onPart: OnPart<Result> = (make) => {
      newest = make
      sendPart()
    }
    const tell = (news: News) => send({ type: 'news', news })
    try {
      const result = await study.run({ gpu, runner, tell, onPart }, options)
      return { drawable: drawableOf(result), hash: hashOf(result as never) }
    } catch (error) {
      if (!signal.aborted) await throwCause(gpu, error)
      throw error
    } finally {
      device = undefined
      gpu.close()
    }
  }
}
