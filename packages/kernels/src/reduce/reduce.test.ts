import { test } from 'vitest'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, randomTensor, runKernel, useGpu } from '../testing.ts'
import { columnSum, sum } from './reduce.ts'

const gpu = useGpu()

test.each([
  [1, 1],
  [7, 3],
  [31, 4],
  [33, 65],
  [320, 144],
  [5000, 24],
] as const)('column sums of (%i, %i)', async (N, C) => {
  const inp = randomTensor(gpu(), [N, C], 1)
  const started = randomFloats(C, 2)
  const into = upload(gpu(), started, [C])
  const got = await runKernel(gpu(), (p) => {
    const out = p.tensor([C], 'out')
    columnSum(p, { inp: inp.tensor, out })
    columnSum(p, { inp: inp.tensor, out: into }, { accumulate: true })
    return { out, into }
  })
  const want = new Float64Array(C)
  inp.data.forEach((x, i) => {
    want[i % C] += x
  })
  const atol = 1e-6 * Math.sqrt(N)
  expectClose(got.out, want, { atol, label: 'out' })
  expectClose(
    got.into,
    want.map((x, i) => x + started[i]),
    { atol, label: 'into' },
  )
})

test.each([1, 5, 64, 1023, 100_000, 1_000_003])('sum and sum of squares of %i elements', async (n) => {
  const inp = randomTensor(gpu(), [n], 3)
  const total = upload(gpu(), new Float32Array([10]), [1])
  const got = await runKernel(gpu(), (p) => {
    const squares = p.tensor([1], 'squares')
    sum(p, { inp: inp.tensor, out: total }, { accumulate: true })
    sum(p, { inp: inp.tensor, out: squares }, { square: true })
    return { total, squares }
  })
  expectClose(got.total, [inp.data.reduce((a, x) => a + x, 10)], { atol: 2e-6 * Math.sqrt(n) + 2e-6, label: 'sum' })
  expectClose(got.squares, [inp.data.reduce((a, x) => a + x * x, 0)], { rtol: 3e-6, label: 'squares' })
})
