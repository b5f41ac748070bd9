import { expect, test } from 'vitest'
import { openStore } from '../store/open-store.ts'
import { startTestS3 } from '../store/testing.ts'
import { storeIdentity } from './store-identity.ts'

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
