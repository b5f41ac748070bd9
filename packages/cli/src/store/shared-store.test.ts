// Whole runs on a store that is not below --out.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, temporaryFolder } from '../testing.ts'
import { startTestS3, type TestS3 } from './testing.ts'

const folder = temporaryFolder()
let s3: TestS3
beforeAll(async () => {
  s3 = await startTestS3()
})
afterAll(() => s3.close())

const TRAIN = [
  'train',
  '--layers',
  '1',
  '--heads',
  '2',
  '--width',
  '32',
  '--context',
  '16',
  '--batch',
  '2',
  '--steps',
  '20',
]
const train = (out: string, store: string[]) => [...TRAIN, '--out', path.join(folder, out), ...store]

test('two machines share a bucket: the second finds what the first has made', async () => {
  const store = ['--store', 's3://bucket/team']
  const env = { ...s3.env }
  const first = await run(train('one', store), { env })
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('stages: s3://bucket/team\n')])
  expect(existsSync(path.join(folder, 'one', 'stages'))).toBe(false)
  const second = await run(train('two', store), { env })
  expect(second.code).toBe(0)
  const uploads = s3.requests.filter((request) => request.startsWith('PUT') && request.includes('/artifacts/'))
  expect(uploads.filter((request) => request.endsWith('manifest.json'))).toHaveLength(1)
  // nothing on disk or in the bucket knows the credentials
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { parentPath, name } of files)
    expect(readFileSync(path.join(parentPath, name), 'latin1')).not.toMatch(/AKIATESTKEY|test\/secret/)
  for (const bytes of s3.objects.values())
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/AKIATESTKEY|test\/secret/)
  expect(first.stdout + first.stderr + second.stderr).not.toMatch(/AKIATESTKEY|test\/secret/)
})

test('a damaged artifact is reported and computed again; the result is the same', async () => {
  const store = ['--store', 's3://bucket/team']
  for (const [name, bytes] of s3.objects)
    if (name.endsWith('.safetensors')) s3.objects.set(name, bytes.subarray(0, bytes.length - 4))
  const again = await run([...train('three', store), '--debug'], { env: s3.env })
  expect(again.code).toBe(0)
  expect(again.stderr).toMatch(/has \d+ bytes instead of \d+/)
  const model = (out: string) => {
    const id = readdirSync(path.join(folder, out))[0]
    return readFileSync(path.join(folder, out, id, 'model.safetensors'))
  }
  expect(model('three')).toEqual(model('one'))
})
