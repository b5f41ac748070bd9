import { expect, test } from 'vitest'
import { finiteDifferences } from '../finite-differences.ts'
import { matmulReference } from '../matmul/matmul.reference.ts'
import { Program } from '../program.ts'
import { Random } from '../random.ts'
import { createTensor, readFloats, upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { projectedLoss, rowsAtOnce } from './projected-loss.ts'
import { softmaxLossReference } from './softmax-loss.reference.ts'

const gpu = useGpu()

interface Shape {
  N: number
  C: number
  V: number
  K: number
}

/** The definition: the two references one after the other. */
function reference(inp: ArrayLike<number>, table: ArrayLike<number>, ids: Uint32Array, w: ArrayLike<number>, s: Shape) {
  const { N, C, V, K } = s
  const logits = matmulReference({ M: N, N: V, K: C, a: inp, b: table, transposeB: true })
  const { losses, dlogits } = softmaxLossReference(logits, ids, w, { N, V, K })
  return {
    losses,
    dinp: matmulReference({ M: N, N: C, K: V, a: dlogits, b: table }),
    dtable: matmulReference({ M: V, N: C, K: N, a: dlogits, b: inp, transposeA: true }),
  }
}

const targets = ({ N, V, K }: Shape) => {
  const random = new Random(2, 'targets')
  return {
    ids: Uint32Array.from({ length: N * K }, () => random.integer(V)),
    weights: Float32Array.from({ length: N * K }, () => (random.uniform() < 0.2 ? 0 : random.normal())),
  }
}

test.each([
  [{ N: 1, C: 4, V: 3, K: 1 }, undefined],
  [{ N: 64, C: 8, V: 12, K: 2 }, 64],
  [{ N: 65, C: 8, V: 12, K: 1 }, 64],
  [{ N: 200, C: 20, V: 37, K: 3 }, 64],
  [{ N: 130, C: 16, V: 256, K: 1 }, 128],
] as const)('projected loss %o, %s rows at once', async (shape, rows) => {
  const { N, C, V, K } = shape
  const [inp, table] = [randomFloats(N * C, 1), randomFloats(V * C, 2, 0.5)]
  const { ids, weights } = targets(shape)
  const before = randomFloats(V * C, 3)
  const dtable = upload(gpu(), before, [V, C])
  const got = await runKernel(gpu(), (p) => {
    const given = {
      inp: upload(gpu(), inp, [N, C]),
      table: upload(gpu(), table, [V, C]),
      ids: upload(gpu(), ids, [N, K]),
      weights: upload(gpu(), weights, [N, K]),
    }
    const [losses, evaluated] = [p.tensor([N], 'losses'), p.tensor([N], 'evaluated')]
    const dinp = p.tensor([N, C], 'dinp')
    projectedLoss(p, { ...given, losses }, { gradients: { dinp, dtable }, rows })
    projectedLoss(p, { ...given, losses: evaluated }, { rows })
    return { losses, evaluated, dinp, dtable }
  })
  const want = reference(inp, table, ids, weights, shape)
  expectClose(got.losses, want.losses, { atol: 3e-5 * K, label: 'losses' })
  expect(got.evaluated).toEqual(got.losses)
  expectClose(got.dinp, want.dinp, { atol: 2e-5 * K, rtol: 2e-5, label: 'dinp' })
  expectClose(
    got.dtable,
    want.dtable.map((x, i) => x + before[i]),
    { atol: 1e-4 * K, rtol: 2e-5, label: 'dtable' },
  )
})

test('the reference gradients agree with finite differences', () => {
  const shape = { N: 2, C: 3, V: 4, K: 2 }
  const [inp, table] = [randomFloats(6, 1), randomFloats(12, 2)]
  const { ids, weights } = targets(shape)
  const total = (x: ArrayLike<number>, t: ArrayLike<number>) =>
    reference(x, t, ids, weights, shape).losses.reduce((a, b) => a + b)
  const want = reference(inp, table, ids, weights, shape)
  const close = { atol: 1e-7, rtol: 1e-5 }
  expectClose(
    want.dinp,
    finiteDifferences((x) => total(x, table), inp),
    close,
  )
  expectClose(
    want.dtable,
    finiteDifferences((t) => total(inp, t), table),
    close,
  )
})

test('memory holds one block of logits, and the same bits come each time', async () => {
  const [N, C, V] = [512, 8, 1024]
  const run = async (rows: number) => {
    const program = new Program(gpu(), 'memory')
    const losses = program.keep(program.tensor([N], 'losses'))
    const dinp = program.keep(program.tensor([N, C], 'dinp'))
    const dtable = createTensor(gpu(), [V, C])
    const inp = upload(gpu(), randomFloats(N * C, 1), [N, C])
    const table = upload(gpu(), randomFloats(V * C, 2), [V, C])
    const ids = upload(
      gpu(),
      Uint32Array.from({ length: N }, (_, n) => n),
      [N, 1],
    )
    const weights = upload(gpu(), new Float32Array(N).fill(1), [N, 1])
    projectedLoss(program, { inp, table, ids, weights, losses }, { gradients: { dinp, dtable }, rows })
    const { planned } = program.memory()
    await program.build()
    program.submit()
    return { planned, values: [await readFloats(gpu(), dinp), await readFloats(gpu(), dtable)] }
  }
  const [block, again, whole] = [await run(64), await run(64), await run(N)]
  expect(block.planned).toBeLessThan(whole.planned / 6)
  expect(block.planned).toBeGreaterThanOrEqual(64 * V * 4)
  expect(again.values).toEqual(block.values)
  expectClose(block.values[1], whole.values[1], { atol: 1e-4 })
})

test('blocks are as large as fits, in steps that views allow', () => {
  expect(rowsAtOnce(100, 96)).toBe(100)
  expect(rowsAtOnce(4096, 4096)).toBe(1024)
  expect(rowsAtOnce(4096, 50257)).toBe(64)
})
