import { expect, test } from 'vitest'
import { Program } from '../program.ts'
import { read, upload } from '../tensor.ts'
import { randomFloats, useGpu } from '../testing.ts'
import { type SampleOptions, sample, sampleScoresReference } from './sampling.ts'

const gpu = useGpu()

async function draw(logits: Float32Array<ArrayBuffer>, B: number, V: number, position: number, options: SampleOptions) {
  const program = new Program(gpu(), 'sample')
  const ids = upload(gpu(), new Uint32Array(B), [B])
  const inputs = { logits: upload(gpu(), logits, [B, V]), position: upload(gpu(), new Uint32Array([position]), [1]) }
  sample(program, { ...inputs, ids }, options)
  await program.build()
  program.submit()
  return read(gpu(), ids)
}

const CASES = [
  [1, 1, 0, 0],
  [5, 37, 1, 0],
  [33, 65, 0.7, 5],
  [64, 256, 1, 40],
  [3, 1000, 0, 0],
  [40, 3, 2, 1],
] as const

test.each(CASES)(
  'samples of B=%i V=%i at temperature %f, top %i, are the argmax of the reference scores',
  async (B, V, temperature, topK) => {
    const logits = randomFloats(B * V, 1, 2)
    const options = { temperature, topK, seed: 5, stream: 9 }
    const ids = await draw(logits, B, V, 3, options)
    ids.forEach((id, row) => {
      const scores = sampleScoresReference(logits.subarray(row * V, (row + 1) * V), { ...options, row, position: 3 })
      // two classes may be closer than f32's logarithm can tell
      expect(scores[id]).toBeGreaterThan(Math.max(...scores) - 1e-4)
    })
  },
)

test('frequencies follow the softmax, and top-k cuts the tail', async () => {
  const B = 4096
  const row = [0, Math.log(2), Math.log(5), -1]
  const logits = Float32Array.from({ length: B * 4 }, (_, i) => row[i % 4])
  const share = async (topK: number) => {
    const counts = [0, 0, 0, 0]
    for (const id of await draw(logits, B, 4, 0, { temperature: 1, topK, seed: 1, stream: 0 })) counts[id]++
    return counts.map((count) => count / B)
  }
  const all = await share(0)
  const total = 8 + Math.exp(-1)
  ;[1, 2, 5, Math.exp(-1)].forEach((weight, v) => {
    expect(Math.abs(all[v] - weight / total)).toBeLessThan(0.03) // 4 standard errors
  })
  const two = await share(2)
  expect(two[0] + two[3]).toBe(0)
  expect(Math.abs(two[2] - 5 / 7)).toBeLessThan(0.03)
})

test('ties go to the lower class; bad options are refused', async () => {
  expect([
    ...(await draw(new Float32Array([1, 3, 3, 2]), 1, 4, 0, { temperature: 0, topK: 0, seed: 1, stream: 0 })),
  ]).toEqual([1])
  await expect(draw(new Float32Array(2), 1, 2, 0, { temperature: -1, topK: 0, seed: 1, stream: 0 })).rejects.toThrow(
    'temperature is -1',
  )
})
