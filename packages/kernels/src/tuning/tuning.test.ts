import { expect, test } from 'vitest'
import { matmulReference } from '../matmul/matmul.reference.ts'
import { matmul } from '../matmul/matmul.ts'
import { Program } from '../program.ts'
import { createTensor } from '../tensor.ts'
import { expectClose, randomTensor, runKernel, useGpu } from '../testing.ts'
import { choicesOf, tune } from './tune.ts'
import { createTuning, readChoices, tuningKey, withTuning } from './tuning.ts'

const gpu = useGpu()

/** The names of the pipelines that a product records. */
function kernelsOf(device: ReturnType<typeof gpu>, M: number, N: number, K: number): string[] {
  const names: string[] = []
  const program = new Program(device, 'names')
  const record = program.dispatch.bind(program)
  program.dispatch = (...args) => {
    names.push(args[0].name)
    record(...args)
  }
  const [a, b, out] = [createTensor(device, [M, K]), createTensor(device, [K, N]), createTensor(device, [M, N])]
  matmul(program, { a, b, out })
  return names
}

test('a tuning changes the kernels of its classes, and only those', async () => {
  const tuned = withTuning(gpu(), createTuning({ 'matmul nn, many rows': 'workgroup 32×32' }))
  expect(kernelsOf(tuned, 256, 64, 64)).toEqual(['matmul-workgroup-nn-4x1'])
  expect(kernelsOf(tuned, 64, 64, 64)).toEqual(kernelsOf(gpu(), 64, 64, 64))
  expect(kernelsOf(tuned, 256, 62, 64)).toEqual(kernelsOf(gpu(), 256, 62, 64))
  const [M, N, K] = [200, 36, 40]
  const [a, b] = [randomTensor(gpu(), [M, K], 1), randomTensor(gpu(), [K, N], 2)]
  const { out } = await runKernel(tuned, (program) => {
    const out = program.tensor([M, N], 'out')
    matmul(program, { a: a.tensor, b: b.tensor, out })
    return { out }
  })
  expectClose(out, matmulReference({ M, N, K, a: a.data, b: b.data }), { atol: 2e-5 })
})

test('how a long k is split is a choice of its own', () => {
  const gradient = (choices: Record<string, string>) => {
    const program = new Program(withTuning(gpu(), createTuning(choices)), 'gradient')
    const [a, b, out] = [
      createTensor(gpu(), [2048, 64]),
      createTensor(gpu(), [2048, 64]),
      createTensor(gpu(), [64, 64]),
    ]
    matmul(program, { a, b, out }, { transposeA: true })
    return program.memory().planned / out.size / 4 // partial sums, in products
  }
  expect(gradient({ 'split of long k, small product': 'k in parts of 256' })).toBe(8)
  expect(gradient({ 'split of long k, small product': 'k in parts of 1024' })).toBe(2)
  expect(gradient({ 'split of long k, small product': 'k whole' })).toBe(0)
  expect(gradient({ 'split of long k, large product': 'k in parts of 256' })).toBe(gradient({}))
})

test('a choice that this version does not know is the default', () => {
  const tuned = withTuning(gpu(), createTuning({ 'matmul nn, many rows': 'quantum 1×1', 'attention sideways': 'x' }))
  expect(kernelsOf(tuned, 256, 64, 64)).toEqual(kernelsOf(gpu(), 256, 64, 64))
})

test('an identity depends on the choices, not on their order; no choices are no tuning', () => {
  const one = createTuning({ a: 'x', b: 'y' })
  expect(createTuning({ b: 'y', a: 'x' })).toEqual(one)
  expect(createTuning({ a: 'x', b: 'z' })?.id).not.toBe(one?.id)
  expect(createTuning({})).toBeUndefined()
})

test('the key tells devices apart; a damaged cache is no choice', () => {
  const { adapter, subgroupSize } = gpu()
  const key = tuningKey({ adapter, subgroupSize })
  expect(tuningKey({ adapter: { ...adapter, robustness: !adapter.robustness }, subgroupSize })).not.toBe(key)
  expect(tuningKey({ adapter, subgroupSize: 64 })).not.toBe(key)
  expect(readChoices('{"choices":{"a":"x"}}')).toEqual({ a: 'x' })
  for (const text of ['', '{', '[]', 'null', '{"choices":{"a":1}}', '{"choices":null}'])
    expect(readChoices(text)).toBeUndefined()
})

test('tuning finds every candidate right and chooses among them', async () => {
  const found = []
  for await (const one of tune(gpu())) {
    found.push(one)
    break // the other classes go the same way, at half a minute of compiling
  }
  for (const { kind, candidates, chosen } of found) {
    expect(candidates.length, kind).toBeGreaterThan(3)
    for (const { name, ms } of candidates) expect(ms, `${kind}: ${name}`).toBeGreaterThan(0)
    expect(candidates.map(({ name }) => name)).toContain(chosen)
  }
  expect(Object.keys(choicesOf(found)).length).toBe(found.filter(({ chosen }) => chosen !== 'default').length)
})

test('a candidate with wrong results is found out and not chosen', async () => {
  const { device } = gpu()
  const broken = {
    ...gpu(),
    device: new Proxy(device, {
      get(target, name) {
        // a compiler that forgets what a workgroup has loaded
        if (name === 'createShaderModule')
          return (descriptor: GPUShaderModuleDescriptor) =>
            target.createShaderModule({
              ...descriptor,
              code: descriptor.code.replace('{ part = load_b(', '{ let forgotten = load_b('),
            })
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }
  for await (const { candidates, chosen } of tune(broken)) {
    const wrong = candidates.filter(({ ms }) => ms === undefined).map(({ name }) => name)
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.every((name) => name.startsWith('workgroup'))).toBe(true)
    expect(wrong).not.toContain(chosen)
    break
  }
})
