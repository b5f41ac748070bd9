// What a worker forks: opens the device and the store, and serves its parent.

import { experimentStages } from '@nanoalign/experiments'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { mobyDickText } from '../data-file.ts'
import { adapterText, artifactProvenance } from '../provenance.ts'
import { openStore } from '../store/open-store.ts'
import { serveExecutor } from './executor.ts'
import type { ExecutorOptions } from './executor-program.ts'

const { store, adapter, checkpointEvery } = JSON.parse(process.argv[2]) as ExecutorOptions

await serveExecutor(async () => {
  const gpu = await openNodeDevice({ adapter })
  return {
    definitions: experimentStages(gpu, await mobyDickText()),
    store: openStore(store).artifacts,
    provenance: artifactProvenance(gpu),
    adapter: { text: adapterText(gpu), software: gpu.adapter.software },
    checkpointEveryMs: checkpointEvery * 1000,
  }
})
