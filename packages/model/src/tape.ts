// Reverse-mode differentiation over a Program (micrograd's idea on a static graph): each op records its forward
// dispatches at once and leaves a closure that will record its backward; backward() runs the closures in reverse.

import { addInto, type Program, type Tensor } from '@nanoalign/kernels'
import type { Parameters } from './parameters.ts'

export class Tape {
  readonly program: Program
  readonly parameters: Parameters
  /** false: forward only, nothing is kept for a backward */
  readonly training: boolean
  readonly #backward: (() => void)[] = []
  // Keyed by tensor object. `ready` means that a contribution has been recorded, so that the next one must be added.
  readonly #gradients = new Map<Tensor, { tensor: Tensor; ready: boolean }>()
  readonly #parameters = new Map<string, Tensor>()

  constructor(program: Program, parameters: Parameters, { training }: { training: boolean }) {
    this.program = program
    this.parameters = parameters
    this.training = training
  }

  /** A parameter by name, or its first `rows` rows. Its gradient is always added to. */
  parameter(name: string, rows?: number): Tensor {
    const key = `${name}:${rows ?? ''}`
    let value = this.#parameters.get(key)
    if (!value) {
      const whole = this.parameters.get(name)
      const shape = rows === undefined ? whole.value.shape : [rows, ...whole.value.shape.slice(1)]
      value = whole.value.view(shape)
      this.#parameters.set(key, value)
      this.#gradients.set(value, { tensor: whole.gradient.view(shape), ready: true })
    }
    return value
  }

  /** A tensor for an op's result. */
  tensor(shape: readonly number[], label: string): Tensor {
    return this.program.tensor(shape, label)
  }

  /** Leaves the backward of an op. */
  record(backward: () => void): void {
    if (this.training) this.#backward.push(backward)
  }

  /** d(loss)/dx. @throws Error when nothing depends on x. */
  gradient(x: Tensor): Tensor {
    const known = this.#gradients.get(x)
    if (!known?.ready)
      throw new Error(`Tape: nothing that was recorded after ${x.label} uses it, so it has no gradient`)
    return known.tensor
  }

  /** Where a backward has to put its contribution to d(loss)/dx, and whether it has to add to what is there. */
  into(x: Tensor): { tensor: Tensor; accumulate: boolean } {
    const known = this.#gradients.get(x)
    if (known?.ready) return { tensor: known.tensor, accumulate: true }
    const tensor = this.tensor(x.shape, `d ${x.label}`)
    this.#gradients.set(x, { tensor, ready: true })
    return { tensor, accumulate: false }
  }

  /**
   * Contributes a gradient that exists already. As x's first contribution it is taken over without a copy: later
   * contributions are then added into it, so the caller must have recorded all its own uses of it.
   */
  give(x: Tensor, gradient: Tensor): void {
    const known = this.#gradients.get(x)
    if (known?.ready) addInto(this.program, { a: gradient, out: known.tensor })
    else this.#gradients.set(x, { tensor: gradient, ready: true })
  }

  /** Records the backward of everything. Call once. */
  backward(): void {
    while (this.#backward.length > 0) this.#backward.pop()!()
  }
}
