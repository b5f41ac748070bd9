// AdamW on a model's flat buffers, as one small program: gradient norm, update, record of the step.

import {
  adamw,
  adamwSettings,
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  readFloats,
  recordStep,
  sum,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import type { Parameters } from '@nanoalign/model'

export interface OptimizerOptions {
  /** default 0.9 */
  beta1?: number
  /** default 0.95 */
  beta2?: number
  /** default 1e-8 */
  eps?: number
  /** default 0 */
  weightDecay?: number
  /** which tensors decay: only those with two dimensions (default), or every one */
  decay?: 'matrices' | 'all'
  /** gradients are scaled down to this global norm; 0 = never. Default 1 */
  maxNorm?: number
}

/** Steps that the history ring holds: the host must read it at least this often. */
export const HISTORY = 256

export class Optimizer {
  readonly program: Program
  /** (1): the tasks add their loss here; each step takes it and zeroes it */
  readonly loss: Tensor
  readonly #gpu: Gpu
  readonly #options: Required<OptimizerOptions>
  readonly #m: Tensor
  readonly #v: Tensor
  readonly #settings: Tensor
  readonly #counter: Tensor
  readonly #history: Tensor
  readonly #squaredNorm: Tensor

  private constructor(gpu: Gpu, parameters: Parameters, options: OptimizerOptions) {
    this.#gpu = gpu
    this.#options = { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, decay: 'matrices', maxNorm: 1, ...options }
    const size = parameters.values.size
    this.#m = createTensor(gpu, [size], 'f32', 'adamw/m')
    this.#v = createTensor(gpu, [size], 'f32', 'adamw/v')
    this.#settings = createTensor(gpu, [8], 'f32', 'adamw/settings')
    this.#counter = createTensor(gpu, [1], 'u32', 'adamw/counter')
    this.#history = createTensor(gpu, [HISTORY, 2], 'f32', 'adamw/history')
    this.#squaredNorm = createTensor(gpu, [1], 'f32', 'adamw/squared-norm')
    this.loss = createTensor(gpu, [1], 'f32', 'loss')
    this.program = new Program(gpu, 'optimizer')
    sum(this.program, { inp: parameters.gradients, out: this.#squaredNorm }, { square: true })
    const state = { m: this.#m, v: this.#v, settings: this.#settings, squaredNorm: this.#squaredNorm }
    const decayed = this.#options.decay === 'all' ? size : parameters.matrixSize
    adamw(this.program, { parameters: parameters.values, gradients: parameters.gradients, ...state }, { decayed })
    const ring = { counter: this.#counter, history: this.#history }
    recordStep(this.program, { loss: this.loss, squaredNorm: this.#squaredNorm, ...ring })
  }

  static async create(gpu: Gpu, parameters: Parameters, options: OptimizerOptions = {}): Promise<Optimizer> {
    const optimizer = new Optimizer(gpu, parameters, options)
    await optimizer.program.build()
    return optimizer
  }

  /** Sets what the next run of the program uses; `step` counts from 1. */
  prepare(step: number, lr: number): void {
    write(this.#gpu, this.#settings, adamwSettings({ ...this.#options, lr, step }))
  }

  /** (loss, gradient norm before clipping) of the last `count` ≤ HISTORY steps, oldest first, when `done` steps have run. */
  async history(done: number, count: number): Promise<{ losses: number[]; gradNorms: number[] }> {
    const ring = await readFloats(this.#gpu, this.#history)
    const slots = Array.from({ length: count }, (_, i) => (done - count + i) % HISTORY)
    return { losses: slots.map((slot) => ring[2 * slot]), gradNorms: slots.map((slot) => ring[2 * slot + 1]) }
  }

  /** The moments, flat, to be saved after `done` steps. */
  async moments(): Promise<{ m: Float32Array<ArrayBuffer>; v: Float32Array<ArrayBuffer> }> {
    return { m: await readFloats(this.#gpu, this.#m), v: await readFloats(this.#gpu, this.#v) }
  }

  /** Continues after `done` steps with saved moments. */
  restore(done: number, { m, v }: { m: Float32Array<ArrayBuffer>; v: Float32Array<ArrayBuffer> }): void {
    write(this.#gpu, this.#m, m)
    write(this.#gpu, this.#v, v)
    write(this.#gpu, this.#counter, new Uint32Array([done]))
  }

  destroy(): void {
    this.program.destroy()
    for (const t of [this.#m, this.#v, this.#settings, this.#counter, this.#history, this.#squaredNorm, this.loss])
      destroyTensor(t)
  }
}
