import { expect, test } from 'vitest'
import { Program, runOnce } from './program.ts'
import { shader } from './shader.ts'
import { createTensor, readFloats, upload, write } from './tensor.ts'
import { useGpu } from './testing.ts'

const gpu = useGpu()

const SCALE = /* wgsl */ `
const FACTOR: f32 = 1.0;
struct Dims { N: u32, shift: f32 }
@group(0) @binding(0) var<storage, read> inp: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  if (gid.x >= dims.N) { return; }
  out[gid.x] = inp[gid.x] * FACTOR + dims.shift;
}
`
const scale = shader('scale', SCALE, { FACTOR: 2 })

test('a chain of dispatches shares memory and replays with new input', async () => {
  const n = 100
  const inp = createTensor(gpu(), [n], 'f32', 'inp')
  const program = new Program(gpu(), 'chain')
  let x = inp
  for (let i = 0; i < 6; i++) {
    const out = program.tensor([n], `x${i}`)
    program.dispatch(scale, { inp: x, out }, { N: n, shift: 1 }, [2, 1, 1])
    x = out
  }
  program.keep(x)
  expect(program.memory()).toEqual({ planned: 2 * n * 4, unshared: 6 * n * 4 })
  await program.build()
  for (const start of [0, 3]) {
    write(gpu(), inp, new Float32Array(n).fill(start))
    program.submit()
    const out = await readFloats(gpu(), x)
    expect(out[0]).toBe(start * 64 + 63) // x → 2x + 1, six times
    expect(out[n - 1]).toBe(start * 64 + 63)
  }
  program.destroy()
})

test('a kept tensor is not reused', async () => {
  const inp = upload(gpu(), new Float32Array([1]), [1])
  let first = inp
  let last = inp
  const program = await runOnce(gpu(), 'kept', (p) => {
    first = p.keep(p.tensor([1], 'first'))
    const middle = p.tensor([1], 'middle')
    last = p.keep(p.tensor([1], 'last'))
    p.dispatch(scale, { inp, out: first }, { N: 1, shift: 0 }, [1, 1, 1])
    p.dispatch(scale, { inp: first, out: middle }, { N: 1, shift: 0 }, [1, 1, 1])
    p.dispatch(scale, { inp: middle, out: last }, { N: 1, shift: 0 }, [1, 1, 1])
  })
  expect([(await readFloats(gpu(), first))[0], (await readFloats(gpu(), last))[0]]).toEqual([2, 8])
  program.destroy()
})

test('profile() times each dispatch', async () => {
  if (!gpu().timestamps) return
  const inp = createTensor(gpu(), [64])
  const out = createTensor(gpu(), [64])
  const program = await runOnce(gpu(), 'profiled', (p) => {
    for (let i = 0; i < 3; i++) p.dispatch(scale, { inp, out }, { N: 64, shift: 0 }, [1, 1, 1], `scale ${i}`)
  })
  const profile = await program.profile()
  expect(profile.map((entry) => entry.label)).toEqual(['scale 0', 'scale 1', 'scale 2'])
  for (const { ns } of profile) expect(ns).toBeGreaterThanOrEqual(0)
})

test('mistakes are named', async () => {
  const program = new Program(gpu(), 'wrong')
  const inp = createTensor(gpu(), [4])
  expect(() => program.dispatch(scale, { inp }, { N: 4, shift: 0 }, [1, 1, 1])).toThrow(
    'scale: binding "out" was not given',
  )
  expect(() => program.dispatch(scale, { inp, out: inp }, { N: 4 }, [1, 1, 1])).toThrow('dims.shift was not given')
  expect(() => program.dispatch(scale, { inp, out: inp }, { N: -1, shift: 0 }, [1, 1, 1])).toThrow('dims.N is -1')
  expect(() => shader('scale', SCALE, { WIDTH: 1 })).toThrow('no "const WIDTH')
  expect(() => createTensor(gpu(), [0])).toThrow('positive integers')
  expect(() => createTensor(gpu(), [2 ** 20, 2 ** 12])).toThrow(/needs 16384 MiB but .* binds at most/)
  const broken = shader('broken', '@compute @workgroup_size(1) fn main() { let x = y; }')
  program.dispatch(broken, {}, {}, [1, 1, 1])
  await expect(program.build()).rejects.toThrow(/shader broken does not compile.*y/s)
})
