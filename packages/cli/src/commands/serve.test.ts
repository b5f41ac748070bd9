import { get } from 'node:http'
import { expect, test } from 'vitest'
import { run } from '../testing.ts'

/** Serves on a free port while `ask` runs. */
async function whileServing(ask: (port: number) => Promise<void>): Promise<{ code: number; stderr: string }> {
  const controller = new AbortController()
  let resolve!: (port: number) => void
  let reject!: (error: Error) => void
  const address = new Promise<number>((yes, no) => {
    resolve = yes
    reject = no
  })
  const ended = run(['serve', '--port', '0'], {
    signal: controller.signal,
    stdout: (text) => resolve(Number(/localhost:(\d+)/.exec(text)?.[1])),
  })
  ended.then(({ stderr }) => reject(new Error(stderr)))
  try {
    await ask(await address)
  } finally {
    controller.abort()
  }
  return ended
}

// fetch() would resolve ".." before sending
const raw = (port: number, path: string) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    }).on('error', reject)
  })

test('serves the web app with safe headers, its own files only, and ends with the signal', async () => {
  const { code } = await whileServing(async (port) => {
    const page = await raw(port, '/')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('<title>nanoalign</title>')])
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    const script = /src="\.(\/[^"]+\.js)"/.exec(page.body)![1]
    expect((await raw(port, script)).headers['content-type']).toMatch(/javascript/)
    for (const path of [
      '/none',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/.vite',
      '//etc/passwd',
    ])
      expect((await raw(port, path)).status, path).toBe(404)
  })
  expect(code).toBe(0)
})

test('a port that is taken, or none', async () => {
  await whileServing(async (port) => {
    const { code, stderr } = await run(['serve', '--port', String(port)])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`port ${port} is in use; choose another with --port`)])
  })
  expect((await run(['serve', '--port', '70000'])).code).toBe(2)
})
