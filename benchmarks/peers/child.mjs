// What the peers' processes share: Dawn on the adapter that nanoalign uses, browser globals, the clock, and a protocol.
// A parent sends {call, args} and gets {value} or {error}; `sample` calls run one at a time over all processes.

import { readFileSync } from 'node:fs'
import { listAdapters } from '@nanoalign/kernels/node'
import { create } from 'webgpu'

const options = JSON.parse(process.argv[2] ?? '{}')

/** navigator.gpu as a browser has it, on the wanted adapter. Returns the GPU object. */
export async function installGpu() {
  const adapters = await listAdapters() // also offers the bundled driver and sets WebGPU's globals
  const { name, backend } = adapters.find((adapter) => adapter.name === options.adapter) ?? adapters[0]
  const flags = [`backend=${backend}`, `adapter=${name}`]
  if (!options.robustness) flags.push('enable-dawn-features=disable_robustness')
  const gpu = create(flags)
  // Node 20 has no navigator; later versions have one that cannot be written to
  const value = { gpu, userAgent: 'node', hardwareConcurrency: 2, platform: process.platform }
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true })
  return gpu
}

/** CPU ms of all threads but the one that runs JavaScript; NaN where the system does not tell. */
function driverCpu() {
  try {
    const main = Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e3 - main
  } catch {
    return Number.NaN
  }
}

/** Times `times` runs of `run` followed by `finish`: per run, wall clock and the driver's CPU, in ms. */
export async function sample(times, run, finish) {
  const cpu = driverCpu()
  const start = performance.now()
  for (let i = 0; i < times; i++) await run(i)
  await finish()
  return { wallMs: (performance.now() - start) / times, cpuMs: (driverCpu() - cpu) / times }
}

/** Answers the parent's calls. */
export function serve(calls) {
  process.on('message', async ({ call, args }) => {
    try {
      process.send({ value: await calls[call](...args) })
    } catch (error) {
      process.send({ error: String(error?.stack ?? error).slice(0, 600) })
    }
  })
  process.on('disconnect', () => process.exit(0))
  process.send({ value: 'ready' })
}

/** Rows of 0 with one 1 each. */
export function oneHot(ids, V) {
  const rows = new Float32Array(ids.length * V)
  ids.forEach((id, i) => {
    rows[i * V + id] = 1
  })
  return rows
}
