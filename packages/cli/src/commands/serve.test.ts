import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { run, temporaryFolder } from '../testing.ts'
import { appHandler } from './serve.ts'

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

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: string
}

// fetch() would resolve ".." before sending, and sets Host itself
const raw = (port: number, path: string, { method = 'GET', host = `localhost:${port}` } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { Host: host } }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })

const SAFE = {
  'content-security-policy': expect.stringMatching(/default-src 'none'; script-src 'self'.*frame-ancestors 'none'$/),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

test('serves the web app with safe headers, its own files only, and ends with the signal', async () => {
  const { code } = await whileServing(async (port) => {
    const page = await raw(port, '/')
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('<title>nanoalign</title>')])
    expect(page.headers).toMatchObject(SAFE)
    const script = /src="\.(\/[^"]+\.js)"/.exec(page.body)![1]
    expect((await raw(port, script)).headers).toMatchObject({
      ...SAFE,
      'content-type': expect.stringMatching(/javascript/),
    })
    expect((await raw(port, '/none')).headers).toMatchObject(SAFE)
    expect((await raw(port, '/', { method: 'HEAD' })).status).toBe(200)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await raw(port, '/', { method })).status).toBe(405)
    // a name of another site that leads to this machine
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', ''])
      expect([host, (await raw(port, '/', { host })).status]).toEqual([host, host === '' ? expect.any(Number) : 421])
    expect((await raw(port, '/', { host: `127.0.0.1:${port}` })).status).toBe(200)
    for (const path of [
      '/none',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/.vite',
      '//etc/passwd',
      '/%00',
      '/%',
      '/index.html/../../package.json',
      '/assets/',
      '/http://localhost/',
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

test('links and hidden files in the folder are not served', async () => {
  const folder = temporaryFolder()
  const app = path.join(folder, 'app')
  mkdirSync(path.join(app, '.git'), { recursive: true })
  writeFileSync(path.join(folder, 'secret.txt'), 'secret')
  writeFileSync(path.join(app, 'index.html'), 'page')
  writeFileSync(path.join(app, '.env'), 'secret')
  writeFileSync(path.join(app, '.git', 'config'), 'secret')
  symlinkSync(path.join(folder, 'secret.txt'), path.join(app, 'link.txt'))
  symlinkSync(folder, path.join(app, 'out'))
  const server = createServer(appHandler(app))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect((await raw(port, '/')).body).toBe('page')
  for (const name of ['/link.txt', '/out/secret.txt', '/.env', '/.git/config', '/out', '/%2eenv'])
    expect([name, (await raw(port, name)).status]).toEqual([name, 404])
  expect((await raw(port, '/')).headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'")
  server.close()
})
