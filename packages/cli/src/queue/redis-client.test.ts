import { once } from 'node:events'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import { freePort, redisProgram, TestRedis } from './faults/processes.ts'
import { QueueRedis } from './redis-client.ts'

test.skipIf(!redisProgram)(
  'a connection that is closed while it waits leaves no timer that would keep the process',
  async () => {
    const server = new TestRedis(await freePort(), temporaryFolder(), false)
    await server.start()
    const redis = new QueueRedis({ port: Number(new URL(server.address).port), socketTimeout: 30_000 })
    const timer = () => (redis as unknown as { socketTimeoutTimer?: object }).socketTimeoutTimer
    try {
      await redis.ping()
      const waiting = redis.blpop('nothing', 0).catch(() => {})
      expect(timer()).toBeDefined()
      redis.disconnect()
      await Promise.all([once(redis, 'end'), waiting])
      expect(timer()).toBeUndefined()
    } finally {
      redis.disconnect()
      await server.kill()
    }
  },
)
