// A worker's process for tiny stages: no device. With a clock that jumps, when CLOCK_JUMPS is set.

import './jumping-clock.ts'
import { openStore } from '../../store/open-store.ts'
import { serveExecutor } from '../executor.ts'
import { tinyStages } from './tiny-study.ts'

const [store] = process.argv.slice(2)

await serveExecutor(async () => ({
  definitions: tinyStages,
  store: openStore(store, process.env, { cached: false }).artifacts,
  provenance: { adapter: { name: process.env.TINY_ADAPTER ?? 'none' }, code: 'test' },
  adapter: { text: process.env.TINY_ADAPTER ?? 'none', software: true },
  checkpointEveryMs: 0,
}))
