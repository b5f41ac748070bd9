// The kernels on this device: are they right, and how fast.

import { useEffect } from 'preact/hooks'
import { DeviceLine } from '../device/device-line.tsx'
import { device } from '../device/find-device.ts'
import { NoDevice } from '../device/no-device.tsx'
import { recordedRun } from '../reference/recorded-run.ts'
import { ReferenceReport } from '../reference/reference-report.tsx'
import { refreshRuns } from '../store/runs.ts'
import { BenchPanel } from './bench-panel.tsx'
import { SelfTestPanel } from './self-test-panel.tsx'

const reference = () => recordedRun('kernels')

export function KernelsPage() {
  const found = device.value
  useEffect(() => {
    refreshRuns().catch(() => {}) // then there are no earlier ones to compare with
  }, [])
  return (
    <>
      <h1>The kernels on this device</h1>
      <p class="lede">
        Everything on these pages is computed by handwritten WebGPU kernels. See whether they compute right here, and
        how near they come to what this device can do.
      </p>
      <DeviceLine />
      {found.kind === 'missing' ? (
        <>
          <NoDevice {...found} command="nanoalign bench --quick" recorded />
          <BenchPanel />
          <ReferenceReport load={reference} />
        </>
      ) : (
        <>
          <SelfTestPanel />
          <BenchPanel />
        </>
      )}
    </>
  )
}
