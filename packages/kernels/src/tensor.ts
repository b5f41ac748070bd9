// A tensor is a shape, a dtype and a slice of a GPU buffer. Persistent tensors own their memory at once; a
// Program's own tensors get theirs when the program is built, so that they can share it (program.ts).

import type { Gpu } from './device.ts'
import { DeviceLimitError } from './errors.ts'

/** f16x2: two halves in four bytes; the last dimension of the shape counts pairs. Made by packHalf. */
export type DType = 'f32' | 'u32' | 'i32' | 'f16x2'
export type TensorData = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>

/** A piece of GPU memory, shared by a tensor and its views. `buffer` is unset until it has been planned. */
export interface Storage {
  readonly label: string
  readonly byteLength: number
  buffer: GPUBuffer | undefined
}

/** Row-major, contiguous. Every dtype has 4 bytes per element. */
export class Tensor {
  readonly storage: Storage
  readonly shape: readonly number[]
  readonly dtype: DType
  /** first element within the storage */
  readonly offset: number
  readonly size: number

  constructor(storage: Storage, shape: readonly number[], dtype: DType, offset = 0) {
    this.storage = storage
    this.shape = shape
    this.dtype = dtype
    this.offset = offset
    this.size = sizeOf(shape)
    if ((offset + this.size) * 4 > storage.byteLength)
      throw new RangeError(
        `Tensor ${storage.label}: (${shape.join(', ')}) at element ${offset} does not fit in ${storage.byteLength / 4} elements`,
      )
  }

  get label(): string {
    return this.storage.label
  }

  /** The same memory under another shape, `offset` elements further on (a multiple of 64: WebGPU binds at 256 bytes). */
  view(shape: readonly number[], offset = 0): Tensor {
    if (offset % 64 !== 0)
      throw new RangeError(`Tensor.view: offset ${offset} of ${this.label} is not a multiple of 64`)
    return new Tensor(this.storage, shape, this.dtype, this.offset + offset)
  }

  /** How WebGPU binds it. */
  binding(): GPUBufferBinding {
    const buffer = this.storage.buffer
    if (!buffer) throw new Error(`Tensor ${this.label}: has no memory yet; build its program first`)
    return { buffer, offset: this.offset * 4, size: this.size * 4 }
  }
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const n of shape) {
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`Tensor: shape (${shape.join(', ')}) must hold positive integers`)
    size *= n
  }
  return size
}

/** Allocates storage of `byteLength` bytes, zero-filled. @throws DeviceLimitError when one binding cannot hold it. */
export function allocate(gpu: Gpu, label: string, byteLength: number): GPUBuffer {
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits
  const limit = Math.min(maxBufferSize, maxStorageBufferBindingSize)
  if (byteLength > limit)
    throw new DeviceLimitError(
      `"${label}" needs ${mebibytes(byteLength)} but ${gpu.adapter.name} binds at most ${mebibytes(limit)}; ` +
        'make the model, the batch or the context smaller',
    )
  return gpu.device.createBuffer({
    label,
    size: Math.ceil(byteLength / 16) * 16,
    usage: GPU_STORAGE | GPU_COPY_SRC | GPU_COPY_DST,
  })
}

// GPUBufferUsage is a browser global that Node lacks until Dawn's globals are installed; its values are fixed by the standard.
const GPU_COPY_SRC = 0x4
const GPU_COPY_DST = 0x8
const GPU_MAP_READ = 0x1
const GPU_STORAGE = 0x80

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 22 ? 2 : 0)} MiB`

/** A persistent, zero-filled tensor. */
export function createTensor(gpu: Gpu, shape: readonly number[], dtype: DType = 'f32', label = 'tensor'): Tensor {
  const byteLength = sizeOf(shape) * 4
  return new Tensor({ label, byteLength, buffer: allocate(gpu, label, byteLength) }, shape, dtype)
}

/** A persistent tensor holding `data`; its dtype is the array's. */
export function upload(gpu: Gpu, data: TensorData, shape: readonly number[], label = 'upload'): Tensor {
  const dtype = data instanceof Float32Array ? 'f32' : data instanceof Uint32Array ? 'u32' : 'i32'
  const tensor = createTensor(gpu, shape, dtype, label)
  write(gpu, tensor, data)
  return tensor
}

/** Overwrites a tensor (ordered with the programs submitted before and after). */
export function write(gpu: Gpu, tensor: Tensor, data: TensorData): void {
  if (data.length !== tensor.size)
    throw new RangeError(`write: ${tensor.label} holds ${tensor.size} elements but got ${data.length}`)
  const { buffer, offset } = tensor.binding()
  gpu.device.queue.writeBuffer(buffer, offset!, data)
}

/** Reads a tensor back: Float32Array, Uint32Array (u32 and f16x2) or Int32Array by dtype. Waits for all submitted work. */
export async function read(gpu: Gpu, tensor: Tensor): Promise<TensorData> {
  gpu.check()
  const { buffer, offset } = tensor.binding()
  const byteLength = tensor.size * 4
  const staging = gpu.device.createBuffer({ label: 'readback', size: byteLength, usage: GPU_MAP_READ | GPU_COPY_DST })
  const encoder = gpu.device.createCommandEncoder({ label: 'readback' })
  encoder.copyBufferToBuffer(buffer, offset!, staging, 0, byteLength)
  gpu.device.queue.submit([encoder.finish()])
  try {
    await staging.mapAsync(GPU_MAP_READ)
  } catch (error) {
    gpu.check() // a lost device or a validation error says more than "mapping failed"
    throw error
  }
  const bytes = staging.getMappedRange().slice(0)
  staging.destroy()
  gpu.check()
  if (tensor.dtype === 'f32') return new Float32Array(bytes)
  return tensor.dtype === 'i32' ? new Int32Array(bytes) : new Uint32Array(bytes)
}

/** {@link read} for an f32 tensor. */
export async function readFloats(gpu: Gpu, tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  const data = await read(gpu, tensor)
  if (!(data instanceof Float32Array)) throw new TypeError(`readFloats: ${tensor.label} is ${tensor.dtype}`)
  return data
}

/** Frees a persistent tensor's memory. */
export function destroyTensor(tensor: Tensor): void {
  tensor.storage.buffer?.destroy()
  tensor.storage.buffer = undefined
}
