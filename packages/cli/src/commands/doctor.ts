// nanoalign doctor: what there is to compute on, what will be used and why, and whether every kernel is right on it.

import { type AdapterDescription, type Gpu, type SelfTestResult, selfTest } from '@nanoalign/kernels'
import { type ListedAdapter, listAdapters } from '@nanoalign/kernels/node'
import type { Command } from 'commander'
import type { Host } from '../host.ts'
import { SOFTWARE_WARNING } from '../open-gpu.ts'
import type { GlobalOptions } from '../options.ts'
import { versions } from '../provenance.ts'
import { cachedChoices, cacheFile, tuningMode } from '../tuning.ts'

interface DoctorOptions extends GlobalOptions {
  json?: boolean
}

interface Found extends ListedAdapter {
  /** absent where the adapter could not be opened */
  description?: AdapterDescription
  error?: string
}

export function addDoctor(program: Command, host: Host): void {
  program
    .command('doctor')
    .description('list the GPU adapters, say which will be used, and test every kernel on it')
    .option('--json', 'one JSON object instead of text')
    .action((_: unknown, command: Command) => doctor(host, command.optsWithGlobals<DoctorOptions>()))
}

async function doctor(host: Host, { adapter, json }: DoctorOptions): Promise<void> {
  const say = json ? () => {} : (text: string) => host.stdout(text)
  const names = Object.entries(versions()).map(([name, version]) => `${name} ${version}`)
  say(`${names.join(', ')} on ${process.platform}-${process.arch}\n\n`)

  const adapters = await describeAll(host, await listAdapters())
  for (const found of adapters) say(adapterLines(found))
  const gpu = await host.openDevice(adapter) // says what was tried, and what to install, where there is none
  try {
    const reason = why(gpu, adapters, adapter)
    say(`nanoalign will use ${gpu.adapter.name}: ${reason}.\n`)
    if (gpu.adapter.software) host.stderr(SOFTWARE_WARNING)
    say(`\n${kernelLines(host, gpu)}`)

    say('\nEach kernel on this adapter against its reference in f64; the error is |got − want| / (1 + |want|).\n')
    const results: SelfTestResult[] = []
    say(testLine('kernel', 'shape', 'worst error', 'tolerance', ''))
    for await (const result of selfTest(gpu)) {
      host.signal.throwIfAborted()
      results.push(result)
      const { kernel, shape, worst, tolerance, ok } = result
      say(testLine(kernel, shape, scientific(worst), scientific(tolerance), ok ? 'ok' : 'WRONG'))
    }
    const wrong = results.filter(({ ok }) => !ok).map(({ kernel, shape }) => `${kernel} (${shape})`)
    if (json) {
      const used = { name: gpu.adapter.name, reason }
      host.stdout(
        `${JSON.stringify({ versions: versions(), adapters, used, kernels: kernelChoice(host, gpu), selfTest: results }, null, 2)}\n`,
      )
    }
    if (wrong.length > 0)
      throw new Error(`${wrong.length} of ${results.length} checks fail on ${gpu.adapter.name}: ${wrong.join(', ')}`)
    say(`\nAll ${results.length} checks pass.\n`)
  } finally {
    gpu.close()
  }
}

async function describeAll(host: Host, listed: ListedAdapter[]): Promise<Found[]> {
  const found: Found[] = []
  for (const adapter of listed) {
    try {
      const gpu = await host.openDevice(String(adapter.index))
      found.push({ ...adapter, description: gpu.adapter })
      gpu.close()
    } catch (error) {
      found.push({ ...adapter, error: (error as Error).message })
    }
  }
  return found
}

function adapterLines({ index, backend, name, software, description, error }: Found): string {
  const kind = software || description?.software ? 'software' : 'hardware'
  const lines = [`${index}  ${name} (${kind}, ${backend})`]
  if (!description) return `${[...lines, `   ${error}`].join('\n')}\n\n`
  const { driver, subgroupSize, robustness, features, limits } = description
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20).toLocaleString('en')} MiB`
  lines.push(
    `driver     ${driver || 'not told'}`,
    `limits     buffer ${mebibytes(limits.maxBufferSize)}, storage binding ` +
      `${mebibytes(limits.maxStorageBufferBindingSize)}, workgroup memory ${limits.maxComputeWorkgroupStorageSize / 1024} KiB`,
    `subgroups  ${subgroupSize ?? 'not of one fixed size: the portable kernels are used'}`,
    `robustness ${robustness ? 'on: the driver checks every access' : 'off: accesses are not checked again by the driver'}`,
    `features   ${features.join(', ') || 'none'}`,
  )
  return `${lines.map((line, i) => (i === 0 ? line : `   ${line}`)).join('\n')}\n\n`
}

function why(gpu: Gpu, adapters: Found[], wanted: string | undefined): string {
  if (wanted !== undefined) return `--adapter ${wanted} asks for it`
  if (adapters.length === 1) return 'it is the only adapter'
  if (!gpu.adapter.software) return 'it is the first hardware adapter'
  return 'there is no hardware adapter, and it is the first software one'
}

/** Which kernels a run gets, and what was measured. */
function kernelChoice(host: Host, gpu: Gpu) {
  const mode = tuningMode(host)
  const measured = cachedChoices(host, gpu)
  const fixed = mode === 'off' || (mode === 'auto' && gpu.adapter.software)
  return { mode, used: fixed ? 'default' : measured ? 'measured' : 'measured on first use', measured }
}

function kernelLines(host: Host, gpu: Gpu): string {
  const { mode, used, measured } = kernelChoice(host, gpu)
  const why = mode === 'auto' && gpu.adapter.software ? ', which were chosen for software adapters' : ''
  const lines = [`kernels: ${used === 'default' ? `the default ones${why}` : used} (NANOALIGN_TUNE=${mode})`]
  if (measured) {
    const choices = Object.entries(measured)
    lines.push(
      `  measured before (${cacheFile(host, gpu)}):${choices.length === 0 ? ' the default ones are the fastest' : ''}`,
    )
    for (const [kind, name] of choices) lines.push(`  ${kind.padEnd(36)} ${name}`)
  }
  return `${lines.join('\n')}\n`
}

function testLine(kernel: string, shape: string, worst: string, tolerance: string, verdict: string): string {
  const line = `${kernel.padEnd(28)} ${shape.padEnd(28)} ${worst.padStart(11)} ${tolerance.padStart(10)}  ${verdict}`
  return `${line.trimEnd()}\n`
}

function scientific(value: number): string {
  return value === 0 ? '0' : Number.isFinite(value) ? value.toExponential(1) : 'not finite'
}
