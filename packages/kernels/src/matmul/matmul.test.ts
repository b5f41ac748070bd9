import { describe, expect, test } from 'vitest'
import type { Gpu } from '../device.ts'
import { geluDerivativeReference } from '../gelu/gelu.reference.ts'
import { Program } from '../program.ts'
import { createTensor, readFloats, upload } from '../tensor.ts'
import { expectClose, randomFloats, randomTensor, runKernel, useGpu } from '../testing.ts'
import type { Variant } from './choose-variant.ts'
import { matmulReference } from './matmul.reference.ts'
import { matmul } from './matmul.ts'
import type { Form } from './tile.wgsl.ts'

const gpu = useGpu()

interface Case {
  M: number
  N: number
  K: number
  batch?: number
  sharedB?: boolean
  bias?: boolean
  residual?: boolean
  factor?: boolean
  gelu?: boolean
  accumulate?: boolean
  variant?: Partial<Variant>
}

const POISON = 12345.678
const PAD = 64 // elements on either side, the smallest step a view can take

/** A view in the middle of a larger buffer whose other elements are POISON, or NaN: reading one would show. */
function embedded(gpu: Gpu, data: Float32Array, shape: number[], around: number) {
  const whole = new Float32Array(data.length + 2 * PAD).fill(around)
  whole.set(data, PAD)
  const buffer = upload(gpu, whole, [whole.length])
  return { buffer, tensor: buffer.view(shape, PAD) }
}

/** Runs one case, compares it with the reference and checks that nothing around out was written. */
async function check(gpu: Gpu, form: Form, c: Case): Promise<Float32Array> {
  const { M, N, K, batch = 1, sharedB = false } = c
  const lead = c.batch ? [c.batch] : []
  const a = randomFloats(batch * M * K, 1)
  const b = randomFloats((sharedB ? 1 : batch) * K * N, 2)
  const bias = c.bias ? randomFloats(N, 3) : undefined
  const residual = c.residual ? randomFloats(batch * M * N, 4) : undefined
  const factor = c.factor ? randomFloats(batch * M * N, 6) : undefined
  const before = randomFloats(batch * M * N, 5)
  const input = (data: Float32Array, shape: number[]) => embedded(gpu, data, shape, Number.NaN).tensor
  const out = embedded(gpu, before, [...lead, M, N], POISON)
  const slope = c.gelu ? embedded(gpu, before, [...lead, M, N], POISON) : undefined
  const program = new Program(gpu, 'test')
  matmul(
    program,
    {
      a: input(a, [...lead, ...(form === 'tn' ? [K, M] : [M, K])]),
      b: input(b, [...(sharedB ? [] : lead), ...(form === 'nt' ? [N, K] : [K, N])]),
      out: out.tensor,
      bias: bias && input(bias, [N]),
      residual: residual && input(residual, [...lead, M, N]),
      factor: factor && input(factor, [...lead, M, N]),
      slope: slope?.tensor,
    },
    {
      transposeA: form === 'tn',
      transposeB: form === 'nt',
      gelu: c.gelu,
      accumulate: c.accumulate,
      variant: c.variant,
    },
  )
  await program.build()
  program.submit()
  const whole = await readFloats(gpu, out.buffer)
  const slopes = slope && (await readFloats(gpu, slope.buffer))
  program.destroy()
  const got = whole.subarray(PAD, whole.length - PAD)
  const accumulate = c.accumulate ? before : undefined
  const product = { M, N, K, batch, a, b, bias, transposeA: form === 'tn', transposeB: form === 'nt', sharedB }
  const want = matmulReference({ ...product, gelu: c.gelu, residual, factor, accumulate })
  // Each of K steps rounds a partial sum of size ~√K (inputs ~ normal(0, 1)) by at most ε/2 = 2⁻²⁴ of it; the errors
  // are independent, so they add to ~ 2⁻²⁴ · √K · √(K/2). Five times that covers the largest of a million outputs.
  const label = `${form} ${JSON.stringify(c)}`
  const sums = 5 * 2 ** -24 * (K / Math.SQRT2 + 4)
  // a factor is up to 4; tanh in WGSL has an absolute error of 1e-5 at worst, near 1 multiplied by half of what it is of
  const epilogue = { atol: 4 * sums + (c.gelu ? 5e-6 : 0), rtol: c.gelu ? 1e-5 : 2 ** -22 }
  expectClose(got, want, { ...(c.gelu || c.factor ? epilogue : { atol: sums, rtol: 2 ** -22 }), label })
  if (slopes) {
    const derivatives = matmulReference(product).map(geluDerivativeReference)
    expectClose(slopes.subarray(PAD, -PAD), derivatives, { atol: 4 * sums + 1e-5, label: `${label}: slope` })
  }
  for (const surroundings of [whole, slopes ?? []].map((x) => [...x.slice(0, PAD), ...x.slice(-PAD)]))
    expect(new Set([POISON, ...surroundings].map(Math.fround)), `${label}: around`).toEqual(
      new Set([Math.fround(POISON)]),
    )
  return got
}

test('the reference gives what a hand calculation gives', () => {
  // [1 2 3; 4 5 6] · [1 0; 0 1; 2 -1] = [7 -1; 16 -1]
  const a = [1, 2, 3, 4, 5, 6]
  const b = [1, 0, 0, 1, 2, -1]
  const shape = { M: 2, N: 2, K: 3 }
  expect([...matmulReference({ ...shape, a, b })]).toEqual([7, -1, 16, -1])
  expect([...matmulReference({ ...shape, a: [1, 4, 2, 5, 3, 6], b, transposeA: true })]).toEqual([7, -1, 16, -1])
  expect([...matmulReference({ ...shape, a, b: [1, 0, 2, 0, 1, -1], transposeB: true })]).toEqual([7, -1, 16, -1])
  const more = { bias: [10, 20], residual: [1, 2, 3, 4], accumulate: [100, 200, 300, 400] }
  expect([...matmulReference({ ...shape, a, b, ...more })]).toEqual([118, 221, 329, 423])
  const twice = { M: 1, N: 1, K: 2, batch: 2, a: [1, 2, 3, 4] }
  expect([...matmulReference({ ...twice, b: [5, 6, 7, 8] })]).toEqual([17, 53])
  expect([...matmulReference({ ...twice, b: [5, 6], sharedB: true })]).toEqual([17, 39])
})

// Around the tiles in use: 4, 8 and 16 rows, 16 and 32 columns on SwiftShader's 4 lanes.
const SHAPES: [M: number, N: number, K: number][] = [
  [1, 1, 1],
  [1, 7, 13],
  [3, 4, 4],
  [4, 16, 8],
  [5, 17, 3],
  [7, 31, 5],
  [8, 32, 12],
  [9, 33, 7],
  [12, 4, 40],
  [15, 15, 15],
  [16, 64, 16],
  [17, 65, 17],
  [20, 72, 24],
  [24, 37, 40],
  [37, 37, 37],
  [40, 36, 37],
  [64, 128, 32],
  [97, 101, 103],
]

const FORMS: [name: string, form: Form, variant: Partial<Variant>][] = [
  ['A·B', 'nn', {}],
  ['Aᵀ·B', 'tn', {}],
  ['A·Bᵀ', 'nt', { transposeFirst: false }],
  ['A·Bᵀ, transposed first', 'nt', { transposeFirst: true }],
]

const EPILOGUES: Partial<Case>[] = [
  { bias: true },
  { residual: true },
  { accumulate: true },
  { bias: true, residual: true, accumulate: true },
  { factor: true },
  { bias: true, gelu: true },
  { bias: true, gelu: true, factor: true, accumulate: true },
]

/** The three forms over all shapes for some tiles, then what can be added to the product, batches and split k. */
function family(name: string, gpu: () => Gpu, tiles: Partial<Variant>[]) {
  describe(name, () => {
    for (const tile of tiles) {
      for (const [formName, form, extra] of FORMS) {
        test(`${formName}, tile ${tile.rows}×${tile.groups}`, async () => {
          for (const [M, N, K] of SHAPES)
            await check(gpu(), form, { M, N, K, variant: { splits: 1, ...tile, ...extra } })
        })
      }
    }
    const variant = { ...tiles[0], splits: 1 }
    test('bias, residual, GELU, factor and accumulate', async () => {
      for (const epilogue of EPILOGUES)
        for (const [M, N, K] of [
          [9, 20, 8],
          [9, 19, 6],
        ] as const)
          await check(gpu(), epilogue.accumulate ? 'tn' : 'nn', { M, N, K, ...epilogue, variant })
    })
    test('batches, with and without a shared B', async () => {
      for (const form of ['nn', 'tn', 'nt'] as const)
        for (const sharedB of [false, true])
          for (const transposeFirst of form === 'nt' ? [false, true] : [false])
            for (const [M, N, K] of [
              [12, 20, 8],
              [5, 7, 3],
            ] as const)
              await check(gpu(), form, {
                M,
                N,
                K,
                batch: 3,
                sharedB,
                residual: true,
                variant: { ...variant, transposeFirst },
              })
    })
    test('the first rows of each B and each result', async () => {
      const [batch, M, N, K] = [3, 12, 20, 8]
      const [a, b, bt] = [
        [batch, M, K],
        [batch, K + 5, N],
        [batch, N + 3, K],
      ].map((shape, i) => randomTensor(gpu(), shape, i))
      const at = randomTensor(gpu(), [batch, K, M], 7)
      for (const splits of [1, 2]) {
        const started = randomTensor(gpu(), [batch, M + 2, N], 8)
        const got = await runKernel(gpu(), (program) => {
          const [nn, nt] = ['nn', 'nt'].map((label) => program.tensor([batch, M, N], label))
          const options = { variant: { ...variant, splits } }
          matmul(program, { a: a.tensor, b: b.tensor, out: nn }, { ...options, firstRows: { b: K } })
          matmul(program, { a: a.tensor, b: bt.tensor, out: nt }, { ...options, transposeB: true, firstRows: { b: N } })
          const add = { transposeA: true, accumulate: true, firstRows: { b: K, out: M } }
          matmul(program, { a: at.tensor, b: b.tensor, out: started.tensor }, { ...options, ...add })
          return { nn, nt, tn: started.tensor }
        })
        const matrix = (data: Float32Array, z: number, size: number, used = size) =>
          data.subarray(z * size, z * size + used)
        for (let z = 0; z < batch; z++) {
          const shape = { M, N, K, a: matrix(a.data, z, M * K), b: matrix(b.data, z, (K + 5) * N, K * N) }
          expectClose(matrix(got.nn, z, M * N), matmulReference(shape), { label: 'nn' })
          const transposed = { ...shape, b: matrix(bt.data, z, (N + 3) * K, N * K), transposeB: true }
          expectClose(matrix(got.nt, z, M * N), matmulReference(transposed), { label: 'nt' })
          const before = matrix(started.data, z, (M + 2) * N)
          const added = { ...shape, a: matrix(at.data, z, M * K), transposeA: true, accumulate: before }
          const want = [...matmulReference(added), ...before.subarray(M * N)] // the last two rows stay as they were
          expectClose(matrix(got.tn, z, (M + 2) * N), want, { label: 'tn' })
        }
      }
    })
    test('split k', async () => {
      for (const splits of [2, 3, 7]) {
        await check(gpu(), 'tn', { M: 24, N: 36, K: 320, accumulate: true, variant: { ...variant, splits } })
        await check(gpu(), 'tn', { M: 5, N: 7, K: 101, ...EPILOGUES[3], batch: 2, variant: { ...variant, splits } })
        await check(gpu(), 'nt', { M: 9, N: 8, K: 64, bias: true, gelu: true, variant: { ...variant, splits } })
        await check(gpu(), 'nn', { M: 3, N: 5, K: 2, variant: { ...variant, splits } }) // fewer steps than splits
      }
    })
  })
}

family('subgroup tiles', gpu, [
  { kernel: 'subgroup', rows: 8, groups: 1 },
  { kernel: 'subgroup', rows: 4, groups: 2 },
  { kernel: 'subgroup', rows: 16, groups: 1 },
])

// only where subgroups have four lanes, as SwiftShader's have, are there two kernels to compare
test('exchanging A in swaps or broadcasting it gives the same bits', async () => {
  for (const form of ['nn', 'tn', 'nt'] as const)
    for (const [M, N, K] of [
      [37, 41, 53],
      [64, 32, 64],
    ]) {
      const got = (exchange: boolean) =>
        check(gpu(), form, { M, N, K, bias: true, variant: { rows: 16, transposeFirst: false, exchange } })
      expect(await got(true), form).toEqual(await got(false))
    }
})

family('register tiles', useGpu({ withoutSubgroups: true }), [
  { kernel: 'register', rows: 8, groups: 1, lanes: [8, 1] },
  { kernel: 'register', rows: 4, groups: 2, lanes: [8, 8] },
])

family('workgroup-memory tiles', useGpu({ withoutSubgroups: true }), [
  { kernel: 'workgroup', rows: 4, groups: 1, lanes: [8, 8] },
  { kernel: 'workgroup', rows: 8, groups: 2, lanes: [4, 2] },
])

family('with robustness', useGpu({ robustness: true }), [{ kernel: 'subgroup', rows: 8, groups: 1 }])

// the tile that robustness gets, which takes long to compile: once per form
describe('the large tile', () => {
  const robust = useGpu({ robustness: true })
  test.each(['nn', 'tn', 'nt'] as const)('%s', async (form) => {
    const variant = { rows: 32, groups: 2, splits: 1 }
    for (const [M, N, K] of [
      [64, 96, 40],
      [36, 68, 8],
      [4, 4, 4],
    ])
      await check(robust(), form, { M, N, K, accumulate: true, variant })
  })
  test('an odd shape', async () => {
    await check(robust(), 'nn', { M: 37, N: 41, K: 53, bias: true, variant: { rows: 32, groups: 2 } })
  })
})

describe('as chosen', () => {
  const portable = useGpu({ withoutSubgroups: true })
  test.each([
    ['nn', { M: 320, N: 72, K: 24, bias: true }],
    ['nn', { M: 320, N: 24, K: 96, bias: true, residual: true }],
    ['nn', { M: 1, N: 37, K: 24 }],
    ['nt', { M: 320, N: 24, K: 37, accumulate: true }],
    ['nt', { M: 520, N: 48, K: 64 }],
    ['tn', { M: 24, N: 72, K: 320, accumulate: true }],
    ['tn', { M: 8, N: 8, K: 4096, accumulate: true }],
    ['nn', { M: 257, N: 192, K: 256, bias: true }],
  ] satisfies [Form, Case][])('%s %o', async (form, c) => {
    await check(gpu(), form, c)
    await check(portable(), form, c)
  })

  test('is the same to the bit each time, split k included', async () => {
    const c = { M: 8, N: 8, K: 4096, accumulate: true }
    expect(await check(gpu(), 'tn', c)).toEqual(await check(gpu(), 'tn', c))
  })
})

test('mistakes are named', () => {
  const program = new Program(gpu(), 'wrong')
  const t = (...shape: number[]) => createTensor(gpu(), shape)
  const message = (tensors: Parameters<typeof matmul>[1], options?: Parameters<typeof matmul>[2]) => {
    try {
      matmul(program, tensors, options)
    } catch (error) {
      return (error as Error).message
    }
    return 'none'
  }
  const a = t(4, 64)
  const out = t(4, 8)
  expect(message({ a, b: t(128, 8), out })).toBe('matmul: A is (4, 64) but B (128, 8) expects K = 128')
  expect(message({ a, b: t(64, 8), out }, { transposeB: true })).toMatch('B (64, 8) transposed expects K = 8')
  expect(message({ a, b: t(64, 8), out: t(8, 4) })).toBe('matmul: out is (8, 4) but must be (4, 8)')
  expect(message({ a, b: t(64, 8), out, bias: t(4) })).toBe('matmul: bias is (4) but must be (8)')
  expect(message({ a, b: t(64, 8), out, residual: t(8) })).toMatch('residual is (8) but must have at least two')
  expect(message({ a, b: t(64, 8), out, residual: t(8, 4) })).toBe('matmul: residual is (8, 4) but must be (4, 8)')
  expect(message({ a, b: t(64, 8), out, factor: t(8, 4) })).toBe('matmul: factor is (8, 4) but must be (4, 8)')
  expect(message({ a, b: t(64, 8), out, factor: t(4, 8), residual: t(4, 8) })).toMatch('together are not supported')
  expect(message({ a, b: t(64, 8), out, slope: t(4, 8) })).toMatch('needs `gelu: true`')
  expect(message({ a, b: t(64, 8), out, residual: out })).toMatch('share memory; leave residual out and use accumulate')
  expect(message({ a, b: t(2, 64, 8), out })).toMatch('its leading dimensions must be those of A (4, 64), or none')
  expect(message({ a, b: t(64, 8), out }, { firstRows: { b: 65 } })).toBe('matmul: firstRows.b is 65 but B is (64, 8)')
  expect(message({ a, b: t(64, 8), out: t(5, 8) }, { firstRows: { out: 3 } })).toMatch(
    'out is (5, 8) but must be (4, 8)',
  )
  expect(message({ a, b: t(64, 8), out }, { transposeA: true, transposeB: true })).toMatch('are not supported')
  expect(message({ a, b: upload(gpu(), new Uint32Array(512), [64, 8]), out })).toBe('matmul: b is u32 but must be f32')
})
