// The run of this tab: one at a time, going on while other pages are looked at. Signals are what the page shows.

import type { Provenance, StageEvent, WeakToStrongOptions } from '@nanoalign/experiments'
import type { AdapterDescription } from '@nanoalign/kernels'
import { signal } from '@preact/signals'
import { version } from '../../package.json'
import { browserName } from '../browser-name.ts'
import { draw } from '../report/drawing.ts'
import type { Drawing } from '../report/messages.ts'
import { type RunRecord, refreshRuns, runs, saveRun, updateRun } from '../store/runs.ts'
import { toCommand, toQuery } from './config.ts'
import { addLoss, type Curve } from './loss-curves.ts'
import type { Cell, FromStudy, ToStudy } from './messages.ts'
import { type Progress, ProgressMeter } from './time-left.ts'

export type Phase = 'idle' | 'starting' | 'waiting' | 'running' | 'pausing' | 'paused' | 'failed' | 'done'

export interface StageNow {
  label: string
  step?: number
  steps?: number
  loss?: number
  tokensPerSecond?: number
}

export const phase = signal<Phase>('idle')
export const options = signal<WeakToStrongOptions | undefined>(undefined)
export const stageNow = signal<StageNow | undefined>(undefined)
export const progress = signal<Progress | undefined>(undefined)
export const curves = signal<Curve[]>([])
export const cells = signal<Cell[]>([])
export const drawing = signal<{ drawing: Drawing; partial: boolean } | undefined>(undefined)
export const failure = signal<{ error: string; message: string } | undefined>(undefined)
/** Whether the run stops while the tab is hidden. */
export const pauseWhenHidden = signal(false)

const cannotKeep =
  'This browser does not let the page keep data, as in some private windows; without it nothing can run.'

let worker: Worker | undefined
let record: RunRecord | undefined
let adapter: AdapterDescription | undefined
let meter: ProgressMeter | undefined
let startedAt = 0
let stageAt = 0
let lastEvent = 0
let stopping: 'paused' | 'stopped' = 'paused'
let hiddenPause = false

export const isActive = () => ['starting', 'waiting', 'running', 'pausing'].includes(phase.value)

/** Starts the configuration, or goes on with it if it was begun before. */
export async function startRun(wanted: WeakToStrongOptions): Promise<void> {
  if (isActive()) return
  phase.value = 'starting'
  const same = options.value !== undefined && toQuery(options.value) === toQuery(wanted)
  if (!same || drawing.value?.partial === false) {
    cells.value = []
    curves.value = []
    drawing.value = undefined
  }
  options.value = wanted
  stageNow.value = undefined
  progress.value = undefined
  failure.value = undefined
  meter = new ProgressMeter(wanted)
  try {
    record = await recordFor(wanted)
  } catch (error) {
    record = undefined
    fail({ name: 'StorageError', message: `${cannotKeep} (${(error as Error).message})` })
    return
  }
  open().postMessage({ type: 'start', options: wanted } satisfies ToStudy)
}

/** Ends the work after a checkpoint: 'paused' to go on here, 'stopped' to go back to the choice of a run. */
export function pauseRun(then: 'paused' | 'stopped' = 'paused'): void {
  if (then === 'stopped' && (phase.value === 'paused' || phase.value === 'failed')) leave('stopped')
  if (!isActive()) return
  stopping = then
  phase.value = 'pausing'
  worker?.postMessage({ type: 'pause' } satisfies ToStudy)
}

/** Back to the choice of a run. */
export function newRun(): void {
  phase.value = 'idle'
  drawing.value = undefined
  options.value = undefined
}

/** For tests: what a driver that resets does. */
export function loseDevice(): void {
  worker?.postMessage({ type: 'lose-device' } satisfies ToStudy)
}

export function followVisibility(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && pauseWhenHidden.value && isActive()) {
      hiddenPause = true
      pauseRun()
    } else if (!document.hidden && hiddenPause) {
      hiddenPause = false
      if (phase.value === 'paused' && options.value) startRun(options.value)
    }
  })
}

/** A run of this configuration that was under way when its tab was closed or reloaded. */
export async function interrupted(wanted: WeakToStrongOptions): Promise<boolean> {
  const all = runs.value ?? (await refreshRuns())
  return all.some(({ status, query }) => status === 'running' && query === toQuery(wanted))
}

async function recordFor(wanted: WeakToStrongOptions): Promise<RunRecord> {
  const query = toQuery(wanted)
  const all = runs.value ?? (await refreshRuns())
  const unfinished = all.find((run) => run.page === 'weak-to-strong' && run.status !== 'done' && run.query === query)
  const now = new Date().toISOString()
  const fresh = {
    format: 1 as const,
    id: crypto.randomUUID(),
    page: 'weak-to-strong' as const,
    name: `Weak to strong, ${wanted.weak} → ${wanted.strong}`,
    query,
    created: now,
    updated: now,
    seconds: 0,
  }
  const next: RunRecord = { ...(unfinished ?? fresh), status: 'running', error: undefined }
  await saveRun(next)
  return next
}

function receive(message: FromStudy): void {
  if (message.type === 'waiting') phase.value = 'waiting'
  else if (message.type === 'started') {
    adapter = message.adapter
    startedAt = performance.now()
    if (phase.value !== 'pausing') phase.value = 'running'
  } else if (message.type === 'stage') stage(message.event)
  else if (message.type === 'task')
    cells.value = [...cells.value.filter((cell) => !sameCell(cell, message.cell)), message.cell]
  else if (message.type === 'partial')
    show(message.result, true).catch(() => {}) // the next one may do better
  else if (message.type === 'done') done(message).catch(fail)
  else if (message.type === 'paused') {
    keep({ status: stopping })
    leave(stopping)
  } else fail({ name: message.error, message: message.message })
}

function fail({ name, message }: { name: string; message: string }): void {
  failure.value = { error: name, message }
  phase.value = 'failed'
  keep({ status: 'failed', error: message })
}

const sameCell = (a: Cell, b: Cell) => a.seed === b.seed && a.family === b.family && a.k === b.k

function stage(event: StageEvent): void {
  const now = performance.now()
  lastEvent = now
  if (event.type === 'stage-start') stageAt = now
  meter?.event(event)
  curves.value = addLoss(curves.value, event)
  const numbers = event.type === 'stage-progress' ? event : {}
  if (event.type === 'stage-start' || event.type === 'stage-progress')
    stageNow.value = { label: event.label ?? event.name, ...numbers }
  progress.value = meter?.progress((now - stageAt) / 1000)
}

async function done({ result, hash }: { result: Uint8Array<ArrayBuffer>; hash: string }): Promise<void> {
  const seconds = keepSeconds()
  const report = await show(result, false, { 'result hash': hash, 'time at work': `${Math.round(seconds)} s` })
  phase.value = 'done'
  await keep({ status: 'done', report, resultHash: hash, seconds })
}

async function show(result: Uint8Array<ArrayBuffer>, partial: boolean, details: Record<string, string> = {}) {
  const of = options.value
  const drawn = await draw({ kind: 'weak-to-strong', result, provenance: provenance(details), partial })
  // a partial drawing may come after the final one, or after another run began
  if (options.value === of && !(partial && drawing.value?.partial === false))
    drawing.value = { drawing: drawn, partial }
  return drawn.report
}

function provenance(details: Record<string, string>): Provenance {
  const wanted = options.value!
  return {
    adapter: adapter ? `${adapter.name}${adapter.driver ? ` (${adapter.driver})` : ''}` : 'unknown',
    command: toCommand(wanted),
    date: new Date().toISOString(),
    versions: { nanoalign: version, browser: browserName() },
    details: { configuration: toQuery(wanted), ...details },
  }
}

const keepSeconds = () => {
  const seconds = (record?.seconds ?? 0) + Math.max(0, lastEvent - startedAt) / 1000
  if (record) record.seconds = seconds
  startedAt = lastEvent
  return seconds
}

async function keep(fields: Partial<RunRecord>): Promise<void> {
  if (record) await updateRun(record.id, { adapter: adapter?.name, seconds: keepSeconds(), ...fields })
}

function leave(to: 'paused' | 'stopped'): void {
  if (to === 'stopped') {
    if (record) updateRun(record.id, { status: 'stopped' })
    newRun()
  } else phase.value = 'paused'
}

function open(): Worker {
  if (worker) return worker
  worker = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'study' })
  worker.onmessage = ({ data }: MessageEvent<FromStudy>) => receive(data)
  worker.onerror = (event) => {
    event.preventDefault()
    worker = undefined
    receive({ type: 'failed', error: 'WorkerError', message: event.message || 'the worker could not be started' })
  }
  return worker
}
