// What the self-test's cases are made of.

import type { Gpu } from '../device.ts'
import { Program } from '../program.ts'
import { Random } from '../random.ts'
import { destroyTensor, sizeOf, type Tensor, type TensorData, upload } from '../tensor.ts'

export interface Check {
  kernel: string
  got: Tensor
  want: ArrayLike<number>
  tolerance?: number
  /** where elements are not simply compared: the error of what was got */
  error?: (got: TensorData) => number
}

/** Checks that share a program and a description of their shapes. */
export interface SelfTestCase {
  shape: string
  record(bench: Bench): Check[]
}

export function largestError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length < want.length) return Infinity
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i] - want[i]) / (1 + Math.abs(want[i]))
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error
  }
  return worst
}

/** A program with its inputs. */
export class Bench {
  readonly program: Program
  readonly #gpu: Gpu
  readonly #random: Random
  readonly #inputs: Tensor[] = []

  constructor(gpu: Gpu, name: string) {
    this.program = new Program(gpu, 'self-test')
    this.#gpu = gpu
    this.#random = new Random(1, `self-test/${name}`)
  }

  /** Normal noise, on the host and on the device. */
  noise(...shape: number[]): { tensor: Tensor; data: Float32Array<ArrayBuffer> } {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => this.#random.normal())
    return { tensor: this.put(data, ...shape), data }
  }

  integers(below: number, ...shape: number[]): { tensor: Tensor; data: Uint32Array<ArrayBuffer> } {
    const data = Uint32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(below))
    return { tensor: this.put(data, ...shape), data }
  }

  put(data: TensorData, ...shape: number[]): Tensor {
    const tensor = upload(this.#gpu, data, shape, 'self-test')
    this.#inputs.push(tensor)
    return tensor
  }

  out(...shape: number[]): Tensor {
    return this.program.tensor(shape, 'out')
  }

  destroy(): void {
    this.program.destroy()
    this.#inputs.forEach(destroyTensor)
  }
}
