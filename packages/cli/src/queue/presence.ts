// Who is there: each coordinator and worker keeps a record of itself in Redis, which vanishes soon after it does.

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { PREFIX } from './queue.ts'

const FAREWELL_MS = 1000

const shared = { host: z.string(), pid: z.number(), code: z.string(), version: z.string(), store: z.string() }

const coordinatorSchema = z.object({
  ...shared,
  study: z.string(),
  queue: z.string(),
  cells: z.object({ done: z.number(), failed: z.number(), all: z.number() }),
  stages: z.object({ done: z.number(), cached: z.number(), all: z.number() }),
})
export type CoordinatorRecord = z.infer<typeof coordinatorSchema>

const workerSchema = z.object({
  ...shared,
  adapter: z.string(),
  processes: z.number(),
  done: z.number(),
  failed: z.number(),
  /** what each busy process does */
  busy: z.array(z.string()),
})
export type WorkerRecord = z.infer<typeof workerSchema>

export const ownPlace = () => ({ host: hostname(), pid: process.pid })

/** Says every `everyMs` that this process is there, until `leave`. What cannot be said now is said the next time. */
export function announce(
  redis: Redis,
  kind: 'coordinator' | 'worker',
  everyMs: number,
  record: () => CoordinatorRecord | WorkerRecord,
): { now(): void; leave(): Promise<void> } {
  const key = `${PREFIX}:${kind}:${randomUUID()}`
  let pending = false
  const now = () => {
    if (pending) return // the server is away: one message is enough for when it is back
    pending = true
    redis
      .set(key, JSON.stringify(record()), 'PX', 4 * everyMs)
      .catch(() => {})
      .finally(() => {
        pending = false
      })
  }
  const timer = setInterval(now, everyMs)
  now()
  return {
    now,
    async leave() {
      clearInterval(timer)
      // a server that has gone silent must not keep the process from its end; the record vanishes by itself
      if (redis.status === 'ready')
        await Promise.race([redis.del(key).catch(() => {}), sleep(FAREWELL_MS, undefined, { ref: false })])
    },
  }
}

export const coordinators = (redis: Redis) => records(redis, 'coordinator', coordinatorSchema)
export const workers = (redis: Redis) => records(redis, 'worker', workerSchema)

/** Records of another version that cannot be read are left out. */
async function records<T>(redis: Redis, kind: string, schema: z.ZodType<T>): Promise<T[]> {
  const keys: string[] = []
  for (let cursor = '0'; ; ) {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${PREFIX}:${kind}:*`, 'COUNT', 1000)
    keys.push(...found)
    cursor = next
    if (cursor === '0') break
  }
  if (keys.length === 0) return []
  const texts = await redis.mget([...new Set(keys)].sort())
  return texts.flatMap((text) => {
    try {
      const parsed = schema.safeParse(JSON.parse(text ?? 'null'))
      return parsed.success ? [parsed.data] : []
    } catch {
      return []
    }
  })
}
