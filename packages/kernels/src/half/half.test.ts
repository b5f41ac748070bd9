import { describe, expect, test } from 'vitest'
import type { Gpu } from '../device.ts'
import type { Variant } from '../matmul/choose-variant.ts'
import { matmulReference } from '../matmul/matmul.reference.ts'
import { matmul } from '../matmul/matmul.ts'
import { Program } from '../program.ts'
import { createTensor, read, readFloats, upload } from '../tensor.ts'
import { expectClose, randomFloats, useGpu } from '../testing.ts'
import { unpackHalves } from './half.reference.ts'
import { packHalf } from './half.ts'

const gpu = useGpu()

async function packed(gpu: Gpu, data: Float32Array<ArrayBuffer>, shape: number[]) {
  const out = createTensor(gpu, [...shape.slice(0, -1), shape[shape.length - 1] / 2], 'f16x2', 'halves')
  const program = new Program(gpu, 'pack')
  packHalf(program, { inp: upload(gpu, data, shape), out })
  await program.build()
  program.submit()
  return { tensor: out, values: unpackHalves((await read(gpu, out)) as Uint32Array) }
}

test('a known word', () => {
  // 1 = 0x3c00, −2 = 0xc000, the smallest half = 0x0001, the largest = 0x7bff
  expect([...unpackHalves([0xc0003c00, 0x7bff0001])]).toEqual([1, -2, 2 ** -24, 65504])
})

test('packing keeps eleven bits, small numbers, signs and the range', async () => {
  const data = randomFloats(1000, 1, 10)
  data.set([0, 1, -2, 65504, 1e6, -1e30, 2 ** -24, 1e-6, 1 / 3, -(2 ** -14)])
  const { values } = await packed(gpu(), data, [10, 100])
  data.forEach((x, i) => {
    const want = Math.min(65504, Math.max(-65504, x))
    expect(Math.abs(values[i] - want), `${x}`).toBeLessThanOrEqual(Math.max(2 ** -24, Math.abs(want) * 2 ** -10))
  })
  expect([...values.slice(0, 6)]).toEqual([0, 1, -2, 65504, 65504, -65504])
})

const family = (name: string, gpu: () => Gpu, variant: Partial<Variant>) =>
  describe(name, () => {
    test.each([
      ['nn', 36, 44, 64],
      ['nt', 20, 16, 128],
      ['tn', 16, 36, 40],
    ] as const)('%s %i × %i × %i: sums are made in f32', async (form, M, N, K) => {
      const [transposeA, transposeB] = [form === 'tn', form === 'nt']
      const a = { data: randomFloats(M * K, 1), shape: transposeA ? [K, M] : [M, K] }
      const b = { data: randomFloats(K * N, 2), shape: transposeB ? [N, K] : [K, N] }
      const [halfA, halfB] = [await packed(gpu(), a.data, a.shape), await packed(gpu(), b.data, b.shape)]
      const whole = { a: upload(gpu(), a.data, a.shape), b: upload(gpu(), b.data, b.shape) }
      const shape = { M, N, K, transposeA, transposeB }
      for (const [tensors, values] of [
        [
          { a: halfA.tensor, b: whole.b },
          { a: halfA.values, b: b.data },
        ],
        [
          { a: whole.a, b: halfB.tensor },
          { a: a.data, b: halfB.values },
        ],
        [
          { a: halfA.tensor, b: halfB.tensor },
          { a: halfA.values, b: halfB.values },
        ],
      ] as const) {
        const out = createTensor(gpu(), [M, N])
        const program = new Program(gpu(), 'halves')
        matmul(program, { ...tensors, out }, { transposeA, transposeB, variant })
        await program.build()
        program.submit()
        const got = await readFloats(gpu(), out)
        // against the very halves that were read: the tolerance of f32 (docs/numerics.md)
        expectClose(got, matmulReference({ ...shape, ...values }), {
          atol: 5 * 2 ** -24 * (K / Math.SQRT2 + 4),
          rtol: 2 ** -22,
        })
        // against the numbers that were packed: K products, each wrong by 2⁻¹⁰ of a number of size 1, at random
        expectClose(got, matmulReference({ ...shape, a: a.data, b: b.data }), {
          atol: 6 * 2 ** -10 * Math.sqrt(K),
          rtol: 0,
        })
      }
    })
  })

family('as chosen', gpu, {})
family('register tiles', useGpu({ withoutSubgroups: true }), { kernel: 'register' })
family('workgroup tiles', gpu, { kernel: 'workgroup', rows: 4, groups: 1, lanes: [4, 4] })

test('what cannot be halved is named', () => {
  const program = new Program(gpu(), 'wrong')
  const halves = createTensor(gpu(), [6, 5], 'f16x2')
  const [a, out] = [createTensor(gpu(), [4, 6]), createTensor(gpu(), [4, 10])]
  expect(() => matmul(program, { a, b: halves, out })).toThrow('multiples of 4, not 4 × 10 × 6')
  expect(() => packHalf(program, { inp: a, out: createTensor(gpu(), [4, 4], 'f16x2') })).toThrow('must be (4, 3)')
  expect(() => packHalf(program, { inp: a, out })).toThrow('must be f32 and f16x2')
})
