import { expect, test } from 'vitest'
import { Program } from '../program.ts'
import { read, upload } from '../tensor.ts'
import { useGpu } from '../testing.ts'
import { appendTokens, FREE } from './append.ts'

const gpu = useGpu()

test.each([1, 31, 32, 33])('%i rows: forced places take the dictated token, free ones the sampled one', async (B) => {
  const T = 5
  const at = 3
  const forced = new Uint32Array(B * T).fill(FREE)
  for (let b = 0; b < B; b += 2) forced[b * T + at] = 1000 + b
  const program = new Program(gpu(), 'append')
  const make = (data: Uint32Array<ArrayBuffer>, shape: number[]) => upload(gpu(), data, shape)
  const tensors = {
    sampled: make(
      Uint32Array.from({ length: B }, (_, b) => b),
      [B],
    ),
    forced: make(forced, [B, T]),
    next: make(Uint32Array.of(at), [1]),
    tokens: make(new Uint32Array(B * T).fill(7), [B, T]),
    ids: make(new Uint32Array(B), [B]),
  }
  appendTokens(program, tensors)
  await program.build()
  program.submit()
  const expected = Uint32Array.from({ length: B }, (_, b) => (b % 2 ? b : 1000 + b))
  expect(await read(gpu(), tensors.ids)).toEqual(expected)
  const tokens = await read(gpu(), tensors.tokens)
  for (let b = 0; b < B; b++) expect([...tokens.slice(b * T, (b + 1) * T)]).toEqual([7, 7, 7, expected[b], 7])
})

test('a place beyond the end changes nothing; wrong shapes are refused', async () => {
  const program = new Program(gpu(), 'append')
  const tokens = upload(gpu(), new Uint32Array(6).fill(7), [2, 3])
  const forced = upload(gpu(), new Uint32Array(6), [2, 3])
  const two = () => upload(gpu(), new Uint32Array(2), [2])
  const tensors = { sampled: two(), forced, next: upload(gpu(), Uint32Array.of(3), [1]), tokens, ids: two() }
  appendTokens(program, tensors)
  await program.build()
  program.submit()
  expect([...(await read(gpu(), tokens))]).toEqual([7, 7, 7, 7, 7, 7])
  expect(() => appendTokens(program, { ...tensors, forced: two() })).toThrow('forced')
})
