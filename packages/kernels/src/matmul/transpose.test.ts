import { expect, test } from 'vitest'
import { randomTensor, runKernel, useGpu } from '../testing.ts'
import { transpose } from './transpose.ts'

const gpu = useGpu()

test('transpose', async () => {
  for (const shape of [
    [1, 1],
    [1, 5],
    [5, 1],
    [3, 4],
    [17, 65],
    [2, 5, 7],
    [3, 16, 12],
  ]) {
    const [R, C] = shape.slice(-2)
    const inp = randomTensor(gpu(), shape, 1)
    const { out } = await runKernel(gpu(), (program) => {
      const out = program.tensor([...shape.slice(0, -2), C, R], 'out')
      transpose(program, { inp: inp.tensor, out })
      return { out }
    })
    const want = inp.data.map((_, i) => {
      const [z, c, r] = [Math.floor(i / (R * C)), Math.floor(i / R) % C, i % R]
      return inp.data[z * R * C + r * C + c]
    })
    expect(out, shape.join('×')).toEqual(want)
  }
})
