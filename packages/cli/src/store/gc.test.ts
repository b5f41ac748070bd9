import fs from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import { collectGarbage, type GcOptions } from './gc.ts'
import { type OpenedStore, openStore } from './open-store.ts'
import { ReferenceKeeper, readReferences } from './references.ts'
import { startTestS3 } from './testing.ts'

const folder = temporaryFolder()
const HOUR = 3_600_000
let count = 0
let place: string
let store: OpenedStore
beforeEach(() => {
  place = path.join(folder, String(count++))
  store = openStore(place, {}, { cached: false })
})

const keyOf = (name: string) => `${name}-${'0'.repeat(32)}`
const nameOf = (key: string) => key.slice(0, -33)
const kept = async () => (await store.artifacts.keys()).map(nameOf)
const put = (name: string, bytes: number) => store.artifacts.put(keyOf(name), { x: new Uint8Array(bytes) }, {})
async function refer(run: string, keys: string[], status: 'done' | 'unfinished' | 'running'): Promise<void> {
  const keeper = new ReferenceKeeper(store.storage, run, '/runs')
  for (const key of keys) keeper.add(keyOf(key))
  await keeper.open()
  if (status !== 'running') await keeper.close(status)
}
async function gc(options: Partial<GcOptions> = {}, of = store) {
  const result = await collectGarbage(of, {
    runExists: () => undefined,
    runIsLive: async () => undefined,
    now: Date.now() + 2 * HOUR,
    ...options,
  })
  return { ...result, removed: result.removed.map(({ key, ...why }) => ({ key: nameOf(key), ...why })) }
}

test('what no run refers to goes, what one refers to stays', async () => {
  for (const key of ['used', 'old', 'open']) await put(key, 1000)
  await store.artifacts.putCheckpoint(keyOf('half'), new Uint8Array(500))
  await store.artifacts.putCheckpoint(keyOf('left'), new Uint8Array(500))
  await refer('done', ['used'], 'done')
  await refer('unfinished', ['open', 'half'], 'unfinished')
  const dry = await gc({ dryRun: true })
  expect(dry.removed.map(({ key }) => key).sort()).toEqual(['left', 'old'])
  expect(await kept()).toEqual(['old', 'open', 'used'])
  expect(await gc()).toEqual(dry)
  expect(await kept()).toEqual(['open', 'used'])
  expect(await store.artifacts.getCheckpoint(keyOf('half'))).toHaveLength(500)
  expect(await store.artifacts.getCheckpoint(keyOf('left'))).toBeUndefined()
  expect((await gc()).removed).toEqual([])
})

test('which adapters worked on a checkpoint is known as long as the checkpoint is', async () => {
  const { artifacts } = store
  for (const name of ['open', 'left'])
    for (const key of [keyOf(name), `${keyOf(name)}-adapters`]) await artifacts.putCheckpoint(key, new Uint8Array(9))
  await refer('unfinished', ['open'], 'unfinished')
  expect((await gc()).removed).toMatchObject([{ key: 'left' }])
  expect(await artifacts.getCheckpoint(`${keyOf('open')}-adapters`)).toHaveLength(9)
  expect(await store.storage.getKeys('checkpoints')).toHaveLength(2)
})

test('what is young is left alone: a run may not have said yet that it needs it', async () => {
  await put('young', 10)
  expect((await gc({ now: Date.now() + HOUR / 2 })).removed).toEqual([])
  expect((await gc()).removed).toMatchObject([{ key: 'young', why: 'no run refers to it' }])
})

test('the run of a reference that is gone frees its stages', async () => {
  await put('a', 10)
  await refer('deleted', ['a'], 'done')
  expect((await gc({ runExists: () => true })).removed).toEqual([])
  expect((await gc({ runExists: () => false })).removed).toMatchObject([{ key: 'a' }])
  expect((await readReferences(store.storage)).size).toBe(0)
})

test('a size: stages of nobody first, then those of finished runs, the oldest run first; live and unfinished ones never', async () => {
  for (const key of ['nobody', 'first', 'second', 'both', 'live', 'unfinished']) await put(key, 10_000)
  await refer('run-1', ['first', 'both'], 'done')
  await new Promise((resolve) => setTimeout(resolve, 5))
  await refer('run-2', ['second', 'both'], 'done')
  await refer('run-3', ['live'], 'running')
  await refer('run-4', ['unfinished'], 'unfinished')
  const live = { runIsLive: async ({ run }: { run: string }) => run === 'run-3' }
  const keys = async (maxBytes: number) => (await gc({ ...live, maxBytes, dryRun: true })).removed.map(({ key }) => key)
  expect(await keys(1e9)).toEqual([])
  expect(await keys(55_000)).toEqual(['nobody'])
  expect(await keys(45_000)).toEqual(['nobody', 'first'])
  expect(await keys(0)).toEqual([
    'nobody',
    'first',
    expect.stringMatching(/second|both/),
    expect.stringMatching(/second|both/),
  ])
  const result = await gc({ ...live, maxBytes: 0 })
  expect(result.held).toBeGreaterThan(20_000)
  expect(await kept()).toEqual(['live', 'unfinished'])
})

test('a reference that appears while the store is listed still counts', async () => {
  await put('wanted', 10)
  const entries = store.entries
  const late: OpenedStore = {
    ...store,
    async entries(prefix) {
      const found = await entries(prefix)
      if (prefix === 'checkpoints') setTimeout(() => refer('late', ['wanted'], 'unfinished'), 0)
      return found
    },
    storage: {
      ...store.storage,
      async getKeys(base) {
        const keys = await store.storage.getKeys(base)
        await new Promise((resolve) => setTimeout(resolve, 100))
        return keys
      },
    },
  }
  const result = await gc({}, late)
  expect(result.removed).toEqual([])
  expect(await kept()).toEqual(['wanted'])
})

test('half an artifact goes; a damaged reference stops everything; foreign files are not touched', async () => {
  for (const name of [keyOf('half'), 'release-1']) {
    await fs.mkdir(path.join(place, 'artifacts', name), { recursive: true })
    await fs.writeFile(path.join(place, 'artifacts', name, 'x'), 'x')
  }
  await fs.writeFile(path.join(place, 'artifacts', 'README'), 'mine')
  expect((await gc({ maxBytes: 1e9 })).removed).toMatchObject([{ key: 'half', why: 'it was never completed' }])
  expect(await fs.readdir(path.join(place, 'artifacts'))).toContain('README')
  expect(await fs.readdir(path.join(place, 'artifacts', 'release-1'))).toEqual(['x'])
  await put('a', 10)
  await refer('run', ['a'], 'done')
  const [key] = await store.storage.getKeys('references')
  const reference = new TextDecoder().decode((await store.storage.getItemRaw<Uint8Array>(key))!)
  for (const bad of ['{"format":1,', reference.replace('["a-', '["b-')]) {
    await store.storage.setItemRaw(key, new TextEncoder().encode(bad))
    await expect(gc()).rejects.toThrow(/references:run-\w+ in the store is damaged/)
  }
  expect(await kept()).toEqual(['a'])
})

test('a bucket', async () => {
  const s3 = await startTestS3()
  store = openStore('s3://bucket/x', s3.env)
  for (const key of ['a', 'b']) await put(key, 1000)
  await refer('run', ['a'], 'done')
  expect((await gc()).removed).toMatchObject([{ key: 'b', bytes: expect.any(Number) }])
  expect([...s3.objects.keys()].filter((name) => name.includes('artifacts'))).toEqual([
    `x/artifacts/${keyOf('a')}/x`,
    `x/artifacts/${keyOf('a')}/manifest.json`,
  ])
  await s3.close()
})
