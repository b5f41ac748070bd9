// Opens the adapter and says which it is.

import type { Gpu } from '@nanoalign/kernels'
import type { Host } from './host.ts'
import { adapterText } from './provenance.ts'
import { tuned, tuningText } from './tuning.ts'

export const SOFTWARE_WARNING = 'warning: software adapter: correct but slow; a GPU will be used when there is one\n'

/**
 * `default` kernels are for work that several machines share, which must agree on what a stage's result is.
 * @throws NoAdapterError saying what was tried and what to install.
 */
export async function openGpu(
  host: Host,
  adapter: string | undefined,
  kernels: 'tuned' | 'default' = 'tuned',
): Promise<Gpu> {
  const device = await host.openDevice(adapter)
  host.stderr(`adapter: ${adapterText(device)}\n`)
  if (device.adapter.software) host.stderr(SOFTWARE_WARNING)
  if (kernels === 'default') return device
  try {
    const gpu = await tuned(host, device)
    if (gpu.tuning) host.stderr(`${tuningText(gpu)}\n`)
    return gpu
  } catch (error) {
    device.close()
    throw error
  }
}
