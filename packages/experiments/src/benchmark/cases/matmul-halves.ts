// A product whose second operand, say weights, is stored in halves; the sums are f32.

import { createTensor, destroyTensor, type Gpu, matmul, packHalf, readFloats } from '@nanoalign/kernels'
import { type Case, noise, programSubject, type Subject, worstError } from '../subject.ts'
import { entry, type MatmulShape, matmulCase, sampledCells } from './matmul.ts'

export function halvesCases(quick: boolean): Case[] {
  const shapes = [
    { M: 512, N: 512, K: 512 },
    { M: 2048, N: 512, K: 128 },
  ]
  return (quick ? [] : shapes).map((shape) => halvesCase({ form: 'nn', ...shape }))
}

export function halvesCase(shape: MatmulShape & { form: 'nn' }): Case {
  const { M, N, K } = shape
  return {
    id: `matmul-halves/nn/${M}x${N}x${K}`,
    group: 'matmul',
    label: `A·B ${M}×${N}×${K}, B in halves`,
    flops: 2 * M * N * K,
    bytes: 4 * (M * K + M * N) + 2 * K * N,
    bound: 'multiply-add',
    open: (gpu) => open(gpu, shape),
    rivals: [{ name: 'B in f32', open: matmulCase(shape).open }],
  }
}

async function open(gpu: Gpu, shape: MatmulShape): Promise<Subject> {
  const { M, N, K } = shape
  const [a, b] = [noise(M * K, 1), noise(K * N, 2)]
  const halves = createTensor(gpu, [K, N / 2], 'f16x2', 'halves')
  const wide = await programSubject(gpu, (program, put) => {
    packHalf(program, { inp: put(b, K, N), out: halves })
    return async () => ({ error: 0, compared: 'nothing: the product is' })
  })
  await wide.run(1)
  await gpu.device.queue.onSubmittedWorkDone()
  wide.destroy()
  const subject = await programSubject(gpu, (program, put) => {
    const out = program.keep(program.tensor([M, N], 'product'))
    matmul(program, { a: put(a, M, K), b: halves, out })
    return async () => {
      const got = await readFloats(gpu, out)
      const pairs = sampledCells(M, N).map(([m, n]) => [got[m * N + n], entry(shape, a, b, m, n)] as const)
      // as docs/numerics.md derives it: a half differs from its number by up to 2⁻¹⁰ of it
      const error = worstError(pairs, { atol: 6 * 2 ** -10 * Math.sqrt(K), rtol: 0 })
      return { error, compared: `${pairs.length} of ${M * N} entries with f64` }
    }
  })
  return {
    ...subject,
    destroy() {
      subject.destroy()
      destroyTensor(halves)
    },
  }
}
