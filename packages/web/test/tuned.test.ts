import type { Gpu } from '@nanoalign/kernels'
import { tuningKey } from '@nanoalign/kernels'
import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { tuned } from '../src/device/tuned.ts'

// no kernel runs here: only the description of a device is looked at
const device = (software: boolean) =>
  ({
    adapter: {
      ...{ name: 'card', vendor: '', architecture: '', driver: '', software, robustness: true },
      limits: { maxComputeWorkgroupStorageSize: 16384 },
    },
  }) as Gpu

test('a software adapter keeps the default kernels, whatever is stored', async () => {
  const storage = createStorage()
  const gpu = device(true)
  await storage.setItem(encodeURIComponent(tuningKey(gpu)), JSON.stringify({ choices: { a: 'b' } }))
  expect(await tuned(gpu, storage)).toBe(gpu)
})

test('hardware gets what was measured before, without measuring again', async () => {
  const storage = createStorage()
  const gpu = device(false)
  await storage.setItem(encodeURIComponent(tuningKey(gpu)), JSON.stringify({ choices: { a: 'b' } }))
  const measured: string[] = []
  const again = await tuned(gpu, storage, undefined, () => measured.push('again'))
  expect(again.tuning?.choices).toEqual({ a: 'b' })
  expect(measured).toEqual([])
})

test('a damaged entry is measured again', async () => {
  const storage = createStorage()
  const gpu = device(false)
  await storage.setItem(encodeURIComponent(tuningKey(gpu)), '{"choices":7}')
  const stop = AbortSignal.abort(new Error('stop before measuring'))
  let asked = false
  await expect(tuned(gpu, storage, stop, () => (asked = true))).rejects.toThrow('stop before measuring')
  expect(asked).toBe(true)
})
