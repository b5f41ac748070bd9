// One executor process and what it is doing. Started when needed, ended when it is stuck, started again for the next job.

import { type ChildProcess, fork } from 'node:child_process'
import { QueueError } from '../errors.ts'
import type { FromExecutor, ToExecutor } from './executor.ts'
import type { JobData } from './queue.ts'
import { watchdog } from './watchdog.ts'

export interface ExecutorProgram {
  /** the module's path, and its arguments */
  path: string
  args: string[]
}

export type JobOutcome =
  | { type: 'done'; cached: boolean }
  | Extract<FromExecutor, { type: 'failed' }>
  /** the process ended, or was ended because it was stuck */
  | { type: 'died'; message: string }

export interface SlotOptions {
  program: ExecutorProgram
  /** Waking milliseconds without a sign of life after which a stage counts as hung. */
  hangAfterMs: number
  onReady(ready: Extract<FromExecutor, { type: 'ready' }>): void
}

/** The device or the store cannot be used: no job would get anywhere. */
export class UnusableWorkerError extends QueueError {
  override readonly name = 'UnusableWorkerError'
}

export class Slot {
  busy: string | undefined
  readonly #options: SlotOptions
  #child: ChildProcess | undefined
  #ready: Promise<ChildProcess> | undefined

  constructor(options: SlotOptions) {
    this.#options = options
  }

  /** @throws UnusableWorkerError when the process cannot open its device or store. */
  start(): Promise<ChildProcess> {
    this.#ready ??= new Promise((resolve, reject) => {
      const { path, args } = this.#options.program
      const child = fork(path, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      this.#child = child
      child.on('message', (message: FromExecutor) => {
        if (message.type === 'ready') {
          this.#options.onReady(message)
          resolve(child)
        }
        if (message.type === 'unusable') reject(new UnusableWorkerError(message.message))
      })
      child.on('error', reject)
      child.on('exit', (code, signal) => {
        if (this.#child === child) this.#child = this.#ready = undefined
        reject(
          new UnusableWorkerError(`the process that computes ended at its start (${signal ?? `exit code ${code}`})`),
        )
      })
    })
    this.#ready.catch(() => {
      this.#ready = undefined
    })
    return this.#ready
  }

  async run(key: string, data: JobData, onProgress: (progress: Extract<FromExecutor, { type: 'progress' }>) => void) {
    this.busy = data.label ?? data.stage.name
    try {
      const child = await this.start()
      const outcome = await this.#outcome(child, key, data, onProgress)
      // a lost device does not come back to the process that lost it
      if (outcome.type === 'failed' && outcome.reason === 'device') await this.end()
      return outcome
    } finally {
      this.busy = undefined
    }
  }

  #outcome(
    child: ChildProcess,
    key: string,
    data: JobData,
    onProgress: (progress: Extract<FromExecutor, { type: 'progress' }>) => void,
  ): Promise<JobOutcome> {
    const { hangAfterMs } = this.#options
    return new Promise((resolve) => {
      let hung = false
      const onHang = () => {
        hung = true
        child.kill('SIGKILL')
      }
      const dog = watchdog(hangAfterMs, onHang)
      const end = (outcome: JobOutcome) => {
        dog.stop()
        child.off('message', onMessage)
        child.off('exit', onExit)
        resolve(outcome)
      }
      const onMessage = (message: FromExecutor) => {
        dog.feed()
        if (message.type === 'progress') onProgress(message)
        if (message.type === 'done' || message.type === 'failed') end(message)
      }
      const onExit = (code: number | null, signal: string | null) => {
        const message = hung
          ? `no progress for ${hangAfterMs / 1000} s, as when a kernel hangs; the process was ended`
          : `the process that computed it ended (${signal ?? `exit code ${code}`})`
        end({ type: 'died', message })
      }
      child.on('message', onMessage)
      child.on('exit', onExit)
      if (child.exitCode !== null || child.signalCode !== null) return onExit(child.exitCode, child.signalCode)
      child.send({ type: 'run', key, data } satisfies ToExecutor, (error) => {
        if (error && !child.killed) child.kill('SIGKILL')
      })
    })
  }

  /** Asks for a checkpoint and the end of the stage. */
  stop(): void {
    this.#child?.send({ type: 'stop' } satisfies ToExecutor, () => {})
  }

  async end(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = this.#ready = undefined
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}
