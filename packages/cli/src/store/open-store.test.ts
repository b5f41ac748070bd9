import fs from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { UsageError } from '../errors.ts'
import { temporaryFolder } from '../testing.ts'
import { FolderCache } from './blob-cache.ts'
import { openStore, parseSize } from './open-store.ts'
import { startTestS3 } from './testing.ts'

const folder = temporaryFolder()
const utf8 = (text: string) => new TextEncoder().encode(text)
const keys = { AWS_ACCESS_KEY_ID: 'AKIAKEY', AWS_SECRET_ACCESS_KEY: 'hunter2' }

test('a folder is a store, and its cache serves what the folder lost', async () => {
  const place = path.join(folder, 'shared')
  const env = { NANOALIGN_CACHE: path.join(folder, 'cache') }
  const { artifacts, location } = openStore(place, env)
  expect(location).toBe(place)
  await artifacts.put('a', { x: utf8('abc') }, {})
  await fs.writeFile(path.join(place, 'artifacts', 'a', 'x'), 'abd')
  expect((await artifacts.get('a'))!.blobs.x).toEqual(utf8('abc'))
  const reports: string[] = []
  const direct = openStore(place, env, { cached: false }).artifacts
  expect(await direct.get('a', (_, reason) => reports.push(reason))).toBeUndefined()
  // a torn file of the cache is a miss
  const [name] = await fs.readdir(env.NANOALIGN_CACHE)
  await fs.writeFile(path.join(env.NANOALIGN_CACHE, name), 'ab')
  expect(await artifacts.get('a', (_, reason) => reports.push(reason))).toBeUndefined()
  expect(reports).toHaveLength(2)
})

test('with a cache a blob crosses the network once', async () => {
  const s3 = await startTestS3()
  const env = { ...s3.env, NANOALIGN_CACHE: path.join(folder, 'near'), NANOALIGN_CACHE_SIZE: '1MB' }
  await openStore('s3://bucket', s3.env).artifacts.put('a', { x: utf8('abc') }, {})
  for (let i = 0; i < 3; i++)
    expect((await openStore('s3://bucket', env).artifacts.get('a'))!.blobs.x).toEqual(utf8('abc'))
  expect(s3.requests.filter((request) => request === 'GET /bucket/artifacts/a/x')).toHaveLength(1)
  await s3.close()
})

test('the cache keeps to its size and drops what was used longest ago, with two processes at it', async () => {
  const place = path.join(folder, 'bounded')
  const caches = [new FolderCache(place, 100_000), new FolderCache(place, 100_000)]
  const nameOf = (i: number) => i.toString(16).padStart(64, '0')
  await caches[0].put(nameOf(0), new Uint8Array(1000))
  for (let i = 1; i < 400; i++) {
    await caches[i % 2].put(nameOf(i), new Uint8Array(1000))
    if (i % 20 === 0) expect(await caches[0].get(nameOf(0)), `after ${i}`).toHaveLength(1000) // used all the time
  }
  const sizes = await Promise.all(
    (await fs.readdir(place)).map(async (name) => (await fs.stat(path.join(place, name))).size),
  )
  const total = sizes.reduce((a, b) => a + b, 0)
  expect(total).toBeLessThan(110_000)
  expect(total).toBeGreaterThan(80_000)
  expect(await caches[1].get(nameOf(1))).toBeUndefined()
  expect(await caches[1].get(nameOf(399))).toHaveLength(1000)
  await caches[0].put(nameOf(500), new Uint8Array(30_000)) // a blob that would drive out the others
  expect(await caches[0].get(nameOf(500))).toBeUndefined()
  await expect(caches[0].get('../../etc/passwd')).rejects.toThrow(/no SHA-256/)
})

test('what cannot be removed from the cache, as what is being read on Windows, does not keep it from its size', async () => {
  const place = path.join(folder, 'held')
  const cache = new FolderCache(place, 100_000)
  const nameOf = (i: number) => i.toString(16).padStart(64, '0')
  const held = path.join(place, nameOf(0))
  const plain = fs.rm
  const rm = vi.spyOn(fs, 'rm').mockImplementation(async (file, options) => {
    if (file === held) throw Object.assign(new Error('held'), { code: 'EBUSY' })
    return plain(file, options)
  })
  for (let i = 0; i < 200; i++) await cache.put(nameOf(i), new Uint8Array(1000))
  rm.mockRestore()
  const left = await fs.readdir(place)
  expect(left).toContain(nameOf(0))
  expect(left.length).toBeLessThan(110)
})

test.each<[string, Record<string, string>, RegExp]>([
  ['http://example.org/x', keys, /other kinds of address/],
  ['s3://AKIAKEY:hunter2@bucket/x', keys, /credentials belong in the environment/],
  ['s3://bucket/x?token=hunter2', keys, /credentials belong in the environment/],
  ['s3://B/x', keys, /a bucket is 3 to 63/],
  ['s3://b{\n\n\u001b/x', keys, /^[ -~]*a bucket is 3 to 63[ -~]*$/],
  ['s3://bucket/a b', keys, /a prefix letters/],
  ['s3://bucket/x', {}, /needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
  ['s3://bucket/x', { ...keys, AWS_ENDPOINT_URL: 'http://user:hunter2@host' }, /without credentials/],
  ['s3://bucket/x', { ...keys, NANOALIGN_CACHE_SIZE: 'much' }, /a size such as/],
])('a location or environment that cannot be right: %s', (location, env, message) => {
  let error: Error | undefined
  try {
    openStore(location, env)
  } catch (thrown) {
    error = thrown as Error
  }
  expect(error).toBeInstanceOf(UsageError)
  expect(error!.message).toMatch(message)
  expect(error!.message).not.toMatch(/hunter2/)
})

test('sizes', () => {
  expect(['0', '12', '1KB', '1.5 GB', '2GiB', '10gb', '1 MiB'].map(parseSize)).toEqual([
    0,
    12,
    1000,
    1.5e9,
    2 ** 31,
    1e10,
    2 ** 20,
  ])
  expect(['', 'x', '-1', '1e9', '1 XB', '9'.repeat(30)].map(parseSize)).toEqual(Array(6).fill(undefined))
})
