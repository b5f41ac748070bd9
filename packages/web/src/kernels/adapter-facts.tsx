import type { AdapterDescription } from '@nanoalign/kernels'

/** What the device can do, in the terms of WebGPU. */
export function AdapterFacts({ adapter }: { adapter: AdapterDescription }) {
  const { name, vendor, architecture, driver, software, subgroupSize, features, limits } = adapter
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toLocaleString('en')} MB`
  const facts: [string, string][] = [
    [
      'adapter',
      [name, vendor, architecture, driver].filter((word, i, all) => word && all.indexOf(word) === i).join(', '),
    ],
    ['kind', software ? 'software: the processor does the work' : 'hardware'],
    ['subgroups', subgroupSize ? `${subgroupSize} lanes, used by the kernels` : 'not used: their size is not fixed'],
    ['largest buffer', megabytes(limits.maxBufferSize)],
    ['largest binding', megabytes(limits.maxStorageBufferBindingSize)],
    ['workgroup memory', `${limits.maxComputeWorkgroupStorageSize / 1024} kB`],
    ['features', features.join(', ')],
  ]
  return (
    <details>
      <summary>What this device offers</summary>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
