// Where the queue is. Passwords come from the environment alone and appear in no output.

import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'

/**
 * After so long without an answer the connection is made anew: a router that forgets one tells nobody, and the system would
 * wait for a quarter of an hour. Requests that wait at the server (for jobs and events) wait for 10 s at most.
 */
const SILENCE_MS = 30_000

export interface QueueAddress {
  /** for ioredis and BullMQ */
  options: {
    host: string
    port: number
    db: number
    username?: string
    password?: string
    tls?: object
    maxRetriesPerRequest: null
    retryStrategy: (times: number) => number
    socketTimeout: number
  }
  /** for people; without credentials */
  shown: string
}

/**
 * The Redis or Valkey server at `redis://host:port/db` (`rediss://` for TLS), by --queue or NANOALIGN_QUEUE; user and password
 * from NANOALIGN_QUEUE_USER and NANOALIGN_QUEUE_PASSWORD, or in the address of NANOALIGN_QUEUE.
 * @throws UsageError for an address that is none, and for credentials on the command line.
 */
export function queueAddress(given: string | undefined, env: Host['env']): QueueAddress | undefined {
  const text = given ?? (env.NANOALIGN_QUEUE || undefined)
  if (text === undefined) return undefined
  // the text is not repeated here: what is wrong in it may be the password
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || !url.hostname)
    throw new UsageError('--queue takes an address such as redis://host:6379 (rediss:// for TLS)')
  if (given !== undefined && (url.username || url.password))
    throw new UsageError(
      '--queue must not hold a user or password, which others on this machine could see; set NANOALIGN_QUEUE_PASSWORD',
    )
  const db = /^\/?(\d*)$/.exec(url.pathname)?.[1]
  if (db === undefined)
    throw new UsageError('--queue: what follows the host must be the number of a database, such as /1')
  const port = url.port === '' ? 6379 : Number(url.port)
  if (url.search || url.hash) throw new UsageError('--queue: nothing may follow the host, port and database')
  const username = env.NANOALIGN_QUEUE_USER || decoded(url.username) || undefined
  const password = env.NANOALIGN_QUEUE_PASSWORD || decoded(url.password) || undefined
  return {
    options: {
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port,
      db: Number(db || 0),
      username,
      password,
      ...(url.protocol === 'rediss:' && { tls: {} }),
      // a server that is away is waited for: what was asked then is asked when it is back
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(100 * times, 2000),
      socketTimeout: SILENCE_MS,
    },
    shown: `${url.protocol}//${url.host}${db ? `/${db}` : ''}`,
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new UsageError('NANOALIGN_QUEUE: in its user and password % begins a code such as %25, which stands for %')
  }
}
