import { expect, test } from 'vitest'
import { geluBackward, geluForward } from '../gelu/gelu.ts'
import { randomTensor, runKernel, useGpu } from '../testing.ts'
import { matmul } from './matmul.ts'

const gpu = useGpu()

// So a model whose GELU moved into the products keeps every recorded result.
test('GELU in the epilogue and its derivative as a factor have the bits of the kernels on their own', async () => {
  for (const [N, C] of [
    [37, 20],
    [64, 33],
    [300, 64],
  ]) {
    const [x, w, bias] = [
      randomTensor(gpu(), [N, C], 1),
      randomTensor(gpu(), [C, 4 * C], 2),
      randomTensor(gpu(), [4 * C], 3),
    ]
    const [dout, back] = [randomTensor(gpu(), [N, C], 4), randomTensor(gpu(), [4 * C, C], 5)]
    const got = await runKernel(gpu(), (program) => {
      const make = (label: string) => program.tensor([N, 4 * C], label)
      const layer = { a: x.tensor, b: w.tensor, bias: bias.tensor }
      const [pre, apart, dhidden, dapart] = ['pre', 'apart', 'dhidden', 'dapart'].map(make)
      matmul(program, { ...layer, out: pre })
      geluForward(program, { inp: pre, out: apart })
      matmul(program, { a: dout.tensor, b: back.tensor, out: dhidden }, { transposeB: true })
      geluBackward(program, { inp: pre, dout: dhidden, dinp: dapart })
      const [slope, fused, dfused] = ['slope', 'fused', 'dfused'].map(make)
      matmul(program, { ...layer, out: fused, slope }, { gelu: true })
      matmul(program, { a: dout.tensor, b: back.tensor, out: dfused, factor: slope }, { transposeB: true })
      return { apart, dapart, fused, dfused }
    })
    expect(got.fused).toEqual(got.apart)
    expect(got.dfused).toEqual(got.dapart)
  }
})
