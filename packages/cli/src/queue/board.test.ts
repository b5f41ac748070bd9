// The page of the queue: its own host's pages alone may use it, as it can remove jobs.

import { get } from 'node:http'
import { Queue } from 'bullmq'
import { expect, test, vi } from 'vitest'
import { run, start, temporaryFolder, until } from '../testing.ts'
import { freePort, redisProgram, TestRedis } from './faults/processes.ts'
import { PREFIX } from './queue.ts'

const folder = temporaryFolder()

function ask(port: number, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status?: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    get({ port, path, headers, host: '127.0.0.1' }, (answer) => {
      let body = ''
      answer.on('data', (text) => (body += text))
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }))
    }).on('error', reject)
  })
}

test.skipIf(!redisProgram)('the board shows the queue to this machine alone', async () => {
  const redis = new TestRedis(await freePort(), folder, false)
  await redis.start()
  const queue = new Queue('stages-a-b', { connection: { port: redis.port, host: '127.0.0.1' }, prefix: PREFIX })
  const port = await freePort()
  const controller = new AbortController()
  try {
    await queue.add('tiny', { label: 'a stage' })
    let [shown, told] = ['', '']
    const printed = vi.spyOn(console, 'error')
    const board = run(['sweep', 'board', '--queue', redis.address, '--port', String(port)], {
      signal: controller.signal,
      stdout: (text) => (shown += text),
      stderr: (text) => (told += text),
    })
    await until(() => shown !== '', 'the board')
    expect(shown).toBe(`queue of ${redis.address}: http://127.0.0.1:${port}/\n`)
    const page = await ask(port, '/')
    expect(page).toMatchObject({
      status: 200,
      headers: { 'x-frame-options': 'DENY', 'content-security-policy': expect.stringContaining("default-src 'self'") },
    })
    expect(page.headers).not.toHaveProperty('x-powered-by')
    const { body } = await ask(port, '/api/queues?activeQueue=stages-a-b&status=waiting')
    expect(JSON.parse(body).queues).toMatchObject([{ name: 'stages-a-b', jobs: [{ name: 'a stage' }] }])
    expect((await ask(port, '/api/queues', { host: 'elsewhere.example' })).status).toBe(403)
    expect((await ask(port, '/api/queues', { origin: 'http://elsewhere.example' })).status).toBe(403)
    // a second one cannot have that place, says so, and ends
    const second = await start(['sweep', 'board', '--queue', redis.address, '--port', String(port)]).ended
    expect(second).toMatchObject({ code: 1, stderr: `nanoalign: cannot listen on 127.0.0.1:${port}: it is in use\n` })
    await queue.close()
    await redis.kill()
    await until(() => told !== '', 'word of the server that is gone')
    controller.abort()
    expect((await board).code).toBe(0)
    expect(told).toMatch(/^the queue is away \(.*\); waiting for it\n$/)
    expect(printed).not.toHaveBeenCalled()
  } finally {
    await queue.close()
    await redis.kill()
  }
})
