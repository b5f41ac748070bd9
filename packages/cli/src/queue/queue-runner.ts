// The coordinator's runner: a stage that is not in the store becomes a job, and its artifact is awaited in the store. The
// store alone says what is done. The queue may forget everything: what is awaited is compared with it again and again.

import {
  Artifact,
  type ArtifactStore,
  type MadeBy,
  MissingInputError,
  madeBy,
  type Runner,
  type StageDefinition,
  type StageEvent,
  type StageProgress,
  stageJob,
  stageKey,
} from '@nanoalign/experiments'
import { type JobsOptions, Queue, QueueEvents } from 'bullmq'
import { limit } from '../limit.ts'
import type { QueueAddress } from './connection.ts'
import {
  ATTEMPTS,
  closeAll,
  type JobData,
  KEEP,
  MISSING_INPUT,
  PREFIX,
  type QueueTimings,
  usualTimings,
} from './queue.ts'

const READS_AT_ONCE = 32
const ASKS_AT_ONCE = 100
/** How often a finished stage may turn out not to be in the store. */
const ROUNDS = 3

export interface QueueRunnerOptions {
  address: QueueAddress
  queue: string
  store: ArtifactStore
  signal: AbortSignal
  /** what workers do: stages that begin, and their steps */
  onEvent?: (event: StageEvent) => void
  /** the longest way from the stage to the end of the study, as a share of the longest of all: 0 to 1 */
  urgency?: (key: string) => number
  timings?: QueueTimings
}

/** A stage failed on workers as often as it is tried. */
export class StageFailedError extends Error {
  override readonly name = 'StageFailedError'
}

interface Found<Output> {
  artifact: Artifact<Output>
  madeBy: MadeBy
  /** absent when it was in the store already */
  elapsedSeconds?: number
}

interface Waiting {
  data: JobData
  since: number
  settle(): void
  refuse(error: Error): void
}

export interface QueueRunner {
  /** A runner whose requests are reported to `onEvent`: what is done and what is found, and by which adapter. */
  view(onEvent: (event: StageEvent) => void): Runner
  close(): Promise<void>
}

export async function createQueueRunner(options: QueueRunnerOptions): Promise<QueueRunner> {
  const { address, store, signal, onEvent = () => {}, urgency = () => 0, timings = usualTimings } = options
  const settings = { connection: address.options, prefix: PREFIX }
  const queue = new Queue<JobData, unknown, string>(options.queue, settings)
  const events = new QueueEvents(options.queue, settings)
  // both connect again by themselves, and open-redis.ts tells of it
  queue.on('error', () => {})
  events.on('error', () => {})
  await events.waitUntilReady()

  const waiting = new Map<string, Waiting>()
  const underWay = new Map<string, Promise<Found<unknown>>>()
  // a stage that failed is not tried again for every cell that needs it
  const failed = new Map<string, Error>()
  const reading = limit(READS_AT_ONCE)
  const asking = limit(ASKS_AT_ONCE)

  function view(report: (event: StageEvent) => void): Runner {
    return {
      async stage<Inputs, Output>(
        definition: StageDefinition<Inputs, Output>,
        inputs: Inputs,
        { label }: { label?: string } = {},
      ): Promise<Artifact<Output>> {
        signal.throwIfAborted()
        const { key } = stageKey(definition, inputs)
        const source = { key, name: definition.name, ...(label !== undefined && { label }) }
        const onCorrupt = (reason: string) => report({ ...source, type: 'stage-corrupt', reason })
        const shared = underWay.get(key) as Promise<Found<Output>> | undefined
        const work = shared ?? findOrAsk(definition, inputs, key, label, onCorrupt).finally(() => underWay.delete(key))
        underWay.set(key, work)
        const { artifact, madeBy, elapsedSeconds } = await work
        if (shared || elapsedSeconds === undefined) report({ ...source, madeBy, type: 'stage-cached' })
        else report({ ...source, madeBy, type: 'stage-done', elapsedSeconds })
        return artifact
      },
    }
  }

  async function findOrAsk<Inputs, Output>(
    definition: StageDefinition<Inputs, Output>,
    inputs: Inputs,
    key: string,
    label: string | undefined,
    onCorrupt: (reason: string) => void,
  ): Promise<Found<Output>> {
    let problem = 'it is not there'
    const complain = (reason: string) => {
      problem = reason
      onCorrupt(reason)
    }
    for (let round = 0; ; round++) {
      const found = await reading(() => store.get(key, (_, reason) => complain(reason)))
      if (found) {
        try {
          const artifact = new Artifact(key, definition.decode(found.blobs))
          const elapsedSeconds = round === 0 ? undefined : Number(found.provenance.elapsedSeconds) || 0
          return { artifact, madeBy: madeBy(found.provenance), elapsedSeconds }
        } catch (error) {
          complain(`cannot be decoded: ${(error as Error).message}`)
        }
      }
      signal.throwIfAborted()
      if (round === ROUNDS)
        throw new StageFailedError(
          `${label ?? definition.name}: workers have finished it ${ROUNDS} times, but in the store ${problem} (${key})`,
        )
      await finished(key, { stage: stageJob(definition, inputs), label })
    }
  }

  /** Resolves when a worker says that the stage is done. */
  function finished(key: string, data: JobData): Promise<void> {
    const before = failed.get(key)
    if (before) return Promise.reject(before)
    return new Promise((resolve, reject) => {
      waiting.set(key, {
        data,
        since: performance.now(),
        settle() {
          waiting.delete(key)
          resolve()
        },
        refuse(error) {
          waiting.delete(key)
          if (error instanceof StageFailedError) failed.set(key, error)
          reject(error)
        },
      })
      void ask(key)
    })
  }

  async function ask(key: string): Promise<void> {
    await asking(async () => {
      const entry = waiting.get(key)
      if (!entry || signal.aborted) return
      try {
        await add(key, entry.data)
        const state = await queue.getJobState(key)
        if (state !== 'completed' && state !== 'failed') return
        // left from an earlier run, or done this very moment
        if (await store.has(key)) return entry.settle()
        await queue.remove(key)
        await add(key, entry.data)
      } catch {
        // the server is away or busy; `reconcile` asks again
      }
    })
  }

  function add(key: string, data: JobData) {
    const priority = 1 + Math.round((1 - urgency(key)) * 1e6) // 1 is taken first
    const job: JobsOptions = { jobId: key, priority, attempts: ATTEMPTS, ...KEEP }
    return queue.add(data.stage.name, data, job)
  }

  function refuseFailed(key: string, reason: string): void {
    const entry = waiting.get(key)
    if (!entry) return
    const { label, stage } = entry.data
    if (reason.startsWith(MISSING_INPUT)) entry.refuse(new MissingInputError(reason.slice(MISSING_INPUT.length)))
    else entry.refuse(new StageFailedError(`${label ?? stage.name}: ${reason}`))
  }

  events.on('completed', ({ jobId }) => waiting.get(jobId)?.settle())
  events.on('failed', ({ jobId, failedReason }) => refuseFailed(jobId, failedReason))
  events.on('active', ({ jobId }) => {
    const { data } = waiting.get(jobId) ?? {}
    if (data) onEvent({ key: jobId, name: data.stage.name, label: data.label, type: 'stage-start' })
  })
  events.on('progress', ({ jobId, data: progress }) => {
    const { data } = waiting.get(jobId) ?? {}
    if (!data) return
    onEvent({
      ...(progress as StageProgress),
      key: jobId,
      name: data.stage.name,
      label: data.label,
      type: 'stage-progress',
    })
  })

  /** Finds what no event told of: a server that was restarted has forgotten jobs, or events while we were cut off. */
  async function reconcile(): Promise<void> {
    const longAgo = performance.now() - timings.reconcile
    const keys = [...waiting].flatMap(([key, { since }]) => (since <= longAgo ? [key] : []))
    await Promise.all(
      keys.map((key) =>
        asking(async () => {
          const state = await queue.getJobState(key)
          const entry = waiting.get(key)
          if (!entry) return
          if (state === 'failed') refuseFailed(key, (await queue.getJob(key))?.failedReason ?? 'failed')
          else if (state === 'completed' || state === 'unknown') {
            if (await store.has(key)) entry.settle()
            else void ask(key)
          }
        }),
      ),
    )
  }
  let reconciling = false
  const timer = setInterval(() => {
    if (reconciling) return
    reconciling = true
    void reconcile()
      .catch(() => {})
      .finally(() => {
        reconciling = false
      })
  }, timings.reconcile)
  const stop = () => {
    for (const entry of [...waiting.values()]) entry.refuse(signal.reason)
  }
  signal.addEventListener('abort', stop)

  return {
    view,
    async close() {
      clearInterval(timer)
      signal.removeEventListener('abort', stop)
      await closeAll([events, queue])
    },
  }
}
