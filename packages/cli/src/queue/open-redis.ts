// A connection to the queue's server, and a clear word when there is none.

import type { Redis } from 'ioredis'
import { QueueError } from '../errors.ts'
import type { QueueAddress } from './connection.ts'
import { QueueRedis } from './redis-client.ts'

const FIRST_ANSWER_MS = 8_000

/** The server has not answered, or not let us in. */
export class QueueUnreachableError extends QueueError {
  override readonly name = 'QueueUnreachableError'
}

/**
 * An open connection. Once open it outlives the server: `tell` hears in words when it is gone, and when it answers again.
 * @throws QueueUnreachableError when the first answer does not come.
 */
export async function openRedis(
  { options, shown }: QueueAddress,
  tell: (text: string) => void = () => {},
): Promise<Redis> {
  const redis = new QueueRedis({ ...options, lazyConnect: true })
  let reason = 'no answer'
  let open = false
  let away = false
  redis.on('error', (error: Error) => {
    const silent = error.message.startsWith('Socket timeout')
    reason = silent
      ? `no answer for ${options.socketTimeout / 1000} s`
      : ((error as NodeJS.ErrnoException).code ?? error.message)
    if (open && !away) tell(awayText(reason))
    away = open
  })
  redis.on('close', () => {
    if (open && !away && redis.status !== 'end') tell(awayText('the connection was closed'))
    away = open
  })
  redis.on('ready', () => {
    if (away) tell('the queue is back')
    away = false
  })
  // a server that is just starting, or a network that is away for a moment, is no reason to give up
  let timer: NodeJS.Timeout | undefined
  const ready = new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(reason)), FIRST_ANSWER_MS)
    redis.once('ready', resolve)
  })
  void redis.connect().catch(() => {})
  try {
    await ready
    await redis.ping() // without the password that it wants, a server is ready and then refuses
    open = true
    return redis
  } catch (error) {
    redis.disconnect()
    throw new QueueUnreachableError(`the queue at ${shown} cannot be used: ${explain((error as Error).message)}`)
  } finally {
    clearTimeout(timer)
  }
}

const awayText = (reason: string) => `the queue is away (${reason}); waiting for it`

function explain(reason: string): string {
  if (reason === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED); start redis-server or valkey-server'
  if (reason === 'ENOTFOUND' || reason === 'EAI_AGAIN') return `there is no such host (${reason})`
  if (/NOAUTH|WRONGPASS|AUTH/.test(reason))
    return 'it wants a password, or another one; set NANOALIGN_QUEUE_PASSWORD (and NANOALIGN_QUEUE_USER)'
  return reason
}
