// `nanoalign worker` with tiny stages and short times. Arguments: queue, store, processes, code, milliseconds to a hang.

import './follow-parent.ts'
import './jumping-clock.ts'
import { openStore } from '../../store/open-store.ts'
import { queueAddress } from '../connection.ts'
import { storeIdentity } from '../store-identity.ts'
import { runWorker } from '../worker.ts'
import { SHORT_SILENCE_MS, shortTimings } from './timings.ts'

const [queue, store, processes, code, hangAfterMs] = process.argv.slice(2)
const controller = new AbortController()
process.on('SIGTERM', () => controller.abort(new Error('stopped')))

const address = queueAddress(queue, {})!
address.options.socketTimeout = SHORT_SILENCE_MS

try {
  await runWorker({
    address,
    identity: { code, store: await storeIdentity(openStore(store, process.env, { cached: false }).storage) },
    version: 'test',
    program: { path: process.argv[1].replace(/worker(?=\.\w+$)/, 'executor'), args: [store] },
    concurrency: Number(processes),
    hangAfterMs: Number(hangAfterMs),
    signal: controller.signal,
    log: (text) => console.log(text),
    timings: shortTimings,
  })
  process.exit(0)
} catch (error) {
  console.log((error as Error).message)
  process.exit(1)
}
