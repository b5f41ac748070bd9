// The boundary to WebGPU: choose an adapter, ask for its full limits, and describe it in words.
// A `GPU` object is passed in (navigator.gpu in a page; in Node, openNodeDevice() of @nanoalign/kernels/node makes one).

import { DeviceLostError, GpuError, NoAdapterError, OutOfMemoryError } from './errors.ts'
import type { Tuning } from './tuning/tuning.ts'

/** What is known about an adapter, for people and for a run's record. */
export interface AdapterDescription {
  /** e.g. 'SwiftShader Device (Subzero)' or the vendor, architecture and driver where no name is exposed */
  name: string
  vendor: string
  architecture: string
  driver: string
  /** true when a CPU does the work */
  software: boolean
  /** lanes per subgroup when it is one fixed number, else undefined: kernels then take their portable form */
  subgroupSize: number | undefined
  /** true: the driver checks every access (always so in a browser); false: Dawn's disable_robustness */
  robustness: boolean
  features: string[]
  limits: { maxBufferSize: number; maxStorageBufferBindingSize: number; maxComputeWorkgroupStorageSize: number }
}

export interface OpenOptions {
  powerPreference?: GPUPowerPreference
  /** The adapter's display name, where the host knows it (Dawn does; browsers do not tell). */
  name?: string
  /** Whether the host made this GPU object with robustness on. Default true, as in every browser. */
  robustness?: boolean
  /** Take the portable kernels even where subgroups exist (tests of the fallback). */
  withoutSubgroups?: boolean
}

/** An open device with what kernels need to know about it. */
export interface Gpu {
  readonly device: GPUDevice
  readonly adapter: AdapterDescription
  /** Lanes per subgroup if the subgroup kernels may be used, else undefined. */
  readonly subgroupSize: number | undefined
  readonly timestamps: boolean
  /** measured choices among the kernels, in place of the defaults: see tuning/tune.ts */
  readonly tuning?: Tuning
  /** Throws the first error the device reported since the last call (lost device, validation, out of memory). */
  check(): void
  close(): void
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp|software/i

/**
 * Opens a device on the adapter that `gpu` prefers, with every limit raised to what the adapter has.
 * @throws NoAdapterError when there is none, or it gives no device.
 */
export async function openDevice(gpu: GPU, options: OpenOptions = {}): Promise<Gpu> {
  const adapter = await gpu.requestAdapter({ powerPreference: options.powerPreference ?? 'high-performance' })
  if (!adapter) throw new NoAdapterError('openDevice: WebGPU found no adapter')
  const wanted: GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16']
  const description = describe(adapter, options)
  const opening = adapter.requestDevice({
    label: 'nanoalign',
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
      maxStorageBuffersPerShaderStage: adapter.limits.maxStorageBuffersPerShaderStage,
    },
  })
  const device = await opening.catch((error: Error) => {
    // Dawn's message goes on with where in its source it happened
    const [reason] = error.message.trim().split('\n')
    throw new NoAdapterError(
      `${description.name} cannot be opened: ${reason}; update its driver, or choose another adapter`,
    )
  })
  const errors: Error[] = []
  let closed = false
  device.addEventListener('uncapturederror', (event) => {
    const kind = event.error.constructor.name.replace(/^GPU|Error$/g, '')
    const message = event.error.message.trim()
    errors.push(
      kind === 'OutOfMemory'
        ? new OutOfMemoryError(
            `${description.name} is out of memory: ${message}. Make the model, the batch or the context smaller`,
          )
        : new GpuError(`WebGPU reported an error (${kind}): ${message}`),
    )
  })
  device.lost.then((info) => {
    if (closed) return
    errors.unshift(
      new DeviceLostError(
        `the GPU device was lost (${info.reason || 'unknown'}): ${info.message || 'no details given'}`,
      ),
    )
  })
  return {
    device,
    adapter: description,
    subgroupSize: device.features.has('subgroups') && !options.withoutSubgroups ? description.subgroupSize : undefined,
    timestamps: device.features.has('timestamp-query'),
    check() {
      const exhausted = errors.find((e) => e instanceof OutOfMemoryError)
      // what there was no memory for is invalid: the errors of its use follow from this one
      if (exhausted) errors.splice(0, errors.length, ...errors.filter((e) => e instanceof DeviceLostError))
      const error = errors.find((e) => e instanceof DeviceLostError) ?? exhausted ?? errors.shift()
      if (error) throw error
    },
    close() {
      closed = true
      device.destroy()
    },
  }
}

function describe(adapter: GPUAdapter, options: OpenOptions): AdapterDescription {
  const info = adapter.info
  const words = [info.vendor, info.architecture, info.device].filter(Boolean)
  const text = `${options.name ?? ''} ${words.join(' ')} ${info.description}`
  const min = info.subgroupMinSize ?? 0
  const fixed = adapter.features.has('subgroups') && min === info.subgroupMaxSize && min >= 4
  return {
    name: options.name ?? (words.join(' ') || 'unnamed adapter'),
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
    software: info.isFallbackAdapter || SOFTWARE.test(text),
    subgroupSize: fixed ? min : undefined,
    robustness: options.robustness ?? true,
    features: [...adapter.features].sort(),
    limits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
    },
  }
}
