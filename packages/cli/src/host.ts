// What a command may touch of the process it runs in, so that tests can stand in for a terminal and a keyboard.

import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { EXIT, Interrupted } from './errors.ts'

export interface Host {
  /** results */
  stdout(text: string): void
  /** progress, warnings, errors */
  stderr(text: string): void
  env: Record<string, string | undefined>
  /** whether stderr is a terminal, where one line can be rewritten */
  terminal: boolean
  columns: number
  /** absent: as many as terminals usually have */
  rows?: number
  /** aborted with an Interrupted when the user wants to stop */
  signal: AbortSignal
  openDevice(adapter: string | undefined): Promise<Gpu>
}

// npm passes on a Ctrl-C that the terminal has sent to its children already: two signals for one key press
const SAME_PRESS_MS = 500

/** What asks this process to end. On Windows nobody can send SIGTERM, but Ctrl-Break and a window that is closed come as signals. */
export function endingSignals(): NodeJS.Signals[] {
  return process.platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM']
}

/** This process: the first of these signals aborts the host's, the second exits at once. */
export function processHost(): Host {
  const controller = new AbortController()
  let first = 0
  const interrupt = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > SAME_PRESS_MS) process.exit(EXIT.interrupted)
      return
    }
    first = performance.now()
    process.stderr.write('\ninterrupted: saving a checkpoint (once more to stop at once)\n')
    controller.abort(new Interrupted('interrupted'))
  }
  for (const signal of endingSignals()) process.on(signal, interrupt)
  // a reader that has gone (`nanoalign runs | head`, a closed terminal) is no reason to stop training
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const gone = error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)
      if (!gone) throw error
    })
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    terminal: process.stderr.isTTY ?? false,
    // a window may be resized; where nobody has set a terminal's size, it is 0
    get columns() {
      return process.stderr.columns || process.stdout.columns || 100
    },
    get rows() {
      return process.stderr.rows || undefined
    },
    signal: controller.signal,
    openDevice: (adapter) => openNodeDevice({ adapter }),
  }
}
