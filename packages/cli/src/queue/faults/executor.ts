// A worker's process for tiny stages: no device. With a clock that jumps, when CLOCK_JUMPS is set.

import './jumping-clock.ts'
import { openStore } from '../../store/open-store.ts'
import { StoreAwayError } from '../../store/retry.ts'
import { serveExecutor } from '../executor.ts'
import { storeAway, tinyStages } from './tiny-study.ts'

const [place] = process.argv.slice(2)
const store = openStore(place, process.env, { cached: false }).artifacts
const has = store.has.bind(store)
store.has = async (key) => {
  if (storeAway.now) throw new StoreAwayError('cannot look: ECONNREFUSED')
  return has(key)
}

await serveExecutor(async () => ({
  definitions: tinyStages,
  store,
  provenance: { adapter: { name: process.env.TINY_ADAPTER ?? 'none' }, code: 'test' },
  adapter: { text: process.env.TINY_ADAPTER ?? 'none', software: true },
  checkpointEveryMs: 0,
}))
