// Opens the adapter and says which it is.

import type { Gpu } from '@nanoalign/kernels'
import type { Host } from './host.ts'
import { adapterText } from './provenance.ts'

export const SOFTWARE_WARNING = 'warning: software adapter: correct but slow; a GPU will be used when there is one\n'

/** @throws NoAdapterError saying what was tried and what to install. */
export async function openGpu(host: Host, adapter: string | undefined): Promise<Gpu> {
  const gpu = await host.openDevice(adapter)
  host.stderr(`adapter: ${adapterText(gpu)}\n`)
  if (gpu.adapter.software) host.stderr(SOFTWARE_WARNING)
  return gpu
}
