import { expect, test } from 'vitest'
import { ByteTokenizer, CharTokenizer, tokenizerFromJSON } from './tokenizer.ts'

test('CharTokenizer: sorted distinct code points, also outside the basic plane', () => {
  // U+FF21 sorts before U+1F600 by code point, but after it by UTF-16 unit
  const tokenizer = CharTokenizer.fromText('b😀aＡ\nab')
  expect(tokenizer.toJSON()).toEqual({ kind: 'char', characters: '\nabＡ😀' })
  expect(tokenizer.vocabSize).toBe(5)
  expect(tokenizer.encode('a😀\n')).toEqual(new Uint32Array([1, 4, 0]))
  expect(tokenizer.encode('')).toEqual(new Uint32Array(0))
  expect(tokenizer.decode([4, 4, 1])).toBe('😀😀a')
})

test('CharTokenizer: an unknown character is named with its position and a way out', () => {
  const tokenizer = CharTokenizer.fromText('ab😀')
  expect(() => tokenizer.encode('a😀é')).toThrow(
    /^CharTokenizer.encode: character "é" \(U\+00E9\) at position 2 is not one of the 3 .*or use ByteTokenizer/,
  )
  expect(() => tokenizer.encode('\u0000')).toThrow('character "\\u0000" (U+0000) at position 0')
  expect(() => tokenizer.encode('\ud83d')).toThrow('U+D83D')
})

test('CharTokenizer: impossible vocabularies are refused', () => {
  expect(() => CharTokenizer.fromText('')).toThrow(/no characters/)
  expect(() => CharTokenizer.fromText('a\ud83d')).toThrow(/surrogate/)
  expect(() => new CharTokenizer('aba')).toThrow(/twice/)
})

test('ByteTokenizer: any text, byte order marks included', () => {
  const tokenizer = new ByteTokenizer()
  for (const text of ['', 'abc', 'é😀\u0000', '\ufeffx\ufeff'])
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
  expect(tokenizer.encode('é')).toEqual(new Uint32Array([0xc3, 0xa9]))
})

test('ByteTokenizer: broken sequences are replaced, the rest is kept', () => {
  expect(new ByteTokenizer().decode([0x61, 0xc3, 0x62, 0xff, 0xe2, 0x82])).toBe('a\ufffdb\ufffd\ufffd')
})

test.each([CharTokenizer.fromText('abc'), new ByteTokenizer()])(
  'decode refuses ids outside the vocabulary',
  (tokenizer) => {
    for (const id of [-1, 0.5, Number.NaN, tokenizer.vocabSize])
      expect(() => tokenizer.decode([0, id])).toThrow(`id ${id} at position 1 is not in 0 … ${tokenizer.vocabSize - 1}`)
  },
)

test.each([CharTokenizer.fromText('z"\\é\n😀'), new ByteTokenizer()])('JSON gives an equal tokenizer', (tokenizer) => {
  const again = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)))
  expect(again.toJSON()).toEqual(tokenizer.toJSON())
  expect(again.encode('z\n')).toEqual(tokenizer.encode('z\n'))
})

test.each([
  ['{"kind":"byte"}', /a string instead of an object/],
  [null, /null instead of an object/],
  [{}, /kind is undefined; known are "char", "byte"/],
  [{ kind: 'bpe' }, /kind is "bpe"/],
  [{ kind: 'char' }, /characters must be a string but is undefined/],
  [{ kind: 'char', characters: 'aa' }, /twice/],
])('tokenizerFromJSON refuses %j', (json, message) => {
  expect(() => tokenizerFromJSON(json)).toThrow(message)
})
