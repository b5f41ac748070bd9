import { expect, test } from 'vitest'
import { passageOwners } from './passages.ts'

const tokens = (text: string) => Uint32Array.from(text, (c) => c.charCodeAt(0))

test('a passage belongs to the part that alone has it', () => {
  const parts = { corpus: [tokens('call me ishmael'), tokens('the whale')], test: [tokens('the white whale')] }
  const owner = passageOwners(parts, 5)
  expect(owner(tokens('ishma'))).toBe('corpus')
  expect(owner(tokens('white'))).toBe('test')
  expect(owner(tokens('whale'))).toBeUndefined() // in both
  expect(owner(tokens('el th'))).toBeUndefined() // over the end of a text
  expect(owner(tokens('queeq'))).toBeUndefined()
  expect(owner(tokens('queeq'))).toBeUndefined() // asking does not add it
})

test('agrees with a plain map over a long text', () => {
  const text = (seed: number) =>
    Uint32Array.from({ length: 4_000 }, (_, i) => (Math.imul(i ^ seed, 2654435761) >>> 27) % 6)
  const parts = { a: [text(1), text(2)], b: [text(3)], c: [text(4)] }
  const plain = new Map<string, string | undefined>()
  for (const [name, texts] of Object.entries(parts))
    for (const own of texts)
      for (let i = 0; i + 6 <= own.length; i++) {
        const passage = own.subarray(i, i + 6).join()
        plain.set(passage, plain.has(passage) && plain.get(passage) !== name ? undefined : name)
      }
  const owner = passageOwners(parts, 6)
  for (const [passage, name] of plain) expect(owner(passage.split(',').map(Number))).toBe(name)
})
