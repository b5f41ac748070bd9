import { device } from './find-device.ts'

/** One line that says on what the work will be done. */
export function DeviceLine() {
  const found = device.value
  if (found.kind === 'looking') return <p class="device">Looking for a GPU …</p>
  if (found.kind === 'missing') return null
  return (
    <p class="device">
      <span class={`badge ${found.software ? 'open' : 'good'}`}>{found.software ? 'software' : 'GPU'}</span>
      <span>
        <strong>{found.name}</strong>
        {found.software && ' – the processor does the GPU’s work here: everything runs, only slower'}
        <span class="muted"> · {found.detail}</span>
      </span>
    </p>
  )
}
