// Every error a user can meet, as one or two lines and an exit code. All of it is here.

import { ArchiveError } from '@nanoalign/experiments'
import { DeviceLimitError, DeviceLostError, NoAdapterError, OutOfMemoryError } from '@nanoalign/kernels'
import { CorruptFileError } from '@nanoalign/model'
import { DivergenceError } from '@nanoalign/trainer'
import { CommanderError } from 'commander'
import { StoreWriteError } from './folder-storage.ts'
import { StoreUnavailableError } from './store/retry.ts'

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** The command line asks for something that cannot be. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The reason of an abort by Ctrl-C or SIGTERM. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The queue, or a worker of it, cannot be used; the message says why. */
export class QueueError extends Error {}

/** A run that ended early: its cause, and what the user needs to know to go on. */
export class RunError extends Error {
  override readonly name = 'RunError'
  override readonly cause: unknown
  readonly run: RunHint

  constructor(cause: unknown, run: RunHint) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.cause = cause
    this.run = run
  }
}

export interface RunHint {
  /** the command line that continues the run */
  command: string
  /** the newest state of the unfinished work, if any was saved: its step and the file */
  checkpoint?: { step: number | undefined; path: string }
}

export interface Explanation {
  exitCode: number
  /** without a line break at the end; empty when nothing is left to say */
  text: string
}

/** What to tell of an error, and how the process ends. */
export function explain(error: unknown): Explanation {
  if (error instanceof CommanderError) {
    // --help and --version are no errors, and commander has already written what it had to say
    const exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return { exitCode, text: '' }
  }
  if (error instanceof RunError) {
    const { exitCode, text } = explain(error.cause)
    return { exitCode, text: [text, ...hints(error.cause, error.run)].join('\n') }
  }
  if (error instanceof UsageError) return { exitCode: EXIT.usage, text: `nanoalign: ${error.message}` }
  if (error instanceof Interrupted) return { exitCode: EXIT.interrupted, text: 'nanoalign: interrupted' }
  if (!(error instanceof Error)) return { exitCode: EXIT.failed, text: `nanoalign: ${String(error)}` }
  if (isOurs(error)) return { exitCode: EXIT.failed, text: `nanoalign: ${error.message}` }
  return {
    exitCode: EXIT.failed,
    text: `nanoalign: unexpected ${error.name}: ${error.message}\n  this looks like a defect; --debug shows where it happened`,
  }
}

function hints(cause: unknown, { command, checkpoint }: RunHint): string[] {
  const go = `  continue with: ${command}`
  if (cause instanceof DivergenceError) {
    if (!checkpoint) return ['  no checkpoint had been saved before that step']
    const step = checkpoint.step === undefined ? '' : ` (step ${checkpoint.step})`
    return [`  the last good checkpoint${step} is ${checkpoint.path}`]
  }
  if (cause instanceof CorruptFileError && checkpoint)
    return [`  if it is the checkpoint ${checkpoint.path}, delete that; the same command then starts that stage again`]
  if (cause instanceof Interrupted || cause instanceof DeviceLostError) {
    if (!checkpoint) return [go]
    const step = checkpoint.step === undefined ? '' : ` of step ${checkpoint.step}`
    return [`  the checkpoint${step} is kept; ${go.trim()}`]
  }
  if (cause instanceof StoreUnavailableError) return [`  what was finished before is kept; ${go.trim()}`]
  if (cause instanceof StoreWriteError) {
    if (cause.code === 'EBUSY') return [`  what was finished before is kept; ${go.trim()}`]
    if (cause.code !== 'ENOSPC' && cause.code !== 'EDQUOT') return ['  choose another folder with --out']
    return [`  what was finished before is kept; make room, then ${go.trim()}`]
  }
  return []
}

/** Whether the message was written for the user: by one of our classes, or a plain Error or RangeError with a sentence. */
function isOurs(error: Error): boolean {
  const classes = [
    NoAdapterError,
    DeviceLostError,
    DeviceLimitError,
    OutOfMemoryError,
    DivergenceError,
    CorruptFileError,
    StoreWriteError,
    StoreUnavailableError,
    ArchiveError,
    QueueError,
  ]
  if (classes.some((type) => error instanceof type)) return true
  const system = typeof (error as NodeJS.ErrnoException).syscall === 'string'
  return system || ['Error', 'RangeError', 'GpuError'].includes(error.name)
}
