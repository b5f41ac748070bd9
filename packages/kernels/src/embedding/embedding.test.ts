import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, randomTensor, runKernel, useGpu } from '../testing.ts'
import { embeddingBackwardReference, embeddingForwardReference } from './embedding.reference.ts'
import { embeddingForward, gatherRows, gatherRowsBackward, positionBackward } from './embedding.ts'

const gpu = useGpu()
const CASES = [
  [1, 1, 1, 1],
  [2, 3, 5, 4],
  [4, 9, 37, 24],
  [3, 7, 11, 5],
  [32, 10, 1637, 48],
  [2, 65, 2, 12],
] as const

test.each(CASES)('embedding B=%i T=%i rows=%i C=%i, forward and backward', async (B, T, rows, C) => {
  const random = new Random(1, 'ids')
  const ids = Uint32Array.from({ length: B * T }, () => random.integer(rows))
  const idTensor = upload(gpu(), ids, [B * T])
  const table = randomTensor(gpu(), [rows, C], 1)
  const positions = randomTensor(gpu(), [T + 2, C], 2)
  const dout = randomTensor(gpu(), [B * T, C], 3)
  const first = upload(gpu(), new Uint32Array([2]), [1])
  const started = randomFloats(rows * C, 4)
  const dtable = upload(gpu(), started, [rows, C])
  const dpositions = upload(gpu(), new Float32Array((T + 2) * C), [T + 2, C])
  const got = await runKernel(gpu(), (p) => {
    const [out, gathered] = [p.tensor([B * T, C], 'out'), p.tensor([B * T, C], 'gathered')]
    embeddingForward(p, { ids: idTensor, table: table.tensor, positions: positions.tensor, first, out }, { T })
    gatherRows(p, { ids: idTensor, table: table.tensor, out: gathered })
    gatherRowsBackward(p, { ids: idTensor, dout: dout.tensor, dtable })
    positionBackward(p, { dout: dout.tensor, dpositions }, { T })
    return { out, gathered, dtable, dpositions }
  })
  const backward = embeddingBackwardReference(ids, dout.data, { rows, C, T })
  expectClose(got.out, embeddingForwardReference(ids, table.data, positions.data, { C, T, first: 2 }), { label: 'out' })
  expectClose(got.gathered, embeddingForwardReference(ids, table.data, undefined, { C, T }), {
    atol: 0,
    rtol: 0,
    label: 'gather',
  })
  expectClose(
    got.dtable,
    backward.dtable.map((d, i) => d + started[i]),
    { atol: 2e-5, label: 'dtable' },
  )
  expectClose(got.dpositions.subarray(0, T * C), backward.dpositions, { atol: 2e-5, label: 'dpositions' })
  expect([...got.dpositions.subarray(T * C)].every((x) => x === 0)).toBe(true)
})

test('an id outside the table reads its last row instead of foreign memory', async () => {
  const table = upload(gpu(), new Float32Array([1, 2, 3, 4]), [2, 2])
  const { out } = await runKernel(gpu(), (p) => {
    const out = p.tensor([1, 2], 'out')
    gatherRows(p, { ids: upload(gpu(), new Uint32Array([99]), [1]), table, out })
    return { out }
  })
  expect([...out]).toEqual([3, 4])
})
