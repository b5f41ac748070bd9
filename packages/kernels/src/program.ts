// A Program is a list of dispatches recorded once and replayed every step: its memory is planned, its bind groups
// and uniforms are made once, and a replay is one pass in one submit. Nothing is created per step.

import type { Gpu } from './device.ts'
import { GpuError } from './errors.ts'
import { pipelineOf, type Shader } from './shader.ts'
import { allocate, type DType, type Storage, sizeOf, Tensor } from './tensor.ts'

interface Dispatch {
  label: string
  shader: Shader
  tensors: Tensor[]
  dims: ArrayBuffer | undefined
  workgroups: readonly [number, number, number]
  pipeline?: GPUComputePipeline
  bindGroup?: GPUBindGroup
}

const UNIFORM_STRIDE = 256
const USAGE_UNIFORM_COPY_DST = 0x40 | 0x8

export class Program {
  readonly gpu: Gpu
  readonly label: string
  readonly #dispatches: Dispatch[] = []
  readonly #own = new Set<Storage>()
  readonly #kept = new Set<Storage>()
  readonly #buffers: GPUBuffer[] = []
  #built = false

  constructor(gpu: Gpu, label: string) {
    this.gpu = gpu
    this.label = label
  }

  /** A tensor of this program. Its memory is reused once its last reader has run, unless {@link keep} holds it. */
  tensor(shape: readonly number[], label: string, dtype: DType = 'f32'): Tensor {
    const storage: Storage = { label, byteLength: sizeOf(shape) * 4, buffer: undefined }
    this.#own.add(storage)
    return new Tensor(storage, shape, dtype)
  }

  /** Keeps a tensor readable after the program has run. Returns it. */
  keep(tensor: Tensor): Tensor {
    if (this.#own.has(tensor.storage)) this.#kept.add(tensor.storage)
    return tensor
  }

  /**
   * Records one dispatch. Tensors and dims go by the names in the WGSL text; each must be given exactly once.
   * @throws Error naming the binding or field that is missing, unknown or not a number.
   */
  dispatch(
    shader: Shader,
    tensors: Record<string, Tensor>,
    dims: Record<string, number>,
    workgroups: readonly [number, number, number],
    label = shader.name,
  ): void {
    if (this.#built) throw new Error(`Program ${this.label}: is already built, ${label} comes too late`)
    const bound = shader.bindings.map(({ name }) => {
      if (!tensors[name]) throw new Error(`${label}: binding "${name}" was not given`)
      return tensors[name]
    })
    for (const name of Object.keys(tensors))
      if (!shader.bindings.some((b) => b.name === name))
        throw new Error(`${label}: the kernel has no binding "${name}"`)
    this.#dispatches.push({ label, shader, tensors: bound, dims: packDims(label, shader, dims), workgroups })
  }

  get dispatchCount(): number {
    return this.#dispatches.length
  }

  /** Bytes of this program's own tensors: `planned` after sharing memory, `unshared` without. */
  memory(): { planned: number; unshared: number } {
    const { slots } = this.#plan()
    let unshared = 0
    for (const storage of this.#own) unshared += storage.byteLength
    return { planned: slots.reduce((sum, slot) => sum + slot.byteLength, 0), unshared }
  }

  /** Gives every tensor its memory and compiles what is new. Call once, after recording. */
  async build(): Promise<this> {
    if (this.#built) return this
    this.#built = true
    const { device } = this.gpu
    const { slots, slotOf } = this.#plan()
    const slotBuffers = slots.map((slot) => allocate(this.gpu, `${this.label}/${slot.label}`, slot.byteLength))
    this.#buffers.push(...slotBuffers)
    for (const [storage, slot] of slotOf) storage.buffer = slotBuffers[slot]

    const uniforms = device.createBuffer({
      label: `${this.label}/dims`,
      size: Math.max(1, this.#dispatches.length) * UNIFORM_STRIDE,
      usage: USAGE_UNIFORM_COPY_DST,
    })
    this.#buffers.push(uniforms)
    const pipelines = await Promise.all(this.#dispatches.map((d) => pipelineOf(this.gpu, d.shader)))
    device.pushErrorScope('validation')
    this.#dispatches.forEach((dispatch, i) => {
      const entries: GPUBindGroupEntry[] = dispatch.shader.bindings.map(({ binding }, j) => ({
        binding,
        resource: dispatch.tensors[j].binding(),
      }))
      if (dispatch.dims && dispatch.shader.uniform) {
        device.queue.writeBuffer(uniforms, i * UNIFORM_STRIDE, dispatch.dims)
        const resource = { buffer: uniforms, offset: i * UNIFORM_STRIDE, size: dispatch.dims.byteLength }
        entries.push({ binding: dispatch.shader.uniform.binding, resource })
      }
      dispatch.pipeline = pipelines[i]
      const layout = pipelines[i].getBindGroupLayout(0)
      dispatch.bindGroup = device.createBindGroup({ label: dispatch.label, layout, entries })
    })
    const error = await device.popErrorScope()
    if (error) {
      this.gpu.check() // memory that could not be had makes what is built on it invalid, and says more
      throw new GpuError(`Program ${this.label}: ${error.message}`)
    }
    return this
  }

  /** Records the dispatches into a pass. */
  encode(pass: GPUComputePassEncoder): void {
    if (!this.#built) throw new Error(`Program ${this.label}: build() it before running it`)
    let current: GPUComputePipeline | undefined
    for (const { pipeline, bindGroup, workgroups } of this.#dispatches) {
      if (pipeline !== current) pass.setPipeline((current = pipeline!))
      pass.setBindGroup(0, bindGroup!)
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2])
    }
  }

  /** Runs the program once; returns before it has finished. */
  submit(): void {
    submit(this.gpu, [this])
  }

  /**
   * Runs the program once with each dispatch timed alone. Returns nanoseconds per dispatch, in order.
   * @throws Error when the adapter has no timestamp queries.
   */
  async profile(): Promise<{ label: string; ns: number }[]> {
    const { device, timestamps } = this.gpu
    if (!timestamps) throw new Error(`Program ${this.label}: ${this.gpu.adapter.name} has no timestamp queries`)
    const results: { label: string; ns: number }[] = []
    const CHUNK = 1024 // a query set holds at most 4096 timestamps
    for (let start = 0; start < this.#dispatches.length; start += CHUNK) {
      const chunk = this.#dispatches.slice(start, start + CHUNK)
      const count = chunk.length * 2
      const querySet = device.createQuerySet({ type: 'timestamp', count })
      const resolved = device.createBuffer({ size: count * 8, usage: 0x200 | 0x4 }) // QUERY_RESOLVE | COPY_SRC
      const staging = device.createBuffer({ size: count * 8, usage: 0x1 | 0x8 }) // MAP_READ | COPY_DST
      const encoder = device.createCommandEncoder()
      chunk.forEach(({ pipeline, bindGroup, workgroups }, i) => {
        const timestampWrites = { querySet, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 }
        const pass = encoder.beginComputePass({ timestampWrites })
        pass.setPipeline(pipeline!)
        pass.setBindGroup(0, bindGroup!)
        pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2])
        pass.end()
      })
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0)
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, count * 8)
      device.queue.submit([encoder.finish()])
      await staging.mapAsync(0x1)
      const ticks = new BigUint64Array(staging.getMappedRange().slice(0))
      chunk.forEach(({ label }, i) => {
        results.push({ label, ns: Number(ticks[2 * i + 1] - ticks[2 * i]) })
      })
      for (const resource of [querySet, resolved, staging]) resource.destroy()
    }
    return results
  }

  /** Frees the program's memory. Its tensors are gone. */
  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy()
    for (const storage of this.#own) storage.buffer = undefined
  }

  // Lifetimes are known: a storage lives from its first to its last dispatch. Slots are whole buffers (not ranges of
  // one), because WebGPU forbids binding one buffer both read-only and writable in the same dispatch.
  #plan(): { slots: { label: string; byteLength: number }[]; slotOf: Map<Storage, number> } {
    const last = new Map<Storage, number>()
    this.#dispatches.forEach((dispatch, i) => {
      for (const { storage } of dispatch.tensors) if (this.#own.has(storage)) last.set(storage, i)
    })
    for (const storage of this.#kept) last.set(storage, Infinity)
    const slots: { label: string; byteLength: number }[] = []
    const slotOf = new Map<Storage, number>()
    const free = new Set<number>()
    this.#dispatches.forEach((dispatch, i) => {
      for (const { storage } of dispatch.tensors) {
        if (!this.#own.has(storage) || slotOf.has(storage)) continue
        const slot = bestFit(slots, free, storage.byteLength)
        if (slot === undefined) {
          slotOf.set(storage, slots.push({ label: storage.label, byteLength: storage.byteLength }) - 1)
        } else {
          free.delete(slot)
          slots[slot].byteLength = Math.max(slots[slot].byteLength, storage.byteLength)
          slotOf.set(storage, slot)
        }
      }
      for (const { storage } of dispatch.tensors) if (last.get(storage) === i) free.add(slotOf.get(storage)!)
    })
    for (const storage of this.#kept)
      if (!slotOf.has(storage))
        slotOf.set(storage, slots.push({ label: storage.label, byteLength: storage.byteLength }) - 1)
    return { slots, slotOf }
  }
}

// the smallest free slot that is large enough, else the largest (which grows least), if it is at least half the size
function bestFit(slots: { byteLength: number }[], free: Set<number>, byteLength: number): number | undefined {
  let best: number | undefined
  for (const slot of free) {
    const size = slots[slot].byteLength
    if (size < byteLength / 2) continue
    const current = best === undefined ? undefined : slots[best].byteLength
    if (current === undefined) best = slot
    else if (size >= byteLength ? current < byteLength || size < current : current < byteLength && size > current)
      best = slot
  }
  return best
}

function packDims(label: string, { uniform }: Shader, dims: Record<string, number>): ArrayBuffer | undefined {
  const names = Object.keys(dims)
  const unknown = names.find((name) => !uniform?.fields.some((field) => field.name === name))
  if (unknown) throw new Error(`${label}: the kernel's Dims has no field "${unknown}"`)
  if (!uniform) return undefined
  // a uniform's size is rounded up to 16 bytes
  const view = new DataView(new ArrayBuffer(Math.ceil((uniform.fields.length * 4) / 16) * 16))
  uniform.fields.forEach(({ name, type }, i) => {
    const value = dims[name]
    if (type === 'f32') {
      if (typeof value !== 'number') throw new Error(`${label}: dims.${name} was not given`)
      view.setFloat32(i * 4, value, true)
    } else {
      if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
        throw new Error(`${label}: dims.${name} is ${value} but must be a 32-bit unsigned integer`)
      view.setUint32(i * 4, value, true)
    }
  })
  return view.buffer
}

/** Runs programs one after the other in one pass and one submit. */
export function submit(gpu: Gpu, programs: readonly Program[]): void {
  gpu.check()
  const encoder = gpu.device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  for (const program of programs) program.encode(pass)
  pass.end()
  gpu.device.queue.submit([encoder.finish()])
}

/** Records, builds and runs a one-off program; its tensors stay readable until `program.destroy()`. */
export async function runOnce(gpu: Gpu, label: string, record: (program: Program) => void): Promise<Program> {
  const program = new Program(gpu, label)
  record(program)
  await program.build()
  program.submit()
  return program
}
