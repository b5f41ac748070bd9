// The attribute world: nouns with binary attributes, seen in pretraining only through noisy words about them.
// A model learns the attributes as far as its pretraining goes, but no task label ever occurs in the corpus, so
// finetuning has to elicit knowledge that is there rather than teach it. The frozen numbers ("flatN1600") were
// chosen on seed 0 and are measured on other seeds.

import { cumulativeSums, Random } from '@nanoalign/kernels'

/** Number of binary attributes of a noun, K. */
export const attributeCount = 8

// the vocabulary, in this order: pad, bos, two label tokens, grp, attribute words, nouns
export const padToken = 0
export const bosToken = 1
/** Never in the corpus: the strong model's own logits for label 0 and label 1 in the zero-shot test. */
export const labelTokens = [2, 3] as const
/** Ends a group of three nouns; what follows is about their majority. */
export const groupToken = 4
const firstWord = 5
const synonyms = 2
const valuesPerAttribute = 2

/** Only ids below this are ever predicted: everything but the nouns, so logits are h · wte[0:37]ᵀ. */
export const outputSize = firstWord + attributeCount * valuesPerAttribute * synonyms

/** Tokens per corpus row: `bos n w×8` or `bos n n n grp w×5`. Rows are never padded. */
export const rowLength = 10
const groupNouns = 3

export type Split = 'A' | 'B' | 'val' | 'test'
export const splits: readonly Split[] = ['A', 'B', 'val', 'test']

/** What defines a world besides its seed. */
export interface AttributeWorldConfig {
  /** Nouns per split; they add up to the number of nouns. All nouns are in the corpus, each in one split. */
  nouns: Record<Split, number>
  /** Noun of frequency rank r has p(r) ∝ 1 / (r + nounOffset). */
  nounOffset: number
  /** A word is about attribute k with q(k) ∝ 1 / (k + attributeOffset): nearly flat when the offset is large. */
  attributeOffset: number
  /** Probability that a word says the wrong value. */
  wordNoise: number
  /** Share of corpus rows about a group of three nouns. */
  groupShare: number
}

export const flatN1600: AttributeWorldConfig = {
  nouns: { A: 500, B: 500, val: 200, test: 400 },
  nounOffset: 30,
  attributeOffset: 100,
  wordNoise: 0.1,
  groupShare: 0.1,
}

/** Vocabulary size of {@link flatN1600}. */
export const vocabSize = outputSize + 1600

/** A world: a pure function of its seed and configuration. Nouns are numbered by frequency rank, 0 = most frequent. */
export interface AttributeWorld {
  seed: number
  config: AttributeWorldConfig
  nounCount: number
  vocabSize: number
  /** (nouns, K), 0 or 1; every column has equally many of both. */
  attributes: Uint8Array
  /** The nouns of each split, in random order. */
  splits: Record<Split, Uint32Array>
}

export function createAttributeWorld(seed: number, options: Partial<AttributeWorldConfig> = {}): AttributeWorld {
  const config = { ...flatN1600, ...options }
  const nounCount = splits.reduce((sum, split) => sum + config.nouns[split], 0)
  const attributes = new Uint8Array(nounCount * attributeCount)
  for (let k = 0; k < attributeCount; k++) {
    // a permutation of 0, 1, 0, 1, …: balanced, and independent of frequency and of the other attributes
    const column = new Random(seed, `attribute-world attribute ${k}`).shuffle(
      Uint8Array.from({ length: nounCount }, (_, i) => i % 2),
    )
    for (let noun = 0; noun < nounCount; noun++) attributes[noun * attributeCount + k] = column[noun]
  }

  const order = new Random(seed, 'attribute-world splits').shuffle(Uint32Array.from({ length: nounCount }, (_, i) => i))
  const nounsOf = {} as Record<Split, Uint32Array>
  let start = 0
  for (const split of splits) nounsOf[split] = order.slice(start, (start += config.nouns[split]))
  return { seed, config, nounCount, vocabSize: outputSize + nounCount, attributes, splits: nounsOf }
}

/** Token of a noun given its frequency rank. */
export function nounToken(noun: number): number {
  return outputSize + noun
}

/** Token of synonym j (0 or 1) for value v (0 or 1) of attribute k. */
export function wordToken(k: number, v: number, j: number): number {
  return firstWord + (valuesPerAttribute * k + v) * synonyms + j
}

/** Value of attribute k (0 to K − 1) of a noun. */
export function attributeOf(world: AttributeWorld, noun: number, k: number): number {
  return world.attributes[noun * attributeCount + k]
}

/** Rows of tokens, (rows, rowLength). */
export interface Corpus {
  tokens: Uint32Array
  rows: number
  rowLength: number
}

/**
 * The pretraining corpus of one model size. `stream` names the draw: give the size, so that two sizes read
 * independent corpora of the same world (as the recipe does), or one name for all to compare sizes on equal data.
 * A longer corpus of the same stream starts with the shorter one.
 */
export function pretrainingCorpus(world: AttributeWorld, { rows, stream }: { rows: number; stream: string }): Corpus {
  const { seed, config, nounCount, attributes } = world
  const random = new Random(seed, `attribute-world corpus ${stream}`)
  const nounSums = cumulativeSums(Float64Array.from({ length: nounCount }, (_, r) => 1 / (r + config.nounOffset)))
  const wordSums = cumulativeSums(wordWeights(config))
  const tokens = new Uint32Array(rows * rowLength)
  const values = new Uint8Array(attributeCount)
  let at = 0
  for (let row = 0; row < rows; row++) {
    const nouns = random.uniform() < config.groupShare ? groupNouns : 1
    values.fill(0)
    tokens[at++] = bosToken
    for (let i = 0; i < nouns; i++) {
      const noun = random.fromCumulative(nounSums)
      tokens[at++] = nounToken(noun)
      for (let k = 0; k < attributeCount; k++) values[k] += attributes[noun * attributeCount + k]
    }
    if (nouns === groupNouns) tokens[at++] = groupToken
    for (const end = (row + 1) * rowLength; at < end; ) {
      // attributes repeat within a row (drawn with replacement): without the repeats almost nothing is learned
      const outcome = random.fromCumulative(wordSums)
      const k = outcome >> 2
      const flipped = (outcome >> 1) & 1
      const value = values[k] * 2 > nouns ? 1 : 0
      tokens[at++] = wordToken(k, value ^ flipped, outcome & 1)
    }
  }
  return { tokens, rows, rowLength }
}

/** Joint weights of (attribute k, flipped, synonym) at index 4k + 2·flipped + synonym, so that one draw gives a word. */
function wordWeights({ attributeOffset, wordNoise }: AttributeWorldConfig): Float64Array {
  return Float64Array.from({ length: attributeCount * 4 }, (_, outcome) => {
    const flipped = (outcome >> 1) & 1
    return (flipped ? wordNoise : 1 - wordNoise) / ((outcome >> 2) + attributeOffset)
  })
}

/** Next-token examples, each (rows, rowLength − 1). */
export interface CorpusBatch {
  inputs: Uint32Array
  /** 0 (a valid id) where the weight is 0. */
  targets: Uint32Array
  /** 0 where the target is a noun, which the model is not asked to predict, else 1. */
  weights: Float32Array
  rows: number
  inputLength: number
}

/** Inputs and targets of `rows` corpus rows from `firstRow` on. Rows are independent, so reading in order is one epoch. */
export function corpusBatch({ tokens, rowLength }: Corpus, firstRow: number, rows: number): CorpusBatch {
  if (firstRow < 0 || (firstRow + rows) * rowLength > tokens.length)
    throw new RangeError(
      `corpusBatch: rows ${firstRow} to ${firstRow + rows - 1} of a corpus with ${tokens.length / rowLength} rows`,
    )
  const inputLength = rowLength - 1
  const inputs = new Uint32Array(rows * inputLength)
  const targets = new Uint32Array(rows * inputLength)
  const weights = new Float32Array(rows * inputLength)
  for (let row = 0, to = 0; row < rows; row++) {
    for (let t = 0, from = (firstRow + row) * rowLength; t < inputLength; t++, from++, to++) {
      inputs[to] = tokens[from]
      if (tokens[from + 1] >= outputSize) continue
      targets[to] = tokens[from + 1]
      weights[to] = 1
    }
  }
  return { inputs, targets, weights, rows, inputLength }
}
