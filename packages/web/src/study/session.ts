// A study of this tab, going on while other pages are looked at. Signals are what its page shows.

import type { StageEvent } from '@nanoalign/experiments'
import type { AdapterDescription } from '@nanoalign/kernels'
import { signal } from '@preact/signals'
import { version } from '../../package.json'
import { announce } from '../activity.ts'
import { browserName } from '../browser-name.ts'
import { onLoseDevice } from '../device/lost.ts'
import { draw } from '../report/drawing.ts'
import type { Drawable, Drawing } from '../report/messages.ts'
import { beginRun, type RunPage, type RunRecord, refreshRuns, runs, updateRun } from '../store/runs.ts'
import { GrowingReport, type ReportPart } from './growing-report.ts'
import { LiveCurves } from './live-curves.ts'
import type { FromStudy, ToStudy } from './messages.ts'
import { rememberPace } from './pace.ts'
import { followVisibility } from './pause-when-hidden.tsx'
import type { StudyConfig } from './preset-config.ts'
import { type Progress, ProgressMeter, sum } from './progress-meter.ts'

export type Phase = 'idle' | 'starting' | 'waiting' | 'running' | 'pausing' | 'paused' | 'failed' | 'done'

export interface StageNow {
  label: string
  step?: number
  steps?: number
  loss?: number
  tokensPerSecond?: number
}

/** What a session must know of its study. */
export interface Study<Options, News> {
  page: RunPage
  /** of a run, in the list of runs */
  nameOf(options: Options): string
  config: StudyConfig<Options>
  openWorker(): Worker
  /** the stages whose loss is drawn live; all that have one, unless given */
  hasCurve?(event: StageEvent): boolean
  /** what its worker `tell`s */
  onNews?(news: News): void
  /** a run begins that has nothing to do with the one before */
  onReset?(): void
}

const cannotKeep =
  'This browser does not let the page keep data, as in some private windows; without it nothing can run.'

const isWhole = (drawing: { missing?: string[] } | undefined) => drawing !== undefined && !drawing.missing

export class StudySession<Options, News = never> {
  readonly study: Study<Options, News>
  readonly phase = signal<Phase>('idle')
  readonly options = signal<Options | undefined>(undefined)
  readonly stageNow = signal<StageNow | undefined>(undefined)
  readonly progress = signal<Progress | undefined>(undefined)
  readonly live = new LiveCurves()
  /** `missing`: what is still to come, in words; absent for the whole report */
  readonly drawing = signal<{ drawing: Drawing; missing?: string[] } | undefined>(undefined)
  readonly failure = signal<{ error: string; message: string } | undefined>(undefined)
  /** seconds of work on two processor cores, by the query of the options; 0 while the worker has not answered */
  readonly expected = signal<Record<string, number>>({})
  #worker: Worker | undefined
  #record: RunRecord | undefined
  #adapter: AdapterDescription | undefined
  #meter: ProgressMeter | undefined
  #startedAt = 0
  /** the first step that the stage under way told of */
  #stageAt: number | undefined
  #lastEvent = 0
  /** names by key */
  readonly #models = new Map<string, string>()
  #stopping: 'paused' | 'stopped' = 'paused'
  readonly #growing = new GrowingReport(async (part) => {
    await this.#show(part)
  })

  constructor(study: Study<Options, News>) {
    this.study = study
    onLoseDevice(() => this.#worker && this.#send({ type: 'lose-device' }))
    followVisibility({
      phase: this.phase,
      isActive: () => this.isActive(),
      pause: () => this.pause(),
      goOn: () => this.options.value && this.start(this.options.value),
    })
    announce(study.page, () => {
      if (!this.isActive()) return undefined
      const share = this.progress.value?.share ?? 0
      return this.phase.value === 'running' ? `${Math.floor(share * 100)} %` : this.phase.value
    })
  }

  isActive(): boolean {
    return ['starting', 'waiting', 'running', 'pausing'].includes(this.phase.value)
  }

  /** Starts the configuration, or goes on with it if it was begun before. */
  async start(wanted: Options): Promise<void> {
    if (this.isActive()) return
    const { toQuery, toCommand } = this.study.config
    this.phase.value = 'starting'
    const before = this.options.value
    if (!before || toQuery(before) !== toQuery(wanted) || isWhole(this.drawing.value)) {
      this.live.clear()
      this.drawing.value = undefined
      this.study.onReset?.()
    }
    this.options.value = wanted
    this.stageNow.value = undefined
    this.progress.value = undefined
    this.failure.value = undefined
    this.#growing.clear()
    this.#meter = undefined
    this.#models.clear()
    try {
      const { page, nameOf } = this.study
      this.#record = await beginRun({ page, query: toQuery(wanted), name: nameOf(wanted) })
    } catch (error) {
      this.#record = undefined
      this.#fail({ name: 'StorageError', message: `${cannotKeep} (${(error as Error).message})` })
      return
    }
    const origin = {
      command: toCommand(wanted),
      versions: { nanoalign: version, browser: browserName() },
      details: { page: this.study.page, configuration: toQuery(wanted) },
    }
    this.#send({ type: 'start', options: wanted, origin })
  }

  /** Ends the work after a checkpoint: 'paused' to go on here, 'stopped' to go back to the choice of a run. */
  pause(then: 'paused' | 'stopped' = 'paused'): void {
    if (then === 'stopped' && (this.phase.value === 'paused' || this.phase.value === 'failed')) this.#leave('stopped')
    if (!this.isActive()) return
    this.#stopping = then
    this.phase.value = 'pausing'
    this.#send({ type: 'pause' })
  }

  /** Back to the choice of a run. */
  leave(): void {
    this.phase.value = 'idle'
    this.drawing.value = undefined
    this.options.value = undefined
  }

  /** Asks how much work a run of these options is; `expected` has the answer some time later. */
  estimate(options: Options): void {
    const id = this.study.config.toQuery(options)
    if (id in this.expected.value) return
    this.expected.value = { ...this.expected.value, [id]: 0 }
    this.#send({ type: 'plan', options, id })
  }

  /** A run of this configuration that was under way when its tab was closed or reloaded. */
  async wasInterrupted(wanted: Options): Promise<boolean> {
    const all = runs.value ?? (await refreshRuns())
    const { page, config } = this.study
    return all.some((run) => run.page === page && run.status === 'running' && run.query === config.toQuery(wanted))
  }

  #receive(message: FromStudy<News>): void {
    const { type } = message
    if (type === 'planned')
      this.expected.value = { ...this.expected.value, [message.id]: sum(message.work.map(({ seconds }) => seconds)) }
    else if (type === 'waiting') this.phase.value = 'waiting'
    else if (type === 'started') {
      this.#adapter = message.adapter
      this.#meter = new ProgressMeter(message.work)
      this.#startedAt = performance.now()
      if (this.phase.value !== 'pausing') this.phase.value = 'running'
    } else if (type === 'stage') this.#stage(message.event)
    else if (type === 'news') this.study.onNews?.(message.news)
    else if (type === 'partial') this.#growing.add(message)
    else if (type === 'done') this.#done(message.drawable, message.hash).catch((error) => this.#fail(error))
    else if (type === 'paused') {
      this.#keep({ status: this.#stopping })
      this.#leave(this.#stopping)
    } else this.#fail({ name: message.error, message: message.message })
  }

  #fail({ name, message }: { name: string; message: string }): void {
    this.failure.value = { error: name, message }
    this.phase.value = 'failed'
    this.#keep({ status: 'failed', error: message })
  }

  #stage(event: StageEvent): void {
    const now = performance.now()
    this.#lastEvent = now
    if (event.type === 'stage-start') this.#stageAt = undefined
    // compiling comes before the first step, and says nothing about those to come
    if (event.type === 'stage-progress') this.#stageAt ??= now
    this.#meter?.event(event)
    const isThere = event.type === 'stage-done' || event.type === 'stage-cached'
    if (isThere && this.#meter?.makesModel(event.key)) this.#models.set(event.key, event.label ?? event.name)
    this.live.add(event, this.study.hasCurve?.(event) ?? true)
    const numbers = event.type === 'stage-progress' ? event : {}
    if (event.type === 'stage-start' || event.type === 'stage-progress')
      this.stageNow.value = { label: event.label ?? event.name, ...numbers }
    this.progress.value = this.#meter?.progress((now - (this.#stageAt ?? now)) / 1000)
  }

  async #done(drawable: Drawable, hash: string): Promise<void> {
    this.#growing.clear()
    const seconds = this.#addSeconds()
    const details = { 'result hash': hash, 'time at work': `${Math.round(seconds)} s` }
    const report = await this.#show({ drawable }, details)
    const pace = this.#meter?.pace()
    if (pace) rememberPace(this.study.page, pace)
    this.phase.value = 'done'
    const models = [...this.#models].map(([key, name]) => ({ key, name }))
    await this.#keep({ status: 'done', report, resultHash: hash, seconds, models })
  }

  async #show(
    { drawable, missing }: Partial<ReportPart> & { drawable: Drawable },
    details: Record<string, string> = {},
  ) {
    const of = this.options.value
    const drawing = await draw(drawable)
    const { provenance } = drawing.report
    provenance.details = { ...provenance.details, ...details }
    // a part may come after the whole, or after another run began
    if (this.options.value === of && !(missing && isWhole(this.drawing.value)))
      this.drawing.value = { drawing, ...(missing && { missing }) }
    return drawing.report
  }

  #addSeconds(): number {
    const seconds = (this.#record?.seconds ?? 0) + Math.max(0, this.#lastEvent - this.#startedAt) / 1000
    if (this.#record) this.#record.seconds = seconds
    this.#startedAt = this.#lastEvent
    return seconds
  }

  async #keep(fields: Partial<RunRecord>): Promise<void> {
    const seconds = this.#addSeconds()
    if (this.#record) await updateRun(this.#record.id, { adapter: this.#adapter?.name, seconds, ...fields })
  }

  #leave(to: 'paused' | 'stopped'): void {
    if (to === 'paused') {
      this.phase.value = 'paused'
      return
    }
    if (this.#record) updateRun(this.#record.id, { status: 'stopped' })
    this.leave()
  }

  #send(message: ToStudy<Options>): void {
    if (!this.#worker) {
      this.#worker = this.study.openWorker()
      this.#worker.onmessage = ({ data }: MessageEvent<FromStudy<News>>) => this.#receive(data)
      this.#worker.onerror = (event) => {
        event.preventDefault()
        this.#worker = undefined
        const why = event.message || 'the worker could not be started'
        if (!this.isActive()) return // it was only asked how long a run takes
        this.#receive({ type: 'failed', error: 'WorkerError', message: why })
      }
    }
    this.#worker.postMessage(message)
  }
}
