import type { Tensor } from './tensor.ts'

/** @throws Error "op: name is (…) but expected (…)" unless the tensor has exactly this shape. */
export function checkShape(op: string, name: string, tensor: Tensor, shape: readonly number[]): void {
  if (tensor.shape.length !== shape.length || tensor.shape.some((n, i) => n !== shape[i]))
    throw new Error(`${op}: ${name} is (${tensor.shape.join(', ')}) but expected (${shape.join(', ')})`)
}

/** @throws Error unless the tensor has exactly `size` elements, in any shape. */
export function checkSize(op: string, name: string, tensor: Tensor, size: number): void {
  if (tensor.size !== size)
    throw new Error(`${op}: ${name} is (${tensor.shape.join(', ')}) but expected ${size} elements`)
}
