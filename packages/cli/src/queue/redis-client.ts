// ioredis, as used by us and by BullMQ. Its own leaves the timer of `socketTimeout` running when a connection closes while an
// answer is due: that would keep the process from its end for so long, and then cut the connection that was made anew.

import { createIORedisClient, RedisConnection } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'

export class QueueRedis extends Redis {
  constructor(options: RedisOptions) {
    super(options)
    const timed = this as unknown as { socketTimeoutTimer?: NodeJS.Timeout }
    this.on('close', () => {
      clearTimeout(timed.socketTimeoutTimer)
      timed.socketTimeoutTimer = undefined
    })
  }
}

RedisConnection.clientFactory = (options) => createIORedisClient(new QueueRedis(options))
