// In the place of a device where stages are only named, not run: in the coordinator of a queue, and for planning.

import type { Gpu } from '@nanoalign/kernels'

/** @throws Error at the first use of anything but its existence. */
export function noDevice(): Gpu {
  return new Proxy({} as Gpu, {
    get(_, name) {
      throw new Error(`this process has no device (asked for ${String(name)}): stages are run by workers`)
    },
  })
}
