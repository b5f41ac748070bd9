// Helpers of the kernel tests, in Node and in a page. Not part of the package.

import { afterAll, beforeAll, expect } from 'vitest'
import { type Gpu, openDevice } from './device.ts'
import { Program } from './program.ts'
import { Random } from './random.ts'
import { readFloats, type Tensor, upload } from './tensor.ts'

/** Opens a test device: Dawn in Node, navigator.gpu in a page. */
export async function openTestDevice(options: { withoutSubgroups?: boolean; robustness?: boolean } = {}): Promise<Gpu> {
  if (typeof process !== 'undefined' && process.versions?.node) {
    const { openNodeDevice } = await import(/* @vite-ignore */ './node.ts')
    return openNodeDevice(options)
  }
  return openDevice((globalThis as unknown as { navigator: { gpu: GPU } }).navigator.gpu, options)
}

/** A device for the tests of one file: `const gpu = useGpu()`, then `gpu()` inside a test. */
export function useGpu(options: { withoutSubgroups?: boolean; robustness?: boolean } = {}): () => Gpu {
  let gpu: Gpu | undefined
  beforeAll(async () => {
    gpu = await openTestDevice(options)
  })
  afterAll(() => gpu?.close())
  return () => gpu!
}

/** Seeded test data, normal times `scale`. */
export function randomFloats(n: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  const random = new Random(seed, 'test')
  return Float32Array.from({ length: n }, () => random.normal() * scale)
}

/** Records and runs `record` on uploaded inputs, returns the tensors it names, read back. */
export async function runKernel<Names extends string>(
  gpu: Gpu,
  record: (program: Program) => Record<Names, Tensor>,
): Promise<Record<Names, Float32Array<ArrayBuffer>>> {
  const program = new Program(gpu, 'test')
  const outputs = record(program)
  for (const tensor of Object.values<Tensor>(outputs)) program.keep(tensor)
  await program.build()
  program.submit()
  const result: Partial<Record<Names, Float32Array<ArrayBuffer>>> = {}
  for (const name of Object.keys(outputs) as Names[]) result[name] = await readFloats(gpu, outputs[name])
  program.destroy()
  return result as Record<Names, Float32Array<ArrayBuffer>>
}

/** Shorthand for an uploaded f32 tensor of seeded noise together with its host copy. */
export function randomTensor(
  gpu: Gpu,
  shape: number[],
  seed: number,
  scale = 1,
): { tensor: Tensor; data: Float32Array<ArrayBuffer> } {
  const data = randomFloats(
    shape.reduce((a, b) => a * b, 1),
    seed,
    scale,
  )
  return { tensor: upload(gpu, data, shape, 'input'), data }
}

/**
 * Asserts |got − want| ≤ atol + rtol·|want| everywhere; a failure names the worst index. Returns the largest error.
 * docs/numerics.md says where the tolerances come from.
 */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { atol = 1e-5, rtol = 1e-5, label = '' }: { atol?: number; rtol?: number; label?: string } = {},
): number {
  expect(got.length, `${label} length`).toBe(want.length)
  let worst = -1
  let worstExcess = 0
  let largest = 0
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i] - want[i])
    const excess = difference === 0 ? 0 : difference / (atol + rtol * Math.abs(want[i]))
    if (!(excess <= worstExcess)) {
      worst = i
      worstExcess = Number.isNaN(excess) ? Infinity : excess
    }
    largest = Math.max(largest, difference)
  }
  if (worstExcess > 1)
    expect.fail(
      `${label}: index ${worst} is ${got[worst]} but should be ${want[worst]} (${worstExcess.toFixed(1)}× the tolerance)`,
    )
  return largest
}
