// The benchmark of this tab, going on while other pages are looked at. Signals are what the page shows.

import type { Benchmark, Group, Row } from '@nanoalign/experiments'
import { signal } from '@preact/signals'
import { version } from '../../package.json'
import { announce } from '../activity.ts'
import { browserName } from '../browser-name.ts'
import { draw } from '../report/drawing.ts'
import type { Drawing } from '../report/messages.ts'
import { saveRun } from '../store/runs.ts'
import { type BenchConfig, toBenchCommand, toBenchQuery } from './bench-config.ts'
import type { FromBench, Measured, ToBench } from './messages.ts'

export type BenchState = 'idle' | 'starting' | 'waiting' | 'running' | 'stopping' | 'stopped' | 'failed' | 'done'

export const benchState = signal<BenchState>('idle')
export const benchConfig = signal<BenchConfig | undefined>(undefined)
export const caseNow = signal<{ label: string; group: Group } | undefined>(undefined)
export const rows = signal<Row[]>([])
export const result = signal<Benchmark | undefined>(undefined)
/** another result, as the text of its file */
export const earlier = signal<{ name: string; text: string } | undefined>(undefined)
export const report = signal<Drawing | undefined>(undefined)
export const problem = signal('')

let worker: Worker | undefined
let startedAt = 0

export const isMeasuring = () => ['starting', 'waiting', 'running', 'stopping'].includes(benchState.value)

announce('kernels', () => (isMeasuring() ? benchState.value : undefined))

export function startBench(config: BenchConfig): void {
  if (isMeasuring()) return
  benchState.value = 'starting'
  benchConfig.value = config
  caseNow.value = undefined
  rows.value = []
  result.value = undefined
  report.value = undefined
  problem.value = ''
  startedAt = performance.now()
  open().postMessage({ type: 'start', ...config } satisfies ToBench)
}

/** Ends the benchmark after the case under way. */
export function stopBench(): void {
  if (!isMeasuring()) return
  benchState.value = 'stopping'
  worker?.postMessage({ type: 'stop' } satisfies ToBench)
}

/** Shows another result: beside this device's if there is one, else alone. */
export async function compareWith(other: { name: string; text: string } | undefined): Promise<void> {
  const before = earlier.value
  earlier.value = other
  problem.value = ''
  try {
    await redraw()
  } catch (error) {
    problem.value = (error as Error).message
    earlier.value = before
  }
}

async function redraw(): Promise<Drawing | undefined> {
  const [own, other] = [result.value, earlier.value]
  if (!own && !other) {
    report.value = undefined
    return undefined
  }
  const drawn = await draw({ kind: 'benchmark', result: own, earlier: other })
  if (result.value === own && earlier.value === other) report.value = drawn
  return drawn
}

function receive(message: FromBench): void {
  if (message.type === 'waiting') benchState.value = 'waiting'
  else if (message.type === 'started') {
    if (benchState.value !== 'stopping') benchState.value = 'running'
  } else if (message.type === 'case') caseNow.value = message
  else if (message.type === 'row') rows.value = [...rows.value, message.row]
  else if (message.type === 'done') finish(message.measured).catch(fail)
  else if (message.type === 'stopped') benchState.value = 'stopped'
  else fail(new Error(message.message))
}

function fail(error: Error): void {
  problem.value = error.message
  benchState.value = 'failed'
}

async function finish(measured: Measured): Promise<void> {
  const config = benchConfig.value!
  const now = new Date().toISOString()
  const benchmark: Benchmark = {
    format: 'nanoalign-benchmark/1',
    date: now,
    command: toBenchCommand(config),
    versions: { nanoalign: version, browser: browserName() },
    machine: { processors: String(navigator.hardwareConcurrency) },
    ...measured,
  }
  result.value = benchmark
  await redraw()
  benchState.value = 'done'
  const alone = await draw({ kind: 'benchmark', result: benchmark }) // what is kept does not depend on what it is compared with
  await saveRun({
    format: 1,
    id: crypto.randomUUID(),
    page: 'kernels',
    name: `Benchmark of ${measured.adapter.name}`,
    query: toBenchQuery(config),
    status: 'done',
    created: now,
    updated: now,
    seconds: (performance.now() - startedAt) / 1000,
    adapter: measured.adapter.name,
    report: alone.report,
    benchmark,
  })
}

function open(): Worker {
  if (worker) return worker
  worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module', name: 'benchmark' })
  worker.onmessage = ({ data }: MessageEvent<FromBench>) => receive(data)
  worker.onerror = (event) => {
    event.preventDefault()
    worker = undefined
    receive({ type: 'failed', message: event.message || 'the worker could not be started' })
  }
  return worker
}
