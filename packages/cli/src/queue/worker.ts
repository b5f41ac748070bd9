// A worker: takes stages from the queue and has them computed by processes of its own. This process never computes, so its
// locks are renewed whatever a driver does; a job whose process hangs or crashes fails with a word, and is tried again.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import { QueueError } from '../errors.ts'
import type { QueueAddress } from './connection.ts'
import { openRedis } from './open-redis.ts'
import { announce, coordinators, ownPlace } from './presence.ts'
import {
  closeAll,
  type JobData,
  type JobProgress,
  KEEP,
  MAX_LOST_WORKERS,
  MISSING_INPUT,
  PREFIX,
  type QueueIdentity,
  type QueueTimings,
  queueName,
  usualTimings,
} from './queue.ts'
import { type ExecutorProgram, Slot, UnusableWorkerError } from './slot.ts'

const PROGRESS_MS = 1000
/** After two failures in a row the worker rests, so that one broken machine cannot use up the tries of all jobs. */
const REST_MS = { first: 1000, most: 30_000 }

export interface WorkerOptions {
  address: QueueAddress
  identity: QueueIdentity
  version: string
  program: ExecutorProgram
  concurrency: number
  hangAfterMs: number
  signal: AbortSignal
  log(text: string): void
  timings?: QueueTimings
}

/** Other code, or another store, than those of everyone who wants something computed. */
export class WorkerRefusedError extends QueueError {
  override readonly name = 'WorkerRefusedError'
}

/**
 * Works until the signal; jobs under way then leave a checkpoint and go back to the queue.
 * @throws WorkerRefusedError, UnusableWorkerError, QueueUnreachableError.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { address, identity, version, concurrency, signal, log, timings = usualTimings } = options
  const redis = await openRedis(address, log)
  let end!: (error?: Error) => void
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve())
  })
  ended.catch(() => {}) // it is awaited further down
  const counts = { done: 0, failed: 0 }
  let adapter = ''
  const slots = Array.from({ length: concurrency }, () => {
    return new Slot({
      program: options.program,
      hangAfterMs: options.hangAfterMs,
      onReady(ready) {
        if (!adapter) log(`adapter: ${ready.adapter}${ready.software ? ' (a software adapter: correct but slow)' : ''}`)
        adapter = ready.adapter
      },
    })
  })
  const presence = announce(redis, 'worker', timings.presence, () => ({
    ...ownPlace(),
    ...identity,
    version,
    adapter,
    processes: concurrency,
    ...counts,
    busy: slots.flatMap(({ busy }) => busy ?? []),
  }))
  const name = `${ownPlace().host}:${ownPlace().pid}`
  let inARow = 0
  let worker: Worker<JobData> | undefined

  async function process(job: Job<JobData>, token?: string): Promise<{ worker: string; cached: boolean }> {
    const slot = slots.find(({ busy }) => !busy)!
    let said = 0
    const outcome = await slot.run(job.id!, job.data, ({ step, steps, note, loss }) => {
      if (performance.now() - said < PROGRESS_MS) return
      said = performance.now()
      void job.updateProgress({ worker: name, step, steps, note, loss } satisfies JobProgress).catch(() => {})
    })
    if (outcome.type === 'done') {
      inARow = 0
      counts.done++
      return { worker: name, cached: outcome.cached }
    }
    const backToTheQueue = async () => {
      await job.moveToWait(token)
      return new WaitingError()
    }
    if (signal.aborted || (outcome.type === 'failed' && outcome.reason === 'interrupted')) throw await backToTheQueue()
    const label = job.data.label ?? job.name
    if (outcome.type === 'failed' && outcome.reason === 'away') {
      // not the stage's fault: it keeps its tries
      log(`the store is away: ${outcome.message}; "${label}" goes back to the queue`)
      void rest(Math.min(REST_MS.most, REST_MS.first * 2 ** inARow++))
      throw await backToTheQueue()
    }
    counts.failed++
    log(`failed: ${label}: ${outcome.message} (try ${job.attemptsMade + 1})`)
    if (++inARow > 1) void rest(Math.min(REST_MS.most, REST_MS.first * 2 ** (inARow - 2)))
    if (outcome.type === 'failed' && outcome.reason === 'missing')
      throw new UnrecoverableError(MISSING_INPUT + outcome.message)
    if (outcome.type === 'failed' && outcome.reason === 'final') throw new UnrecoverableError(outcome.message)
    throw new Error(outcome.message)
  }

  let rests = 0
  /** Until the longest of the rests that overlap has ended. */
  async function rest(ms: number): Promise<void> {
    rests++
    await worker?.pause(true)
    await sleep(ms, undefined, { ref: false })
    if (--rests === 0 && !signal.aborted) await worker?.resume()
  }

  const checking = setInterval(() => {
    if (slots.every(({ busy }) => !busy)) void refusal(redis, identity, version).then(refuse, () => {})
  }, timings.presence)
  const refuse = (reason: string | undefined) => reason && end(new WorkerRefusedError(reason))
  const stop = () => {
    for (const slot of slots) slot.stop()
    end()
  }
  try {
    const reason = await refusal(redis, identity, version)
    if (reason) throw new WorkerRefusedError(reason)
    await Promise.all(slots.map((slot) => slot.start()))
    worker = new Worker<JobData>(
      queueName(identity),
      async (job, token) => {
        try {
          return await process(job, token)
        } catch (error) {
          if (error instanceof UnusableWorkerError) {
            await job.moveToWait(token)
            end(error)
            throw new WaitingError()
          }
          throw error
        }
      },
      {
        connection: address.options,
        prefix: PREFIX,
        name,
        concurrency,
        lockDuration: timings.lock,
        stalledInterval: timings.stalled,
        maxStalledCount: MAX_LOST_WORKERS,
        ...KEEP,
      },
    )
    worker.on('error', (error) => {
      // a lost connection is told of by our own; a lost job is another worker's now
      if (/lock|Missing key/i.test(error.message)) log(`a job is no longer ours: ${error.message}`)
    })
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    log(`worker ${name}: ${concurrency === 1 ? 'one process' : `${concurrency} processes`}, waiting for stages`)
    await ended
  } finally {
    clearInterval(checking)
    signal.removeEventListener('abort', stop)
    if (worker) await closeAll([worker], 10_000)
    await Promise.all(slots.map((slot) => slot.end()))
    await presence.leave()
    redis.disconnect()
  }
}

/** Why this worker would wait in vain, if it would: everyone who asks for stages has other code or another store. */
async function refusal(
  redis: Parameters<typeof coordinators>[0],
  { code, store }: QueueIdentity,
  version: string,
): Promise<string | undefined> {
  const all = await coordinators(redis)
  if (all.length === 0 || all.some((each) => each.code === code && each.store === store)) return undefined
  const same = all.find((each) => each.code === code)
  const { host, study, ...other } = same ?? all[0]
  if (!same)
    return `refused: study "${study}" on ${host} runs nanoalign ${other.version}, code ${other.code}, and this worker nanoalign ${version}, code ${code}; install the same version here. Its jobs are left for others`
  return `refused: study "${study}" on ${host} keeps its artifacts in another store (${other.store}) than this worker (${store}); give --store the same place`
}
