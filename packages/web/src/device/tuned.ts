// The kernels of a page: measured on first use of a hardware adapter and kept in this browser, the default ones on a
// software adapter, where they were chosen by measurement and give everyone the same bits.

import { choicesOf, createTuning, type Gpu, readChoices, tune, tuningKey, withTuning } from '@nanoalign/kernels'
import { createStorage, type Storage } from 'unstorage'
import indexedDb from 'unstorage/drivers/indexedb'

export const openTunings = (): Storage =>
  createStorage({ driver: indexedDb({ dbName: 'nanoalign-tuning', storeName: 'choices' }) })

/** The device with its kernels chosen. `onMeasure` hears when they have to be measured first, which takes seconds. */
export async function tuned(gpu: Gpu, storage: Storage, signal?: AbortSignal, onMeasure?: () => void): Promise<Gpu> {
  if (gpu.adapter.software) return gpu
  const key = encodeURIComponent(tuningKey(gpu))
  const known = await storage.getItem(key)
  const choices = readChoices(typeof known === 'string' ? known : JSON.stringify(known))
  if (choices) return withTuning(gpu, createTuning(choices))
  onMeasure?.()
  const classes = []
  for await (const one of tune(gpu, signal)) classes.push(one)
  const measured = choicesOf(classes)
  await storage.setItem(key, JSON.stringify({ choices: measured }))
  return withTuning(gpu, createTuning(measured))
}
