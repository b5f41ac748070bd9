// A model's parameters: one flat buffer of values and one of gradients, with a named view for each tensor, so that the
// optimizer, the gradient norm and a checkpoint each deal with a single array.

import {
  createTensor,
  destroyTensor,
  type Gpu,
  Random,
  readFloats,
  sizeOf,
  type Tensor,
  write,
} from '@nanoalign/kernels'

export interface ParameterSpec {
  /** GPT-2's name, e.g. 'h.0.attn.c_attn.weight' */
  name: string
  shape: number[]
  /** standard deviation of the normal initialisation, or the constant that fills it */
  init: { normal: number } | { constant: number }
}

/** Host copies by parameter name, row-major. */
export type ParameterValues = Record<string, Float32Array<ArrayBuffer>>

const ALIGNMENT = 64 // elements: WebGPU binds storage at multiples of 256 bytes

export class Parameters {
  readonly gpu: Gpu
  readonly specs: readonly ParameterSpec[]
  /** all values, flat, with zero padding between tensors */
  readonly values: Tensor
  readonly gradients: Tensor
  /** how many leading elements belong to matrices: those that weight decay may be limited to */
  readonly matrixSize: number
  readonly #offsets = new Map<string, number>()
  readonly #views = new Map<string, { value: Tensor; gradient: Tensor }>()

  /** @throws DeviceLimitError when the flat buffer is larger than the adapter binds. */
  constructor(gpu: Gpu, specs: readonly ParameterSpec[]) {
    this.gpu = gpu
    this.specs = [...specs.filter((s) => s.shape.length > 1), ...specs.filter((s) => s.shape.length === 1)]
    let size = 0
    let matrixSize = 0
    for (const { name, shape } of this.specs) {
      if (this.#offsets.has(name)) throw new Error(`Parameters: "${name}" is given twice`)
      this.#offsets.set(name, size)
      size += Math.ceil(sizeOf(shape) / ALIGNMENT) * ALIGNMENT
      if (shape.length > 1) matrixSize = size
    }
    this.matrixSize = matrixSize
    this.values = createTensor(gpu, [size], 'f32', 'parameters')
    this.gradients = createTensor(gpu, [size], 'f32', 'gradients')
  }

  /** Number of parameters, padding not counted. */
  get count(): number {
    return this.specs.reduce((total, spec) => total + sizeOf(spec.shape), 0)
  }

  /** The value and the gradient of one tensor. @throws Error listing the names when there is none. */
  get(name: string): { value: Tensor; gradient: Tensor } {
    let views = this.#views.get(name)
    if (!views) {
      const spec = this.specs.find((s) => s.name === name)
      if (!spec) throw new Error(`Parameters: no "${name}"; there are ${this.specs.map((s) => s.name).join(', ')}`)
      const offset = this.#offsets.get(name)!
      views = { value: this.values.view(spec.shape, offset), gradient: this.gradients.view(spec.shape, offset) }
      this.#views.set(name, views)
    }
    return views
  }

  /** Draws all values anew; each tensor has its own stream, so its start does not depend on the others. */
  initialise(seed: number): void {
    const flat = new Float32Array(this.values.size)
    for (const { name, shape, init } of this.specs) {
      const random = new Random(seed, `init/${name}`)
      const offset = this.#offsets.get(name)!
      const values = flat.subarray(offset, offset + sizeOf(shape))
      if ('constant' in init) values.fill(init.constant)
      else for (let i = 0; i < values.length; i++) values[i] = init.normal * random.normal()
    }
    write(this.gpu, this.values, flat)
  }

  /** Sets all values. @throws Error naming a tensor that is missing, unknown or of another size. */
  load(values: ParameterValues): void {
    const flat = new Float32Array(this.values.size)
    const unknown = Object.keys(values).find((name) => !this.#offsets.has(name))
    if (unknown) throw new Error(`Parameters.load: the model has no "${unknown}"`)
    for (const { name, shape } of this.specs) {
      const given = values[name]
      if (!given) throw new Error(`Parameters.load: "${name}" (${shape.join(', ')}) is missing`)
      if (given.length !== sizeOf(shape))
        throw new Error(`Parameters.load: "${name}" has ${given.length} values, expected (${shape.join(', ')})`)
      flat.set(given, this.#offsets.get(name)!)
    }
    write(this.gpu, this.values, flat)
  }

  /** Reads all values (or gradients) back by name. */
  async toHost(which: 'values' | 'gradients' = 'values'): Promise<ParameterValues> {
    return this.split(await readFloats(this.gpu, this[which]))
  }

  /** Cuts a flat array, such as an optimizer's moments, into named tensors. */
  split(flat: Float32Array<ArrayBuffer>): ParameterValues {
    return Object.fromEntries(
      this.specs.map(({ name, shape }) => {
        const offset = this.#offsets.get(name)!
        return [name, flat.slice(offset, offset + sizeOf(shape))]
      }),
    )
  }

  /** Copies the values of equally named and equally shaped tensors from another model; others keep theirs. */
  async copyFrom(other: Parameters): Promise<void> {
    const [mine, theirs] = [await this.toHost(), await other.toHost()]
    for (const { name, shape } of this.specs)
      if (other.specs.some((s) => s.name === name && s.shape.join() === shape.join())) mine[name] = theirs[name]
    this.load(mine)
  }

  destroy(): void {
    destroyTensor(this.values)
    destroyTensor(this.gradients)
  }
}
