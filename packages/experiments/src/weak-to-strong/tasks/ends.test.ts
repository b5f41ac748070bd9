import { expect, test } from 'vitest'
import { ends } from './ends.ts'

const letters = Uint32Array.from({ length: 26 }, (_, i) => 1000 + i)
const tokens = (text: string) =>
  Uint32Array.from(text, (c) => (/[a-z]/.test(c) ? letters[c.charCodeAt(0) - 97] : c.charCodeAt(0)))

test('the label is whether the word ends within k + 1 characters; between words there is no item', () => {
  const before = 'there was a boat and the s' // 24 characters from the third on
  const labels = (after: string) =>
    [0, 1, 2, 3].map((k) => ends.item({ chapter: tokens(before + after), start: 2, letters }, k)?.label)
  expect(labels('hip was ours')).toEqual([0, 0, 0, 1])
  expect(labels('ea, wide')).toEqual([0, 0, 1, 1])
  expect(labels(' and so on')).toEqual([1, 1, 1, 1])
  const { input } = ends.item({ chapter: tokens(`${before}hip was`), start: 2, letters }, 0)!
  expect(Array.from(input)).toEqual(Array.from(tokens(before.slice(2))))
  expect(ends.item({ chapter: tokens('there was a boat and this was'), start: 2, letters }, 0)).toBeUndefined()
})
