// Every kernel once against its f64 reference, on the device it will run on: for `nanoalign doctor` and the web page.
// Shapes are odd on purpose, so that the edges of tiles and vectors take part. The thorough tests lie beside the kernels.

import type { Gpu } from './device.ts'
import { attentionCases } from './self-test/attention.ts'
import { Bench, largestError } from './self-test/bench.ts'
import { layerCases } from './self-test/layers.ts'
import { lossCases } from './self-test/losses.ts'
import { productCases } from './self-test/products.ts'
import { stepCases } from './self-test/steps.ts'
import { read } from './tensor.ts'

/** What one kernel's comparison found. */
export interface SelfTestResult {
  kernel: string
  shape: string
  /** the largest |got − want| / (1 + |want|) */
  worst: number
  tolerance: number
  ok: boolean
}

// f32 rounds each operation by 2⁻²⁴ = 6e-8; sums of up to a hundred products of size 1 stay within this
const TOLERANCE = 2e-5

const CASES = [...productCases, ...attentionCases, ...lossCases, ...layerCases, ...stepCases]

/** Tests kernel by kernel, in a few seconds even on a software adapter. Errors of the device are thrown. */
export async function* selfTest(gpu: Gpu): AsyncGenerator<SelfTestResult, void> {
  for (const { shape, record } of CASES) {
    const bench = new Bench(gpu, shape)
    try {
      const checks = record(bench)
      for (const { got } of checks) bench.program.keep(got)
      await bench.program.build()
      bench.program.submit()
      for (const { kernel, got, want, tolerance = TOLERANCE, error } of checks) {
        const data = await read(gpu, got)
        const worst = error ? error(data) : largestError(data, want)
        yield { kernel, shape, worst, tolerance, ok: worst <= tolerance }
      }
    } finally {
      bench.destroy()
    }
  }
}
