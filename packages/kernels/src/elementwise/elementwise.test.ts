import { expect, test } from 'vitest'
import { upload } from '../tensor.ts'
import { randomTensor, runKernel, useGpu } from '../testing.ts'
import { add, addInto, fill } from './elementwise.ts'

const gpu = useGpu()

test.each([1, 2, 63, 64, 65, 256, 4099])('add, addInto and fill of %i elements are exact', async (n) => {
  const [a, b, c] = [1, 2, 3].map((seed) => randomTensor(gpu(), [n], seed))
  const into = upload(gpu(), c.data, [n])
  const got = await runKernel(gpu(), (p) => {
    const [sum, filled] = [p.tensor([n], 'sum'), p.tensor([n], 'filled')]
    add(p, { a: a.tensor, b: b.tensor, out: sum })
    addInto(p, { a: a.tensor, out: into })
    fill(p, filled, 2.5)
    return { sum, into, filled }
  })
  expect(got.sum).toEqual(a.data.map((x, i) => Math.fround(x + b.data[i])))
  expect(got.into).toEqual(c.data.map((x, i) => Math.fround(x + a.data[i])))
  expect(got.filled).toEqual(new Float32Array(n).fill(2.5))
})

test('add over more workgroups than one dimension holds', async () => {
  const n = 65535 * 64 + 1 // one workgroup more than x can count, in scalars
  const { out } = await runKernel(gpu(), (p) => {
    const out = p.tensor([n], 'out')
    fill(p, out, 1)
    return { out }
  })
  expect(out.every((x) => x === 1)).toBe(true)
})
