import { expect, test } from 'vitest'
import {
  attributeCount,
  attributeOf,
  bosToken,
  corpusBatch,
  createAttributeWorld,
  groupToken,
  labelTokens,
  nounToken,
  outputSize,
  padToken,
  pretrainingCorpus,
  rowLength,
  splits,
  vocabSize,
  wordToken,
} from './attribute-world.ts'

const world = createAttributeWorld(1)
const corpus = pretrainingCorpus(world, { rows: 20000, stream: 'test' })
const rows = Array.from({ length: corpus.rows }, (_, i) => [
  ...corpus.tokens.subarray(i * rowLength, (i + 1) * rowLength),
])
const isGroup = (row: number[]) => row[4] === groupToken
const groupRows = rows.filter(isGroup)
const plainRows = rows.filter((row) => !isGroup(row))
const wordTokens = Array.from({ length: attributeCount * 4 }, (_, i) => wordToken(i >> 2, (i >> 1) & 1, i & 1))

/** Attribute and value that a word token speaks of, by the definition id = 5 + (2k + v)·2 + j. */
const meaning = (token: number) => ({
  k: Math.floor((token - 5) / 4),
  v: Math.floor((token - 5) / 2) % 2,
  j: (token - 5) % 2,
})

test('the vocabulary is laid out as in the recipe', () => {
  expect([padToken, bosToken, ...labelTokens, groupToken]).toEqual([0, 1, 2, 3, 4])
  expect(wordTokens).toEqual(Array.from({ length: 32 }, (_, i) => 5 + i))
  expect(outputSize).toBe(37)
  expect([nounToken(0), nounToken(1599)]).toEqual([37, 1636])
  expect([vocabSize, world.vocabSize]).toEqual([1637, 1637])
})

test('attributes are exactly balanced and independent of frequency and of each other', () => {
  const column = (k: number) => Array.from({ length: world.nounCount }, (_, noun) => attributeOf(world, noun, k))
  for (let k = 0; k < attributeCount; k++) {
    expect(column(k).filter((v) => v === 1)).toHaveLength(800)
    const frequentOnes = column(k)
      .slice(0, 800)
      .filter((v) => v === 1).length
    expect(Math.abs(frequentOnes - 400)).toBeLessThan(60) // 6 standard deviations of a hypergeometric draw
    for (let other = 0; other < k; other++) {
      const agree = column(k).filter((v, noun) => v === attributeOf(world, noun, other)).length
      expect(Math.abs(agree - 800)).toBeLessThan(120)
    }
  }
})

test('the splits partition the nouns and ignore frequency', () => {
  expect(splits.map((split) => world.splits[split].length)).toEqual([500, 500, 200, 400])
  const all = splits.flatMap((split) => [...world.splits[split]])
  expect(new Set(all).size).toBe(1600)
  expect(Math.max(...all)).toBe(1599)
  for (const split of splits) {
    const nouns = world.splits[split]
    expect(nouns.reduce((a, b) => a + b, 0) / nouns.length).toBeGreaterThan(650)
    expect(nouns.reduce((a, b) => a + b, 0) / nouns.length).toBeLessThan(950)
  }
})

test('worlds and corpora are pure functions of seed and stream', () => {
  expect(createAttributeWorld(1)).toEqual(world)
  expect(createAttributeWorld(2).attributes).not.toEqual(world.attributes)
  const draw = (stream: string, rows: number) => pretrainingCorpus(world, { rows, stream }).tokens
  expect(draw('b', 100)).toEqual(draw('b', 100))
  expect(draw('b', 100)).not.toEqual(draw('c', 100))
  expect(draw('b', 100)).toEqual(draw('b', 200).subarray(0, 1000))
})

test('rows have one of the two forms', () => {
  for (const row of rows) {
    const nouns = isGroup(row) ? 3 : 1
    const words = row.slice(nouns + (isGroup(row) ? 2 : 1))
    expect(row[0]).toBe(bosToken)
    expect(row.slice(1, 1 + nouns).every((token) => token >= outputSize && token < vocabSize)).toBe(true)
    expect(words).toHaveLength(isGroup(row) ? 5 : 8)
    expect(words.every((token) => token >= 5 && token < outputSize)).toBe(true)
  }
  expect(Math.abs(groupRows.length / rows.length - 0.1)).toBeLessThan(0.01)
})

test('nouns follow p(r) ∝ 1 / (r + 30)', () => {
  const weights = Array.from({ length: 1600 }, (_, r) => 1 / (r + 30))
  const total = weights.reduce((a, b) => a + b)
  for (const [from, to] of [
    [0, 1],
    [0, 10],
    [10, 100],
    [100, 800],
    [800, 1600],
  ] as const) {
    const expected = weights.slice(from, to).reduce((a, b) => a + b) / total
    const share = plainRows.filter((row) => row[1] - 37 >= from && row[1] - 37 < to).length / plainRows.length
    expect(Math.abs(share - expected)).toBeLessThan(4.5 * Math.sqrt((expected * (1 - expected)) / plainRows.length))
  }
})

test('words follow q(k) ∝ 1 / (k + 100), say the wrong value a tenth of the time, and use both synonyms', () => {
  const counts = new Float64Array(attributeCount)
  let wrong = 0
  let second = 0
  let total = 0
  for (const row of plainRows)
    for (const token of row.slice(2)) {
      const { k, v, j } = meaning(token)
      counts[k]++
      total++
      second += j
      if (v !== attributeOf(world, row[1] - 37, k)) wrong++
    }
  expect(Math.abs(wrong / total - 0.1)).toBeLessThan(0.004)
  expect(Math.abs(second / total - 0.5)).toBeLessThan(0.006)
  const weights = Array.from({ length: attributeCount }, (_, k) => 1 / (k + 100))
  const sum = weights.reduce((a, b) => a + b)
  for (let k = 0; k < attributeCount; k++) expect(Math.abs(counts[k] / total - weights[k] / sum)).toBeLessThan(0.004)
})

test('attributes repeat within a row', () => {
  const repeated = plainRows.filter((row) => new Set(row.slice(2).map((token) => meaning(token).k)).size < 8)
  expect(repeated.length / plainRows.length).toBeGreaterThan(0.99)
})

test('group rows speak of the majority of their nouns', () => {
  let wrong = 0
  for (const row of groupRows)
    for (const token of row.slice(5)) {
      const { k, v } = meaning(token)
      const ones = row.slice(1, 4).filter((noun) => attributeOf(world, noun - 37, k) === 1).length
      if (v !== Number(ones >= 2)) wrong++
    }
  expect(Math.abs(wrong / (groupRows.length * 5) - 0.1)).toBeLessThan(0.015)
})

test('a batch asks for everything but the nouns', () => {
  const batch = corpusBatch(corpus, 3, 500)
  expect([batch.rows, batch.inputLength]).toEqual([500, 9])
  for (let row = 0; row < 500; row++) {
    const tokens = rows[row + 3]
    const slice = (array: Uint32Array | Float32Array) => [...array.subarray(row * 9, (row + 1) * 9)]
    expect(slice(batch.inputs)).toEqual(tokens.slice(0, 9))
    expect(slice(batch.weights)).toEqual(isGroup(tokens) ? [0, 0, 0, 1, 1, 1, 1, 1, 1] : [0, 1, 1, 1, 1, 1, 1, 1, 1])
    const targets = slice(batch.targets)
    expect(targets.every((token) => token < outputSize)).toBe(true)
    expect(targets).toEqual(tokens.slice(1).map((token) => (token < outputSize ? token : 0)))
  }
  expect(() => corpusBatch(corpus, 19999, 2)).toThrow(/rows 19999 to 20000 of a corpus with 20000 rows/)
})

test('a smaller world can be made by options', () => {
  const small = createAttributeWorld(0, { nouns: { A: 10, B: 10, val: 4, test: 8 }, groupShare: 0, wordNoise: 0 })
  expect([small.nounCount, small.vocabSize]).toEqual([32, 69])
  const { tokens } = pretrainingCorpus(small, { rows: 50, stream: '' })
  expect(tokens.includes(groupToken)).toBe(false)
  expect(Math.max(...tokens)).toBeLessThan(69)
})

test('the largest corpus is quick to make', () => {
  const start = performance.now()
  pretrainingCorpus(world, { rows: 64000, stream: 'f' })
  expect(performance.now() - start).toBeLessThan(2000) // about 0.1 s on one idle core
})
