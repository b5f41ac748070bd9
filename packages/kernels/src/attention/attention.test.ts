import { describe, expect, test } from 'vitest'
import type { Gpu } from '../device.ts'
import { Program } from '../program.ts'
import { createTensor, readFloats, type Tensor, upload, write } from '../tensor.ts'
import { expectClose, randomFloats, useGpu } from '../testing.ts'
import { createTuning, withTuning } from '../tuning/tuning.ts'
import { attentionBackwardReference, attentionForwardReference } from './attention.reference.ts'
import { attentionBackward } from './attention-backward.ts'
import { attentionDecode } from './attention-decode.ts'
import { attentionForward } from './attention-forward.ts'
import { chooseRowBlock } from './choose-variant.ts'
import type { AttentionVariant } from './rows.wgsl.ts'

const gpu = useGpu()
const withoutSubgroups = useGpu({ withoutSubgroups: true })

// For inputs of size 1 and T ≤ 512 the largest errors measured (SwiftShader) are out 6e-7, lse 1.7e-6, dqkv 2.6e-6. The
// rest is room for adapters whose exp2 takes the error that WGSL permits, 3 + 2|x| ulp.
const TOLERANCE = { atol: 2e-5, rtol: 2e-5 }

interface Shape {
  B: number
  nHead: number
  T: number
  hs: number
}

const GUARD = 64

/** A tensor between two guards of `poison` in the same memory: a read or write outside of it shows. */
function guarded(device: Gpu, size: number, poison: number, data?: Float32Array): { memory: Tensor; tensor: Tensor } {
  const all = new Float32Array(size + 2 * GUARD).fill(poison)
  if (data) all.set(data, GUARD)
  const memory = upload(device, all, [all.length])
  return { memory, tensor: memory.view([size], GUARD) }
}

/** Forward and backward against the reference, twice: the second run must give the same bits. */
async function check(
  device: Gpu,
  shape: Shape,
  variant?: AttentionVariant,
  { scale = 1, tolerance = TOLERANCE, blocks = {} as { forward?: number; backward?: number } } = {},
) {
  const { B, nHead, T, hs } = shape
  const C = nHead * hs
  const qkvData = randomFloats(B * T * 3 * C, 1, scale)
  const doutData = randomFloats(B * T * C, 2)
  const qkv = guarded(device, qkvData.length, Number.NaN, qkvData).tensor
  const dout = guarded(device, doutData.length, Number.NaN, doutData).tensor
  const outputs = {
    out: guarded(device, B * T * C, Number.NaN),
    lse: guarded(device, B * nHead * T, Number.NaN),
    dqkv: guarded(device, B * T * 3 * C, Number.NaN),
  }
  const out = outputs.out.tensor
  const lse = outputs.lse.tensor
  const program = new Program(device, 'attention')
  attentionForward(program, { qkv, out, lse }, shape, { variant, rowBlock: blocks.forward })
  attentionBackward(program, { qkv, out, lse, dout, dqkv: outputs.dqkv.tensor }, shape, {
    variant: variant && { queries: variant, keys: variant },
    rowBlock: blocks.backward,
  })
  await program.build()
  program.submit()
  const forward = attentionForwardReference(qkvData, shape)
  const want = { ...forward, dqkv: attentionBackwardReference(qkvData, doutData, shape) }
  const first: Record<string, Float32Array> = {}
  for (const name of ['out', 'lse', 'dqkv'] as const) {
    const got = await readFloats(device, outputs[name].memory)
    expectClose(got.subarray(GUARD, -GUARD), want[name], { ...tolerance, label: name })
    expect(got.subarray(0, GUARD).every(Number.isNaN) && got.subarray(-GUARD).every(Number.isNaN), name).toBe(true)
    first[name] = got
  }
  program.submit()
  for (const name of ['out', 'lse', 'dqkv'] as const)
    expect(await readFloats(device, outputs[name].memory), `${name} again`).toEqual(first[name])
  program.destroy()
}

const portable = (rows: number, keys: number): AttentionVariant => ({ subgroups: false, rows, keys })
const broadcast = (rows: number, keys: number): AttentionVariant => ({ subgroups: 'broadcast', rows, keys })
const quad = (rows: number): AttentionVariant => ({ subgroups: 'quad', rows, keys: 4 })
const shapes = (hs: number, list: [B: number, nHead: number, T: number][]): Shape[] =>
  list.map(([B, nHead, T]) => ({ B, nHead, T, hs }))

// the tile of rows · 4 lanes, ± 1, on SwiftShader; 31..33 are the edges of the portable workgroup
const EDGES = shapes(16, [
  [2, 3, 1],
  [2, 2, 2],
  [1, 2, 7],
  [2, 1, 8],
  [1, 3, 9],
  [1, 1, 31],
  [1, 2, 32],
  [2, 1, 33],
  [1, 1, 67],
])
const TABLE: [shapes: Shape[], variants: AttentionVariant[]][] = [
  [
    EDGES,
    [
      portable(1, 1),
      portable(2, 2),
      portable(4, 1),
      broadcast(1, 1),
      broadcast(2, 2),
      broadcast(4, 1),
      quad(1),
      quad(4),
    ],
  ],
  [shapes(1, [[3, 2, 5]]), [portable(1, 1)]],
  [shapes(5, [[1, 2, 33]]), [portable(2, 1)]],
  [
    shapes(7, [
      [2, 3, 1],
      [2, 3, 17],
    ]),
    [portable(1, 2)],
  ],
  [
    shapes(12, [
      [32, 4, 2],
      [3, 4, 10],
    ]),
    [portable(2, 1), broadcast(1, 1), broadcast(2, 2), quad(2)],
  ],
  [shapes(24, [[2, 2, 19]]), [broadcast(2, 1), broadcast(1, 4), quad(2)]], // 6 and 24 vec4s over the lanes
  [shapes(128, [[1, 1, 6]]), [portable(1, 1), broadcast(1, 1)]],
]

describe('forward and backward match the reference', () => {
  for (const [list, variants] of TABLE)
    for (const variant of variants) {
      const name = `${variant.subgroups || 'portable'} R${variant.rows} KB${variant.keys}`
      for (const shape of list)
        test(`hs ${shape.hs}, T ${shape.T}, B ${shape.B}, nHead ${shape.nHead}: ${name}`, async (context) => {
          if (variant.subgroups && !gpu().subgroupSize) return context.skip('the adapter has no fixed subgroup size')
          if (variant.subgroups === 'quad' && gpu().subgroupSize !== 4)
            return context.skip('its subgroups are no quads')
          await check(gpu(), shape, variant)
        })
    }
})

describe('the variants chosen by default', () => {
  const list = [
    { B: 1, nHead: 1, T: 1, hs: 7 },
    { B: 32, nHead: 4, T: 9, hs: 12 },
    { B: 1, nHead: 2, T: 65, hs: 24 },
    { B: 1, nHead: 1, T: 257, hs: 16 },
    { B: 1, nHead: 1, T: 512, hs: 16 },
    { B: 1, nHead: 1, T: 259, hs: 32 },
    { B: 1, nHead: 1, T: 40, hs: 32 },
    { B: 1, nHead: 1, T: 65, hs: 64 },
  ]
  for (const shape of list) test(JSON.stringify(shape), () => check(gpu(), shape))
  for (const shape of list.slice(1, 4))
    test(`without subgroups: ${JSON.stringify(shape)}`, () => check(withoutSubgroups(), shape))
})

describe('in blocks of rows', () => {
  const list: [shape: Shape, block: number][] = [
    [{ B: 2, nHead: 3, T: 1, hs: 5 }, 64],
    [{ B: 1, nHead: 2, T: 63, hs: 16 }, 64],
    [{ B: 2, nHead: 2, T: 64, hs: 64 }, 64],
    [{ B: 2, nHead: 1, T: 65, hs: 12 }, 64],
    [{ B: 1, nHead: 3, T: 131, hs: 7 }, 64],
    [{ B: 1, nHead: 2, T: 200, hs: 32 }, 128],
  ]
  for (const [shape, block] of list)
    test(`${block}: ${JSON.stringify(shape)}`, () =>
      check(gpu(), shape, undefined, { blocks: { forward: block, backward: block } }))

  test('forward and backward may take different forms: they share lse', async () => {
    const shape = { B: 1, nHead: 2, T: 96, hs: 16 }
    await check(gpu(), shape, undefined, { blocks: { forward: 64 } })
    await check(gpu(), shape, undefined, { blocks: { backward: 64 } })
  })

  test('a tuning takes them for long sequences, as long as a block’s scores are of a bearable size', () => {
    const tuned = withTuning(gpu(), createTuning({ 'long attention forward, head size 64': 'row blocks of 64' }))
    const blockOf = (B: number, T: number, hs = 64) => chooseRowBlock(tuned, 'forward', hs, { B, T, nHead: 2 })
    expect([blockOf(1, 256), blockOf(1, 4096)]).toEqual([64, 64])
    expect([blockOf(1, 255), blockOf(1, 256, 32), blockOf(64, 4096)]).toEqual([undefined, undefined, undefined])
    expect(chooseRowBlock(tuned, 'backward', 64, { B: 1, T: 256, nHead: 2 })).toBeUndefined()
    expect(chooseRowBlock(gpu(), 'forward', 64, { B: 1, T: 256, nHead: 2 })).toBeUndefined()
  })
})

test('memory in blocks of rows grows with T, not with its square', () => {
  const planned = (T: number) => {
    const program = new Program(gpu(), 'memory')
    const made = (width: number) => program.tensor([T, width], 'tensor')
    const [qkv, out, dout, dqkv] = [made(48), made(16), made(16), made(48)]
    const [lse, dims] = [program.tensor([1, T], 'lse'), { B: 1, T, nHead: 1 }]
    attentionForward(program, { qkv, out, lse }, dims, { rowBlock: 64 })
    attentionBackward(program, { qkv, out, lse, dout, dqkv }, dims, { rowBlock: 64 })
    return program.memory().planned
  }
  expect(planned(2048) / planned(512)).toBeLessThan(4.5)
})

// Scores of ±80 and more (lse reaches 200 in base 2). f32 rounds a score of 200 by 1e-5, which moves p, and with it out
// and dqkv (up to 23 and 36 here), by as much relative to their largest terms. Measured: 3.5e-5 and 5.6e-5.
test('large logits stay finite and right', async () => {
  for (const variant of [
    portable(1, 1),
    ...(gpu().subgroupSize ? [broadcast(2, 2)] : []),
    ...(gpu().subgroupSize === 4 ? [quad(2)] : []),
  ])
    await check(gpu(), { B: 1, nHead: 2, T: 33, hs: 16 }, variant, {
      scale: 5.5,
      tolerance: { atol: 5e-4, rtol: 1e-5 },
    })
})

test('decoding token by token equals forward row by row', async () => {
  for (const hs of [7, 16])
    for (const lanes of [undefined, 1, 4]) {
      const [B, nHead, T, blockSize] = [3, 3, 10, 12]
      const C = nHead * hs
      const data = randomFloats(B * T * 3 * C, 1)
      const want = attentionForwardReference(data, { B, T, nHead })
      const rowsAt = (x: ArrayLike<number>, t: number, width: number) =>
        Float32Array.from({ length: B * width }, (_, i) => x[(Math.floor(i / width) * T + t) * width + (i % width)])
      const cache = new Float32Array(B * nHead * blockSize * hs).fill(Number.NaN) // nothing after t may be read
      const keys = upload(gpu(), cache, [B, nHead, blockSize, hs])
      const values = upload(gpu(), cache, [B, nHead, blockSize, hs])
      const qkv = createTensor(gpu(), [B, 3 * C])
      const { memory, tensor: out } = guarded(gpu(), B * C, Number.NaN)
      const position = createTensor(gpu(), [1], 'u32')
      const program = new Program(gpu(), 'decode')
      attentionDecode(program, { qkv, keys, values, out, position }, { B, nHead, blockSize }, { lanes })
      await program.build()
      for (let t = 0; t < T; t++) {
        write(gpu(), qkv, rowsAt(data, t, 3 * C))
        write(gpu(), position, new Uint32Array([t]))
        program.submit()
        const got = await readFloats(gpu(), memory)
        expectClose(got.subarray(GUARD, -GUARD), rowsAt(want.out, t, C), {
          ...TOLERANCE,
          label: `lanes ${lanes} t ${t}`,
        })
        expect([...got.subarray(0, GUARD), ...got.subarray(-GUARD)].every(Number.isNaN)).toBe(true)
      }
      for (const [name, tensor, part] of [
        ['keys', keys, 1],
        ['values', values, 2],
      ] as const) {
        const stored = await readFloats(gpu(), tensor)
        for (let i = 0; i < stored.length; i++) {
          const t = Math.floor(i / hs) % blockSize
          const bh = Math.floor(i / hs / blockSize)
          const row = Math.floor(bh / nHead) * T + t
          const expected = t < T ? data[row * 3 * C + part * C + (bh % nHead) * hs + (i % hs)] : Number.NaN
          if (!Object.is(stored[i], expected)) expect.fail(`${name}[${i}] is ${stored[i]} but should be ${expected}`)
        }
      }
      program.destroy()
    }
})

test('the reference backward is the gradient of the reference forward', () => {
  const dims = { B: 2, T: 4, nHead: 2 }
  const C = 6
  const qkv = Float64Array.from(randomFloats(dims.B * dims.T * 3 * C, 3))
  const dout = Float64Array.from(randomFloats(dims.B * dims.T * C, 4))
  const loss = () => attentionForwardReference(qkv, dims).out.reduce((sum, x, i) => sum + x * dout[i], 0)
  const h = 1e-5 // the error of a central difference is of order h² ≈ 1e-10 and 1e-16 / h = 1e-11
  const numeric = qkv.map((x, i) => {
    qkv[i] = x + h
    const above = loss()
    qkv[i] = x - h
    const below = loss()
    qkv[i] = x
    return (above - below) / (2 * h)
  })
  expectClose(attentionBackwardReference(qkv, dout, dims), numeric, { atol: 1e-8, rtol: 1e-8 })
})

test('mistakes are named', () => {
  const program = new Program(gpu(), 'wrong')
  const dims = { B: 1, T: 4, nHead: 2 }
  const { B, nHead } = dims
  const qkv = createTensor(gpu(), [4, 24])
  const out = createTensor(gpu(), [4, 8])
  const lse = createTensor(gpu(), [2, 4])
  expect(() => attentionForward(program, { qkv: out, out, lse }, dims)).toThrow(
    'attentionForward: qkv is (4, 8) but must be (4, 24)',
  )
  expect(() => attentionForward(program, { qkv, out, lse }, { ...dims, nHead: 3 })).toThrow('head size')
  const subgroups = new Program(withoutSubgroups(), 'wrong')
  expect(() => attentionForward(subgroups, { qkv, out, lse }, dims, { variant: broadcast(1, 1) })).toThrow(
    'no subgroups',
  )
  if (gpu().subgroupSize)
    expect(() => attentionForward(program, { qkv, out, lse }, dims, { variant: { ...quad(1), keys: 2 } })).toThrow(
      '4 keys per step, not',
    )
  const cache = createTensor(gpu(), [1, 2, 8, 4])
  const decode = { qkv: createTensor(gpu(), [1, 24]), keys: cache, values: cache, out: createTensor(gpu(), [1, 8]) }
  const position = createTensor(gpu(), [1], 'f32')
  expect(() => attentionDecode(program, { ...decode, position }, { B, nHead, blockSize: 8 })).toThrow('must be u32')
})
