// The training of this tab, and what its model says. Signals are what the page shows.

import { type TextMetrics, type TextModelResult, textModelReport, withMakers } from '@nanoalign/experiments'
import { signal } from '@preact/signals'
import { version } from '../../package.json'
import { announce } from '../activity.ts'
import { browserName } from '../browser-name.ts'
import { onLoseDevice } from '../device/lost.ts'
import { download } from '../report/download.ts'
import { type RunRecord, refreshRuns, runs, saveRun, updateRun } from '../store/runs.ts'
import { findText } from '../store/texts.ts'
import { rememberPace } from '../study/pace.ts'
import { followVisibility } from '../study/pause-when-hidden.tsx'
import { type TrainConfig, toTrainQuery } from './config.ts'
import type { FromTraining, Insight, ToTraining } from './messages.ts'

export type TrainPhase = 'idle' | 'starting' | 'waiting' | 'running' | 'pausing' | 'paused' | 'failed' | 'done'
type Started = Extract<FromTraining, { type: 'started' }>
type TrainProgress = Extract<FromTraining, { type: 'progress' }>

export const trainPhase = signal<TrainPhase>('idle')
export const config = signal<TrainConfig | undefined>(undefined)
export const started = signal<Started | undefined>(undefined)
export const now = signal<TrainProgress | undefined>(undefined)
export const losses = signal<{ step: number; loss: number }[]>([])
export const metrics = signal<Pick<TextMetrics, 'validation' | 'samples'>>({ validation: [], samples: [] })
export const result = signal<TextModelResult | undefined>(undefined)
/** why this training cannot be started */
export const problem = signal('')
export const failure = signal<{ error: string; message: string } | undefined>(undefined)
/** some words of the text, to begin a prompt with */
export const opening = signal('')
export const insight = signal<Insight | undefined>(undefined)
export const lookProblem = signal('')
export const written = signal<{ text: string; busy: boolean }>({ text: '', busy: false })
/** seconds of work on two processor cores, by the query of the configuration; 0 while the worker has not answered */
export const expected = signal<Record<string, number>>({})
export const secondsLeft = signal<number | undefined>(undefined)

const POINTS = 240

let worker: Worker | undefined
let record: RunRecord | undefined
let firstProgress: { at: number; step: number } | undefined
let latest = 0

export const isTraining = () => ['starting', 'waiting', 'running', 'pausing'].includes(trainPhase.value)

followVisibility({
  phase: trainPhase,
  isActive: isTraining,
  pause: pauseTraining,
  goOn: () => config.value && startTraining(config.value),
})
onLoseDevice(() => worker && send({ type: 'lose-device' }))
announce('train', () => {
  if (!isTraining()) return undefined
  return now.value ? `${Math.floor((now.value.step / now.value.steps) * 100)} %` : trainPhase.value
})

export async function startTraining(wanted: TrainConfig): Promise<void> {
  if (isTraining()) return
  trainPhase.value = 'starting'
  problem.value = ''
  failure.value = undefined
  const stored = await findText(wanted.text)
  if (!stored) {
    trainPhase.value = 'idle'
    problem.value = 'The text that this address names is not in this browser. Paste or drop it, then start.'
    return
  }
  config.value = wanted
  opening.value = openingOf(stored.text)
  now.value = undefined
  result.value = undefined
  insight.value = undefined
  losses.value = []
  metrics.value = { validation: [], samples: [] }
  secondsLeft.value = undefined
  firstProgress = undefined
  record = await recordFor(wanted, stored.name)
  send({ type: 'start', ...stored, options: wanted.options })
}

/** Asks how much work a training is; `expected` has the answer some time later, if it can be done. */
export function estimateTraining(wanted: TrainConfig): void {
  const id = toTrainQuery(wanted)
  if (id in expected.value) return
  expected.value = { ...expected.value, [id]: 0 }
  send({ type: 'plan', id, wanted })
}

export function pauseTraining(): void {
  if (!isTraining()) return
  trainPhase.value = 'pausing'
  send({ type: 'pause' })
}

/** Back to the choice of a text. */
export function newTraining(): void {
  if (record && trainPhase.value !== 'done') updateRun(record.id, { status: 'stopped' })
  trainPhase.value = 'idle'
}

/** Downloads the finished model as safetensors, with its tokenizer in it: what the command line's `sample` reads. */
export const saveModel = () => send({ type: 'save' })

export const lookAt = (prompt: string) => send({ type: 'look', prompt })

export function writeOn(prompt: string, temperature: number, seed: number): void {
  written.value = { text: '', busy: true }
  send({ type: 'write', prompt, temperature, seed })
}

export async function interruptedTraining(wanted: TrainConfig): Promise<boolean> {
  const all = runs.value ?? (await refreshRuns())
  return all.some(({ status, query }) => status === 'running' && query === toTrainQuery(wanted))
}

/** The beginning of the second line that has some words in it: the first is often a title. */
function openingOf(text: string): string {
  const lines = text
    .slice(0, 5_000)
    .split('\n')
    .map((line) => line.trim())
  const long = lines.filter((line) => line.length > 12)
  return (long[1] ?? long[0] ?? text).slice(0, 16).trim()
}

async function recordFor(wanted: TrainConfig, text: string): Promise<RunRecord> {
  const query = toTrainQuery(wanted)
  const all = runs.value ?? (await refreshRuns())
  const known = all.find((run) => run.page === 'train' && run.query === query)
  const created = new Date().toISOString()
  const fresh = { format: 1, id: crypto.randomUUID(), page: 'train', query, created, updated: created } as const
  const next = known ?? { ...fresh, name: `A GPT on ${text}`, seconds: 0, status: 'running' as const }
  const running: RunRecord = { ...next, status: 'running', error: undefined }
  await saveRun(running)
  return running
}

function receive(message: FromTraining): void {
  if (message.type === 'planned') expected.value = { ...expected.value, [message.id]: message.seconds }
  else if (message.type === 'waiting') trainPhase.value = 'waiting'
  else if (message.type === 'started') {
    started.value = message
    if (trainPhase.value !== 'pausing') trainPhase.value = 'running'
  } else if (message.type === 'progress') progress(message)
  else if (message.type === 'metrics') metrics.value = message.metrics
  else if (message.type === 'done') finish(message)
  else if (message.type === 'paused') {
    trainPhase.value = 'paused'
    keep({ status: 'paused' })
  } else if (message.type === 'failed') {
    failure.value = message
    trainPhase.value = 'failed'
    keep({ status: 'failed', error: message.message })
  } else if (message.type === 'insight') {
    insight.value = message.insight
    lookProblem.value = ''
  } else if (message.type === 'look-failed') lookProblem.value = message.message
  else if (message.type === 'model') download('model.safetensors', message.bytes, 'application/octet-stream')
  else written.value = { text: written.value.text + message.text, busy: !message.end }
}

function progress(event: TrainProgress): void {
  now.value = event
  latest = performance.now()
  firstProgress ??= { at: latest, step: event.step }
  const { at, step } = firstProgress
  if (latest - at > 2_000) secondsLeft.value = ((event.steps - event.step) * (latest - at)) / 1000 / (event.step - step)
  const known = losses.value
  const previous = known[known.length - 1]
  if (previous && known.length > 1 && event.step - known[known.length - 2].step < event.steps / POINTS) {
    const loss = 0.7 * previous.loss + 0.3 * event.loss
    losses.value = [...known.slice(0, -1), { step: event.step, loss }]
  } else losses.value = [...known, { step: event.step, loss: event.loss }]
}

async function finish({
  result: finished,
  key,
  makers,
  adapters,
}: Extract<FromTraining, { type: 'done' }>): Promise<void> {
  result.value = finished
  keepPace(finished.options.steps)
  metrics.value = finished.metrics
  losses.value = finished.metrics.training
  trainPhase.value = 'done'
  const made = textModelReport(finished, {
    adapter: adapters ?? started.value?.adapter ?? 'unknown',
    command: 'in the browser: the page “Train”',
    date: new Date().toISOString(),
    versions: { nanoalign: version, browser: browserName() },
    details: { page: 'train', configuration: record?.query ?? '', 'SHA-256 of the text': finished.data.sha256 },
  })
  await keep({ status: 'done', report: withMakers(made, makers), models: [{ key, name: record?.name ?? 'model' }] })
}

/** How fast this device is, from a training of which most was done in this start. */
function keepPace(steps: number): void {
  const planned = record && expected.value[record.query]
  if (!planned || !firstProgress || firstProgress.step > steps / 2) return
  const share = (steps - firstProgress.step) / steps
  rememberPace('train', (latest - firstProgress.at) / 1000 / (planned * share))
}

async function keep(fields: Partial<RunRecord>): Promise<void> {
  const seconds = (record?.seconds ?? 0) + (firstProgress ? (latest - firstProgress.at) / 1000 : 0)
  if (record) await updateRun(record.id, { adapter: started.value?.adapter, seconds, ...fields })
}

function send(message: ToTraining): void {
  if (!worker) {
    worker = new Worker(new URL('./train.worker.ts', import.meta.url), { type: 'module', name: 'training' })
    worker.onmessage = ({ data }: MessageEvent<FromTraining>) => receive(data)
    worker.onerror = (event) => {
      event.preventDefault()
      worker = undefined
      receive({ type: 'failed', error: 'WorkerError', message: event.message || 'the worker could not be started' })
    }
  }
  worker.postMessage(message)
}
