// The process that computes stages for a worker, one at a time: it has the device and the store, and talks to its parent alone.
// When a kernel hangs or a driver crashes, the parent ends this process and starts another.

import { type AnyStage, type ArtifactStore, createRunner, MissingInputError, runStageJob } from '@nanoalign/experiments'
import { DeviceLostError } from '@nanoalign/kernels'
import { DivergenceError } from '@nanoalign/trainer'
import { Interrupted } from '../errors.ts'
import { endingSignals } from '../host.ts'
import { StoreAwayError } from '../store/retry.ts'
import { endWithParent } from './end-with-parent.ts'
import type { JobData } from './queue.ts'

/** What the parent says. */
export type ToExecutor = { type: 'run'; key: string; data: JobData } | { type: 'stop' }

/** What it is told. `progress` is any sign of life of the stage. */
export type FromExecutor =
  | { type: 'ready'; adapter: string; software: boolean }
  | { type: 'unusable'; message: string }
  | { type: 'progress'; step: number; steps: number; note?: string; loss?: number }
  | { type: 'done'; cached: boolean }
  | { type: 'failed'; reason: 'interrupted' | 'away' | 'missing' | 'final' | 'device' | 'other'; message: string }

export interface ExecutorSetup {
  definitions: readonly AnyStage[]
  store: ArtifactStore
  provenance: Record<string, unknown>
  adapter: { text: string; software: boolean }
  checkpointEveryMs: number
}

/** Serves the parent until it goes away. */
export async function serveExecutor(setUp: () => Promise<ExecutorSetup>): Promise<void> {
  const say = (message: FromExecutor) => process.connected && process.send!(message)
  const controller = new AbortController()
  endWithParent()
  // a terminal's Ctrl-C reaches the parent, too, which decides
  for (const signal of endingSignals()) process.on(signal, () => {})
  process.on('disconnect', () => {
    controller.abort(new Interrupted('the worker is gone'))
    setTimeout(() => process.exit(1), 2000) // a checkpoint may be on its way
  })
  let setup: ExecutorSetup
  try {
    setup = await setUp()
  } catch (error) {
    say({ type: 'unusable', message: (error as Error).message })
    return void setTimeout(() => process.exit(1), 100)
  }
  const { definitions, store, provenance, checkpointEveryMs } = setup

  async function run(key: string, { stage, label }: JobData): Promise<void> {
    let cached = false
    const runner = createRunner({
      store,
      signal: controller.signal,
      provenance,
      checkpointEveryMs,
      onEvent(event) {
        if (event.type === 'stage-cached') cached = true
        if (event.type !== 'stage-progress') return
        const { step, steps, note, loss } = event
        say({ type: 'progress', step, steps, note, loss })
      },
    })
    try {
      await runStageJob(definitions, store, runner, stage, label)
      say({ type: 'done', cached })
    } catch (error) {
      let reason = reasonOf(error, controller.signal)
      // one that answers is not away: it does not give this, or take it, and may never
      if (reason === 'away' && (await answers(store, key))) reason = 'other'
      say({ type: 'failed', reason, message: (error as Error).message })
    }
  }

  process.on('message', (message: ToExecutor) => {
    if (message.type === 'run') void run(message.key, message.data)
    else controller.abort(new Interrupted('the worker stops'))
  })
  say({ type: 'ready', adapter: setup.adapter.text, software: setup.adapter.software })
}

function answers(store: ArtifactStore, key: string): Promise<boolean> {
  return store.has(key).then(
    () => true,
    () => false,
  )
}

function reasonOf(error: unknown, signal: AbortSignal): Extract<FromExecutor, { type: 'failed' }>['reason'] {
  if (signal.aborted) return 'interrupted'
  if (error instanceof StoreAwayError) return 'away'
  if (error instanceof MissingInputError) return 'missing'
  if (error instanceof DivergenceError) return 'final' // the same numbers everywhere: no use in trying again
  return error instanceof DeviceLostError ? 'device' : 'other'
}
