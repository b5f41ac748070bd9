// @nanoalign/kernels/node: WebGPU in Node through Dawn (npm `webgpu`). Every adapter of the system is offered, and
// SwiftShader, a software Vulkan driver out of npm's @sparticuz/chromium, so that there is always one on Linux x64.

import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { type Gpu, type OpenOptions, openDevice } from './device.ts'
import { NoAdapterError } from './errors.ts'

export interface NodeGpuOptions extends Pick<OpenOptions, 'withoutSubgroups'> {
  /** Part of an adapter's name (any case), or its number in {@link listAdapters}. Default: the first hardware one. */
  adapter?: string
  /** Keep the driver's bounds checks. Default false: the kernels are tested and run faster without. */
  robustness?: boolean
}

/** An adapter that Dawn found. */
export interface ListedAdapter {
  index: number
  backend: string
  name: string
  software: boolean
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i
const BUNDLED = /swiftshader/i

type Dawn = typeof import('webgpu')

// Dawn crashes at exit if its GPU objects are collected while work is pending: hold them for the process's life.
const held: unknown[] = []

async function loadDawn(): Promise<Dawn> {
  addBundledDriver()
  easePolling()
  try {
    const dawn = await import('webgpu')
    Object.assign(globalThis, dawn.globals)
    return dawn
  } catch (error) {
    throw new NoAdapterError(
      `cannot load Dawn (npm package "webgpu") on ${process.platform}-${process.arch}: ${(error as Error).message.split('\n')[0]}`,
    )
  }
}

// While a promise of Dawn's is pending, its binding asks for news by setImmediate, without a pause: a whole core, which a
// software adapter needs for the work that is waited for. After the first rounds of a wait its callbacks, the only
// native functions that are scheduled this way, are therefore put off by a millisecond each.
const PROMPT_POLLS = 20
const NEW_WAIT_MS = 20
let eased = false

function easePolling(): void {
  if (eased) return
  eased = true
  const immediate = globalThis.setImmediate
  let polls = 0
  let last = 0
  const easing = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (!Function.prototype.toString.call(callback).includes('[native code]')) return immediate(callback, ...args)
    const now = performance.now()
    polls = now - last > NEW_WAIT_MS ? 0 : polls + 1
    last = now
    return polls < PROMPT_POLLS ? immediate(callback, ...args) : setTimeout(callback, 1, ...args)
  }
  // keeps what hangs on the function, such as its promise form
  globalThis.setImmediate = Object.defineProperties(easing, Object.getOwnPropertyDescriptors(immediate)) as never
}

/** All adapters of this machine: hardware first, then the system's software drivers, then the bundled one. */
export async function listAdapters(): Promise<ListedAdapter[]> {
  const dawn = await loadDawn()
  const gpu = dawn.create(['adapter=?']) // an adapter of that name does not exist: the error lists those that do
  held.push(gpu)
  let text = ''
  try {
    await gpu.requestAdapter()
  } catch (error) {
    text = (error as Error).message
  }
  const found = [...text.matchAll(/backend: '([^']+)', name: '([^']+)'/g)]
    .map(([, backend, name]) => ({ backend, name, software: SOFTWARE.test(name) }))
    .filter(({ backend }) => backend !== 'null' && backend !== 'opengles' && backend !== 'opengl')
  const rank = (a: { name: string; software: boolean }) => (BUNDLED.test(a.name) ? 2 : a.software ? 1 : 0)
  return found.sort((a, b) => rank(a) - rank(b)).map((adapter, index) => ({ index, ...adapter }))
}

/**
 * Opens a device in Node: the adapter asked for, else hardware, else the system's software Vulkan, else SwiftShader.
 * @throws NoAdapterError saying what was tried and what to install.
 */
export async function openNodeDevice(options: NodeGpuOptions = {}): Promise<Gpu> {
  const adapters = await listAdapters()
  const chosen = choose(adapters, options.adapter)
  const dawn = await loadDawn()
  const robustness = options.robustness ?? false
  const flags = [`backend=${chosen.backend}`, `adapter=${chosen.name}`, 'disable-dawn-features=timestamp_quantization']
  if (!robustness) flags.push('enable-dawn-features=disable_robustness')
  const gpu = dawn.create(flags)
  held.push(gpu)
  return openDevice(gpu as unknown as GPU, {
    name: chosen.name,
    robustness,
    withoutSubgroups: options.withoutSubgroups,
  })
}

function choose(adapters: ListedAdapter[], wanted: string | undefined): ListedAdapter {
  if (adapters.length === 0) {
    const { platform, arch } = process
    const found = (drivers: string) => `no WebGPU adapter: Dawn found no ${drivers} driver on ${platform}-${arch}`
    if (platform !== 'linux')
      throw new NoAdapterError(
        `${found('Metal or D3D12')}. Install or update the GPU driver, and run \`nanoalign doctor\`.`,
      )
    throw new NoAdapterError(
      found('Vulkan') +
        (arch !== 'x64' || bundledDriver()
          ? ''
          : ', and the bundled SwiftShader (npm @sparticuz/chromium 147.0.0) is not installed') +
        '. Install a GPU driver, or a software one (Debian and Ubuntu: mesa-vulkan-drivers), and run `nanoalign doctor`.',
    )
  }
  if (wanted === undefined) return adapters[0]
  const match = adapters.find((a) => String(a.index) === wanted || a.name.toLowerCase().includes(wanted.toLowerCase()))
  if (!match)
    throw new NoAdapterError(
      `no adapter matches "${wanted}"; there are: ${adapters.map((a) => `${a.index} = ${a.name}`).join(', ')}`,
    )
  return match
}

let driverAdded = false

// Offers SwiftShader beside the system's drivers, and a Vulkan loader if the system has none. Safe to call again.
function addBundledDriver(): void {
  if (driverAdded) return
  driverAdded = true
  const directory = bundledDriver()
  if (!directory) return
  const icd = path.join(directory, 'vk_swiftshader_icd.json')
  // Only the main thread's process.env reaches getenv(3), which is what the Vulkan loader reads.
  const added = process.env.VK_ADD_DRIVER_FILES
  process.env.VK_ADD_DRIVER_FILES = added ? `${added}:${icd}` : icd
  // RTLD_NODELETE keeps the loader mapped although it is no Node addon; Dawn's dlopen("libvulkan.so.1") then finds it.
  const RTLD_NODELETE = 0x1000
  try {
    process.dlopen(
      { exports: {} },
      path.join(directory, 'libvulkan.so.1'),
      os.constants.dlopen.RTLD_NOW | RTLD_NODELETE,
    )
  } catch (error) {
    if (!/did not self-register/.test(String(error))) throw error
  }
}

const WANTED = new Set(['libvk_swiftshader.so', 'libvulkan.so.1', 'vk_swiftshader_icd.json'])

/** Where SwiftShader and the loader lie, unpacked on first use (about 0.2 s, 7 MB); undefined where there are none. */
function bundledDriver(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  let archive: string
  let version: string
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
    const root = entry.slice(0, entry.lastIndexOf('@sparticuz/chromium') + '@sparticuz/chromium'.length)
    archive = path.join(root, 'bin', 'swiftshader.tar.br')
    version = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
  const user = typeof process.getuid === 'function' ? process.getuid() : 0
  const caches = [
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
    path.join(os.tmpdir(), `cache-${user}`),
  ]
  for (const cache of caches) {
    const directory = path.join(cache, 'nanoalign', `swiftshader-${version}`)
    try {
      if (!fs.existsSync(directory)) unpack(archive, directory)
      return directory
    } catch {
      // an unwritable home: try the temporary folder
    }
  }
  return undefined
}

function unpack(archive: string, directory: string): void {
  const tar = brotliDecompressSync(fs.readFileSync(archive))
  const partial = `${directory}.${process.pid}`
  fs.mkdirSync(partial, { recursive: true })
  for (let offset = 0; offset + 512 <= tar.length && tar[offset] !== 0; ) {
    const name = path.basename(tar.toString('latin1', offset, offset + 100).replace(/\0.*$/s, ''))
    const size = Number.parseInt(tar.toString('latin1', offset + 124, offset + 136), 8) || 0
    if (WANTED.has(name))
      fs.writeFileSync(path.join(partial, name), tar.subarray(offset + 512, offset + 512 + size), { mode: 0o755 })
    offset += 512 + Math.ceil(size / 512) * 512
  }
  try {
    fs.renameSync(partial, directory)
  } catch {
    fs.rmSync(partial, { recursive: true, force: true }) // another process was first
  }
}
