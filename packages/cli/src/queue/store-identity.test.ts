import { expect, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { unseal } from '../store/sealed.ts'
import { startTestS3 } from '../store/testing.ts'
import { sleep, temporaryFolder } from '../testing.ts'
import { storeIdentity } from './store-identity.ts'

test('a name that is altered on the way, by a bit, is read again; one that stays altered is no name', async () => {
  const s3 = await startTestS3()
  const { storage } = openStore('s3://bucket/x', s3.env, { cached: false })
  const name = await storeIdentity(storage)
  const [kept] = s3.objects.keys()
  const bytes = s3.objects.get(kept)!
  for (let at = 0; at < 8 * bytes.length; at++) {
    const altered = Uint8Array.from(bytes)
    altered[at >> 3] ^= 1 << (at & 7)
    expect(unseal(altered)).toBeUndefined()
  }
  let gets = 0
  s3.fault = (method) => (method === 'GET' && ++gets < 3 ? { kind: 'alter' } : undefined)
  expect(await storeIdentity(storage)).toBe(name)
  expect(gets).toBe(3)
  s3.fault = (method) => (method === 'GET' ? { kind: 'alter' } : undefined)
  await expect(storeIdentity(storage)).rejects.toThrow('store-id in the store is damaged; delete that file')
  await s3.close()
})

test('of an empty folder that several use first at the same moment, however slow they are', async () => {
  const folder = temporaryFolder()
  const open = () => openStore(folder, {}, { cached: false }).storage
  const late = open()
  const write = late.setItemRaw.bind(late)
  late.setItemRaw = async (...given) => {
    await sleep(400)
    return write(...given)
  }
  const names = await Promise.all([open(), open(), late].map(storeIdentity))
  expect(new Set(names).size).toBe(1)
})

test('of an empty bucket that several use first at the same moment, with uploads that come late or twice', async () => {
  const s3 = await startTestS3()
  let puts = 0
  s3.fault = (method) => {
    if (method !== 'PUT') return undefined
    puts++
    if (puts === 1) return { kind: 'slow', ms: 600 }
    return puts === 2 ? { kind: 'lost-answer' } : puts === 3 ? { kind: 'half-upload' } : undefined
  }
  const names = await Promise.all([1, 2, 3].map(() => storeIdentity(openStore('s3://bucket/x', s3.env).storage)))
  await s3.close()
  expect(new Set(names).size).toBe(1)
  expect(names[0]).toMatch(/^[0-9a-f]{12}$/)
})
