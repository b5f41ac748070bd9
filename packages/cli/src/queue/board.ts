// The queues as a web page, by bull-board.

import { createServer } from 'node:http'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import { Queue } from 'bullmq'
import express from 'express'
import type { Host } from '../host.ts'
import type { QueueAddress } from './connection.ts'
import { openRedis } from './open-redis.ts'
import { closeAll, type JobData, PREFIX } from './queue.ts'
import { queueNames } from './status.ts'

/** The page would ask a font server elsewhere; nobody need know that a queue is looked at. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** A job is called what the study calls it, such as `seed 1: weak supervisor (a)`. */
function adapterOf(queue: Queue): BullMQAdapter {
  const adapter = new BullMQAdapter(queue)
  adapter.setFormatter('name', ({ name, data }) => (data as JobData).label ?? name)
  return adapter
}

/** Serves until the signal. @throws QueueUnreachableError; Error when the port cannot be listened on. */
export async function serveBoard(
  host: Host,
  address: QueueAddress,
  { port, host: bind }: { port: number; host: string },
): Promise<void> {
  const redis = await openRedis(address, (text) => host.stderr(`${text}\n`))
  const queues: Queue[] = []
  try {
    for (const name of await queueNames(redis)) {
      const queue = new Queue(name, { connection: address.options, prefix: PREFIX })
      queue.on('error', () => {}) // BullMQ prints them otherwise, one per try to connect
      queues.push(queue)
    }
    await serveQueues(host, queues, address, { port, host: bind })
  } finally {
    // whatever is left open would keep the process from its end
    await closeAll(queues)
    redis.disconnect()
  }
}

async function serveQueues(
  host: Host,
  queues: Queue[],
  address: QueueAddress,
  { port, host: bind }: { port: number; host: string },
): Promise<void> {
  const adapter = new ExpressAdapter()
  createBullBoard({
    queues: queues.map(adapterOf),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'nanoalign' } },
  })
  const app = express()
  app.disable('x-powered-by')
  const loopback = /^(127\.|localhost$|::1$)/.test(bind)
  app.use((request, response, next) => {
    // a page elsewhere that has its name point here must not drive the queue (DNS rebinding)
    const { origin, host: name = '' } = request.headers
    const ours = !loopback || /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(name)
    if (!ours || (origin !== undefined && origin !== `http://${name}`)) {
      response.status(403).end('only for this host’s own pages')
      return
    }
    response.set({
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
    })
    next()
  })
  const pages: express.Express = adapter.getRouter()
  pages.disable('x-powered-by')
  app.use('/', pages)
  const server = createServer(app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Error(`cannot listen on ${bind}:${port}: ${error.code === 'EADDRINUSE' ? 'it is in use' : error.code}`),
      )
    })
    server.listen(port, bind, resolve)
  })
  const listening = server.address()
  const shown = typeof listening === 'object' && listening ? listening.port : port
  if (!loopback) host.stderr('warning: whoever can reach this address can remove and repeat jobs\n')
  host.stdout(`queue of ${address.shown}: http://${bind.includes(':') ? `[${bind}]` : bind}:${shown}/\n`)
  if (queues.length === 0) host.stderr('no queue there yet; start this again after a sweep has begun\n')
  await new Promise<void>((resolve) => {
    if (host.signal.aborted) resolve()
    host.signal.addEventListener('abort', () => resolve())
  })
  server.close()
  server.closeAllConnections()
}
