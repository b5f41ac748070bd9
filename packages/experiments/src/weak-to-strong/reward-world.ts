// Comparisons for reward models: texts of two to five nouns whose hidden quality is how many of them have attribute k.
// Longer texts tend to be better, so length is a tempting cue, and an imperfect one (the recipe's rm_k).

import { Random } from '@nanoalign/kernels'
import {
  type AttributeWorld,
  attributeCount,
  attributeOf,
  bosToken,
  groupToken,
  nounToken,
  rowLength,
  type Split,
  wordToken,
} from './attribute-world.ts'

const SHORTEST = 2
const LONGEST = 5
/** Tokens of the longest text: `bos n n n n n grp`. Shorter ones are filled up. */
export const textLength = LONGEST + 2

/** Of the test 20,000 over the eight attributes. */
const pairsOf: Record<Split, number> = { A: 1000, B: 1000, val: 500, test: 2500 }

export interface Comparisons {
  pairs: number
  /** (2·pairs·textLength): the texts of pair p are 2p and 2p + 1 */
  inputs: Uint32Array<ArrayBuffer>
  /** (2·pairs) tokens of each text */
  lengths: Uint32Array
  /** (pairs) 1 where the second text is better; ties do not occur */
  labels: Uint8Array
}

/** Pairs of independent texts about nouns of one split, for attribute k. */
export function comparisons(world: AttributeWorld, k: number, split: Split): Comparisons {
  const random = new Random(world.seed, `attribute-world rm_${k} ${split}`)
  const nouns = world.splits[split]
  const drawText = () =>
    Array.from({ length: SHORTEST + random.integer(LONGEST - SHORTEST + 1) }, () => nouns[random.integer(nouns.length)])
  const quality = (text: number[]) => text.reduce((sum, noun) => sum + attributeOf(world, noun, k), 0)
  const pairs = pairsOf[split]
  const inputs = new Uint32Array(2 * pairs * textLength)
  const lengths = new Uint32Array(2 * pairs)
  const labels = new Uint8Array(pairs)
  for (let pair = 0; pair < pairs; pair++) {
    let texts = [drawText(), drawText()]
    while (quality(texts[0]) === quality(texts[1])) texts = [drawText(), drawText()]
    texts.forEach((text, t) => {
      inputs.set([bosToken, ...text.map(nounToken), groupToken], (2 * pair + t) * textLength)
      lengths[2 * pair + t] = text.length + 2
    })
    labels[pair] = Number(quality(texts[1]) > quality(texts[0]))
  }
  return { pairs, inputs, lengths, labels }
}

/**
 * What a language model reads before it becomes a reward model: the compared texts of both halves, better and worse alike,
 * each followed by words about the attributes that most of its nouns have, as in the corpus. Rows of the corpus's length.
 */
export function rewardTexts(world: AttributeWorld, k: number): Uint32Array[] {
  const random = new Random(world.seed, `attribute-world rm_${k} words`)
  return (['A', 'B'] as const).flatMap((split) => {
    const { inputs, lengths } = comparisons(world, k, split)
    return Array.from(lengths, (length, text) => {
      const row = new Uint32Array(rowLength)
      row.set(inputs.subarray(text * textLength, text * textLength + length))
      const nouns = Array.from(row.subarray(1, length - 1), (id) => id - nounToken(0))
      for (let t = length; t < rowLength; t++) {
        const attribute = random.integer(attributeCount)
        const ones = nouns.reduce((sum, noun) => sum + attributeOf(world, noun, attribute), 0)
        const tie = 2 * ones === nouns.length
        const value = tie ? random.integer(2) : Number(2 * ones > nouns.length)
        const flipped = random.uniform() < world.config.wordNoise ? 1 : 0
        row[t] = wordToken(attribute, value ^ flipped, random.integer(2))
      }
      return row
    })
  })
}
