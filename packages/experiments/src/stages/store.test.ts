import { createStorage, type Driver } from 'unstorage'
import memoryDriver from 'unstorage/drivers/memory'
import { expect, test } from 'vitest'
import { ArtifactStore } from './store.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

function open(driver: Driver = memoryDriver()) {
  const storage = createStorage({ driver })
  const reports: string[] = []
  return { storage, reports, store: new ArtifactStore(storage, (key, reason) => reports.push(`${key}: ${reason}`)) }
}

test('an artifact comes back with its bytes and provenance', async () => {
  const { store, storage, reports } = open()
  expect(await store.get('a-1')).toBeUndefined()
  expect(await store.has('a-1')).toBe(false)
  const blobs = { 'model.safetensors': Uint8Array.of(0, 255, 10, 13), 'log.json': utf8('{}'), empty: new Uint8Array(0) }
  await store.put('a-1', blobs, { adapter: 'test', elapsedSeconds: 1.5 })
  await store.put('a', { x: Uint8Array.of(1) }, {})
  expect(await store.get('a-1')).toEqual({ blobs, provenance: { adapter: 'test', elapsedSeconds: 1.5 } })
  expect(await store.has('a-1')).toBe(true)
  expect(await store.keys()).toEqual(['a', 'a-1'])
  const manifest = await store.manifest('a-1')
  expect(manifest!.blobs.empty).toEqual({
    length: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  })
  await store.remove('a')
  expect(await store.keys()).toEqual(['a-1'])
  await store.remove('a-1')
  expect(await storage.getKeys()).toEqual([])
  expect(reports).toEqual([])
})

test('the store shares no memory with its callers', async () => {
  const { store } = open()
  const bytes = Buffer.from('abc')
  await store.put('a', { x: bytes }, {})
  bytes.fill(0)
  const first = (await store.get('a'))!.blobs.x
  expect(first).toEqual(utf8('abc'))
  first.fill(0)
  expect((await store.get('a'))!.blobs.x).toEqual(utf8('abc'))
})

const manifestPath = 'artifacts:a:manifest.json'
test.each<[string, string, Uint8Array | string | null, RegExp]>([
  ['truncated', 'artifacts:a:x', utf8('ab'), /^a: x has 2 bytes instead of 3$/],
  ['altered', 'artifacts:a:x', utf8('abd'), /^a: x is altered/],
  ['missing blob', 'artifacts:a:x', null, /^a: x is missing$/],
  ['not bytes', 'artifacts:a:x', 'abc', /^a: x has 0 bytes/],
  ['empty manifest', manifestPath, new Uint8Array(0), /^a: manifest.json is not valid/],
  ['cut manifest', manifestPath, utf8('{"format":1,"blo'), /manifest.json is not valid/],
  ['null manifest', manifestPath, utf8('null'), /its format is undefined/],
  ['future manifest', manifestPath, utf8('{"format":3}'), /its format is 3, not 2/],
  ['altered manifest', manifestPath, utf8('{"format":2,"blobs":{},"provenance":{},"sum":"0"}'), /its sha256 is not/],
  ['no blobs', manifestPath, utf8('{"format":1,"provenance":{}}'), /no blobs/],
  ['no sums', manifestPath, utf8('{"format":1,"blobs":{"x":{}},"provenance":{}}'), /length and sha256 of x/],
  ['traversal', manifestPath, utf8('{"format":1,"blobs":{"../../b:x":{}},"provenance":{}}'), /cannot be called/],
])('a corrupt artifact is reported and counts as missing: %s', async (_, path, bytes, report) => {
  const { store, storage, reports } = open()
  await store.put('a', { x: utf8('abc') }, {})
  if (bytes === null) await storage.removeItem(path)
  else await storage.setItemRaw(path, bytes)
  expect(await store.get('a')).toBeUndefined()
  expect(reports).toHaveLength(1)
  expect(reports[0]).toMatch(report)
  await store.put('a', { x: utf8('abc') }, {})
  expect((await store.get('a'))!.blobs.x).toEqual(utf8('abc'))
})

test('bytes altered on the way are read again; a bit turned in a manifest is never believed', async () => {
  const driver = memoryDriver()
  let altered: Uint8Array | undefined
  const { store, storage, reports } = open({
    ...driver,
    getItemRaw(key, options) {
      const once = altered
      altered = undefined
      return once ?? driver.getItemRaw!(key, options)
    },
  })
  await store.put('a', { x: utf8('abc') }, { adapter: 'one' })
  const whole = (await storage.getItemRaw<Uint8Array>(manifestPath))!
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    altered = Uint8Array.from(whole)
    altered[bit >> 3] ^= 1 << (bit & 7)
    expect(await store.get('a'), `bit ${bit}`).toEqual({ blobs: { x: utf8('abc') }, provenance: { adapter: 'one' } })
  }
  await store.putCheckpoint('a', utf8('state'))
  altered = utf8('half')
  expect(await store.getCheckpoint('a')).toEqual(utf8('state'))
  expect(reports).toEqual([])
})

test('a put that fails half-way leaves nothing, and one that is cut off leaves no artifact', async () => {
  const driver = memoryDriver()
  let failing = false
  const { store, storage } = open({
    ...driver,
    setItemRaw(key, value, options) {
      if (failing && key.endsWith(':y')) throw new Error('disk full')
      return driver.setItemRaw!(key, value, options)
    },
  })
  await store.put('a', { x: utf8('old'), old: utf8('old') }, {})
  failing = true
  await expect(store.put('a', { x: utf8('new'), y: utf8('new') }, {})).rejects.toThrow('disk full')
  expect(await storage.getKeys()).toEqual([])
  await storage.setItemRaw('artifacts:b:x', utf8('new')) // as after a crash before the manifest
  expect(await store.get('b')).toBeUndefined()
  expect(await store.keys()).toEqual([])
})

test('a driver that returns an error is not taken for a missing artifact', async () => {
  const { store } = open({ ...memoryDriver(), getItemRaw: () => new Error('EACCES') })
  await expect(store.get('a')).rejects.toThrow('EACCES')
})

test('keys and blob names cannot leave their place', async () => {
  const { store } = open()
  for (const key of ['', '..', 'a/b', 'a:b', 'A', 'a.b', 'ä', 'a\n', 'a'.repeat(201)]) {
    await expect(store.put(key, {}, {}), key).rejects.toThrow(/key .* must be/)
    await expect(store.get(key), key).rejects.toThrow(/key .* must be/)
    await expect(store.getCheckpoint(key), key).rejects.toThrow(/key .* must be/)
    await expect(store.putCheckpoint(key, new Uint8Array(1)), key).rejects.toThrow(/key .* must be/)
  }
  for (const name of ['', '..', '.a', 'a/b', 'a:b', 'manifest.json', '__proto__', 'A'])
    await expect(store.put('a', { [name]: new Uint8Array(1) }, {}), name).rejects.toThrow(/cannot be called/)
})

test('a checkpoint replaces the one before, which stays until the new one is complete', async () => {
  const driver = memoryDriver()
  let failing = false
  const { store, storage, reports } = open({
    ...driver,
    setItemRaw(key, value, options) {
      if (failing) throw new Error('disk full')
      return driver.setItemRaw!(key, value, options)
    },
  })
  expect(await store.getCheckpoint('a')).toBeUndefined()
  for (const state of ['one', 'two', 'three']) {
    await store.putCheckpoint('a', utf8(state))
    expect(await store.getCheckpoint('a')).toEqual(utf8(state))
    expect(await storage.getKeys()).toHaveLength(1)
  }
  failing = true
  await expect(store.putCheckpoint('a', utf8('four'))).rejects.toThrow('disk full')
  failing = false
  expect(await store.getCheckpoint('a')).toEqual(utf8('three'))
  // another process, which knows nothing of the slots
  await new ArtifactStore(storage).putCheckpoint('a', utf8('five'))
  expect(await store.getCheckpoint('a')).toEqual(utf8('five'))
  await store.removeCheckpoint('a')
  expect(await storage.getKeys()).toEqual([])
  expect(reports).toEqual([])
})

test('a torn checkpoint is reported and the complete one beside it is used', async () => {
  const { store, storage, reports } = open()
  await store.putCheckpoint('a', utf8('one'))
  const [path] = await storage.getKeys()
  const whole = (await storage.getItemRaw<Uint8Array>(path))!
  await storage.setItemRaw(path.replace('.0', '.1'), whole.subarray(0, 50))
  expect(await store.getCheckpoint('a')).toEqual(utf8('one'))
  expect(reports).toEqual(['a: checkpoint 1 is truncated or altered'])
  for (const at of [0, 8, 20, 48]) {
    await storage.setItemRaw(path, whole.with(at, whole[at] ^ 1))
    expect(await store.getCheckpoint('a')).toBeUndefined()
  }
  // a fresh start overwrites what cannot be used
  await new ArtifactStore(storage).putCheckpoint('a', utf8('two'))
  expect(await store.getCheckpoint('a')).toEqual(utf8('two'))
  expect(await storage.getKeys()).toHaveLength(1)
})

test('an empty checkpoint is a checkpoint', async () => {
  const { store } = open()
  await store.putCheckpoint('a', new Uint8Array(0))
  expect(await store.getCheckpoint('a')).toEqual(new Uint8Array(0))
})
