import { Random } from '@nanoalign/kernels'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenedStore, openStore } from './open-store.ts'
import { StoreUnavailableError } from './retry.ts'
import { s3Storage } from './s3-storage.ts'
import { type Fault, startTestS3, type TestS3 } from './testing.ts'

let s3: TestS3
let store: OpenedStore
beforeEach(async () => {
  s3 = await startTestS3()
  store = openStore('s3://bucket/team/runs', s3.env, { pauseMs: 5 })
})
afterEach(() => s3.close())

const utf8 = (text: string) => new TextEncoder().encode(text)
const bytesOf = (seed: number, length: number) => {
  const random = new Random(seed, 'bytes')
  return Uint8Array.from({ length }, () => Math.floor(random.uniform() * 256))
}

test('values come back byte for byte, below the prefix, in requests that are signed', async () => {
  const { storage } = store
  expect(await storage.getItemRaw('a:b')).toBeNull()
  expect(await storage.hasItem('a:b')).toBe(false)
  const bytes = bytesOf(1, 300_000)
  await storage.setItemRaw('a:b.bin', bytes)
  await storage.setItemRaw('a:empty', new Uint8Array(0))
  await storage.setItemRaw("c:odd name+%20&'(é)!", utf8('x'))
  expect([...s3.objects.keys()]).toEqual(['team/runs/a/b.bin', 'team/runs/a/empty', "team/runs/c/odd name+%20&'(é)!"])
  expect(new Uint8Array((await storage.getItemRaw<Uint8Array>('a:b.bin'))!)).toEqual(bytes)
  expect(await storage.getItemRaw('a:b.bin', { maxBytes: 10 })).toHaveLength(11)
  expect((await storage.getItemRaw('a:empty')).length).toBe(0)
  expect(await storage.hasItem('a:b.bin')).toBe(true)
  expect((await storage.getKeys()).sort()).toEqual(['a:b.bin', 'a:empty', "c:odd name+%20&'(é)!"])
  expect(await storage.getKeys('a')).toEqual(['a:b.bin', 'a:empty'])
  expect(await store.entries('a')).toMatchObject([
    { key: 'a:b.bin', size: 300_000 },
    { key: 'a:empty', size: 0 },
  ])
  await storage.removeItem('a:b.bin')
  await storage.removeItem('a:b.bin')
  expect(await storage.getItemRaw('a:b.bin')).toBeNull()
  const other = openStore('s3://bucket/team/run', s3.env)
  expect(await other.storage.getKeys()).toEqual([]) // team/runs does not begin with the folder team/run
})

test('a list longer than one page is read to its end', async () => {
  s3.pageSize = 7
  const names = Array.from({ length: 50 }, (_, i) => `k-${String(i).padStart(3, '0')}`)
  for (const name of names) await store.artifacts.put(name, { x: utf8(name) }, {})
  expect(await store.artifacts.keys()).toEqual(names)
})

test('the manifest is written last, and an artifact without it does not exist', async () => {
  await store.artifacts.put('a', { x: utf8('x'), y: utf8('y') }, {})
  const puts = s3.requests.filter((request) => request.startsWith('PUT')).map((request) => request.replace(/.*\//, ''))
  expect(puts).toEqual(['x', 'y', 'manifest.json'])
  s3.fault = (method, path) =>
    method === 'PUT' && path.endsWith('manifest.json') ? { kind: 'half-upload' } : undefined
  await expect(store.artifacts.put('b', { x: utf8('x') }, {})).rejects.toThrow(StoreUnavailableError)
  s3.fault = () => undefined
  expect(await store.artifacts.get('b')).toBeUndefined()
  expect([...s3.objects.keys()].filter((name) => name.includes('/b/'))).toEqual([])
})

test.each([
  { kind: 'status', status: 503, code: 'SlowDown' },
  { kind: 'status', status: 500, code: 'InternalError' },
  { kind: 'status', status: 429, code: 'TooManyRequests' },
  { kind: 'status', status: 409, code: 'ConditionalRequestConflict' },
  { kind: 'status', status: 400, code: 'BadDigest' },
  { kind: 'truncate' },
  { kind: 'half-upload' },
  { kind: 'lost-answer' },
  { kind: 'slow', ms: 30 },
] as const)('what passes is tried again: $kind $code', async (fault) => {
  const seen = new Map<string, number>()
  s3.fault = (method, path) => {
    const count = (seen.get(method + path) ?? 0) + 1
    seen.set(method + path, count)
    return count % 3 === 0 ? undefined : fault
  }
  const blobs = { 'model.bin': bytesOf(2, 100_000) }
  await store.artifacts.put('a', blobs, {})
  expect(await store.artifacts.get('a')).toEqual({ blobs, provenance: {} })
})

test('what does not pass is an error that says what was tried, without anything secret', async () => {
  await store.artifacts.put('a', { x: utf8('x') }, {})
  s3.fault = () => ({ kind: 'status', status: 503, code: 'SlowDown' })
  await expect(store.artifacts.get('a')).rejects.toThrow(
    /^cannot read artifacts:a:manifest.json in s3:\/\/bucket\/team\/runs: 503 SlowDown \(6 tries in \d\.\d s\)$/,
  )
  s3.fault = () => undefined
  s3.requests.length = 0
  const stranger = openStore('s3://bucket/x', { ...s3.env, AWS_SECRET_ACCESS_KEY: 'wrong-secret' })
  const error = await stranger.artifacts.get('a').catch((error: Error) => error)
  expect(error).toBeInstanceOf(StoreUnavailableError)
  expect(String(error)).toMatch(/access denied \(403 SignatureDoesNotMatch\); check the AWS_… variables/)
  expect(JSON.stringify([error, (error as Error).stack])).not.toMatch(/AKIATESTKEY|wrong-secret/)
  expect(s3.requests).toHaveLength(1) // not tried again
  const nowhere = openStore('s3://no-such-bucket/x', s3.env)
  await expect(nowhere.artifacts.get('a')).rejects.toThrow('there is no such bucket')
  await expect(nowhere.artifacts.keys()).rejects.toThrow('there is no such bucket')
  await expect(nowhere.artifacts.put('a', {}, {})).rejects.toThrow('there is no such bucket')
  await s3.close()
  await expect(store.artifacts.get('a')).rejects.toThrow(/ECONNREFUSED \(6 tries/)
  s3 = await startTestS3()
})

test.each<[RegExp, Fault]>([
  [
    /not here, its region is eu-north-1 \(301 PermanentRedirect\); check AWS_REGION/,
    { kind: 'status', status: 301, code: 'PermanentRedirect', region: 'eu-north-1' },
  ],
  [/not here \(307 X\); check/, { kind: 'status', status: 307, code: 'X', region: 'AKIATESTKEY' }],
  [/the session has ended \(400 ExpiredToken\)/, { kind: 'status', status: 400, code: 'ExpiredToken' }],
  [/: 501 NotImplemented$/, { kind: 'status', status: 501, code: 'NotImplemented' }],
])('what another try would not change is said at once: %s', async (message, fault) => {
  const elsewhere = await startTestS3()
  const location = elsewhere.env.AWS_ENDPOINT_URL
  s3.fault = () => ({ location, ...fault }) as Fault
  const { storage } = store
  await expect(storage.getItemRaw('a')).rejects.toThrow(message)
  await expect(storage.setItemRaw('a', utf8('x'))).rejects.toThrow(message)
  await expect(storage.getKeys()).rejects.toThrow(message)
  expect(s3.requests).toHaveLength(3)
  expect(elsewhere.requests).toEqual([]) // nothing that was signed goes where a redirect points
  await elsewhere.close()
})

test('of another region', async () => {
  const { artifacts } = openStore('s3://bucket/x', { ...s3.env, AWS_REGION: 'us-east-1' })
  await expect(artifacts.get('a')).rejects.toThrow(
    'the bucket is not here, its region is test-1 (400 AuthorizationHeaderMalformed); check AWS_REGION',
  )
})

test.each([25, -25])("a server's clock that is %d minutes ahead", async (minutes) => {
  s3.clockAhead = minutes * 60_000
  const { storage } = store
  expect(await storage.hasItem('a')).toBe(false) // HEAD: the refusal has no text
  await storage.setItemRaw('a', utf8('x'))
  expect(s3.requests).toHaveLength(3) // one was refused, and it told the time
  s3.changed.set('team/runs/a', new Date(Date.now() + s3.clockAhead).toISOString())
  const [{ mtime }] = await store.entries('')
  expect(Math.abs(Date.now() - mtime)).toBeLessThan(5000) // by our own clock
  s3.fault = () => ({ kind: 'status', status: 403, code: 'RequestTimeTooSkewed' })
  await expect(storage.getItemRaw('a')).rejects.toThrow(/clock and the server's do not agree \(403 Req.*\(6 tries/)
})

test('a server that has no conditional uploads', async () => {
  s3.conditional = false
  for (const value of ['first', 'second']) await store.storage.setItemRaw('id', utf8(value), { ifAbsent: true })
  expect(await store.storage.getItem('id')).toBe('first')
  expect(s3.requests.map((request) => request.split(' ')[0])).toEqual(['PUT', 'HEAD', 'PUT', 'PUT', 'HEAD', 'GET'])
})

test('a store that hangs is given up', async () => {
  const driver = s3Storage({
    endpoint: s3.env.AWS_ENDPOINT_URL,
    bucket: 'bucket',
    prefix: '',
    region: 'test-1',
    credentials: { accessKeyId: 'AKIATESTKEY', secretAccessKey: 'test/secret+key' },
    idleMs: 100,
    tries: 2,
    pauseMs: 1,
  })
  s3.fault = () => ({ kind: 'hang' })
  await expect(driver.getItemRaw!('a', {})).rejects.toThrow(/no answer for 0.1 s \(2 tries/)
  await expect(driver.setItemRaw!('a', new Uint8Array(1000), {})).rejects.toThrow(/no answer for 0.1 s \(2 tries/)
})

test.each(['alter', 'shorten'] as const)(
  'bytes that the store does not give back as they were (%s) are never used',
  async (kind) => {
    const reports: string[] = []
    const blobs = { x: bytesOf(3, 5000) }
    await store.artifacts.put('a', blobs, {})
    await store.artifacts.putCheckpoint('a', blobs.x)
    s3.fault = (_, path) => (path.endsWith('/x') || path.includes('checkpoints') ? { kind } : undefined)
    const note = (key: string, reason: string) => reports.push(`${key}: ${reason}`)
    expect(await store.artifacts.get('a', note)).toBeUndefined()
    expect(await store.artifacts.getCheckpoint('a', note)).toBeUndefined()
    expect(reports).toEqual([
      expect.stringMatching(/^a: x (is altered|has 2500 bytes)/),
      expect.stringMatching(/checkpoint/),
    ])
    s3.fault = (method, path) => (method === 'GET' && path.endsWith('manifest.json') ? { kind } : undefined)
    expect(await store.artifacts.get('a', note)).toBeUndefined()
    s3.fault = () => undefined
    expect((await store.artifacts.get('a', note))!.blobs).toEqual(blobs)
  },
)

test('two that finish the same stage leave it whole, and readable throughout', async () => {
  const blobs = { x: bytesOf(4, 2000), y: bytesOf(5, 2000) }
  await store.artifacts.put('a', blobs, { by: 1 })
  const other = openStore('s3://bucket/team/runs', s3.env)
  let done = false
  const writing = Promise.all(
    [store, other].map(async ({ artifacts }, by) => {
      for (let i = 0; i < 10; i++) await artifacts.put('a', blobs, { by })
    }),
  ).finally(() => {
    done = true
  })
  const reports: string[] = []
  while (!done) expect((await store.artifacts.get('a', (_, reason) => reports.push(reason)))?.blobs).toEqual(blobs)
  await writing
  expect(reports).toEqual([])
})
