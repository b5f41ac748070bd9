// A store that is busy or away for a moment is asked again, each time after a longer pause.

import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryOptions {
  /** Tries in all; 6 unless given. */
  tries?: number
  /** Milliseconds before the second try at most, twice as many before the third, and so on; 200 unless given. */
  pauseMs?: number
}

/** The store cannot be used now, and what was tried to use it. Nothing that is in it is lost. */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError'
}

/** It was tried several times, for a reason that may pass. */
export class StoreAwayError extends StoreUnavailableError {
  override readonly name = 'StoreAwayError'
}

/**
 * What `work` returns. An error of its other than a StoreUnavailableError or a RangeError (which another try would not
 * change) is tried again. @throws StoreUnavailableError that begins with `what`, a StoreAwayError after the last try.
 */
export async function withRetries<T>(what: string, options: RetryOptions, work: () => Promise<T>): Promise<T> {
  const { tries = 6, pauseMs = 200 } = options
  const start = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof RangeError) throw error
      if (error instanceof StoreUnavailableError) throw new StoreUnavailableError(`${what}: ${error.message}`)
      if (attempt >= tries) {
        const seconds = ((performance.now() - start) / 1000).toFixed(1)
        throw new StoreAwayError(`${what}: ${reasonOf(error)} (${tries} tries in ${seconds} s)`, { cause: error })
      }
      // the jitter keeps many workers from coming back at the same moment; it touches no result
      const most = pauseMs * 2 ** (attempt - 1)
      await sleep(most / 2 + randomInt(Math.max(1, Math.ceil(most / 2))))
    }
  }
}

/** fetch says only "fetch failed" and keeps the reason, such as ECONNREFUSED or "other side closed", in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { message?: string; code?: string } }
  return (cause?.code?.startsWith('UND_ERR_') ? cause.message : cause?.code) ?? cause?.message ?? message
}
