// A world with in-context episodes: rows of nouns with labels, in which one attribute decides the label but which of the
// two label tokens stands for which value changes from row to row. A model that has learned to follow them can be
// prompted with a few labelled examples; without any, it cannot know which token means what.

import { cumulativeSums, Random } from '@nanoalign/kernels'
import type { EpisodeFamily } from '../tasks/family.ts'
import { predictedBelow } from './batch.ts'
import type { LadderSize, Split, Task, World } from './world.ts'

const ROWS = 192_000

/**
 * Following an episode takes two layers, and comes as a sudden step after some 100,000 rows; with 128,000 it came on one
 * of three seeds. The smaller models read less, and know fewer nouns.
 */
export const episodeSizes: Record<string, LadderSize> = {
  a: { nLayer: 1, nHead: 1, nEmbd: 8, rows: 4_000 },
  b: { nLayer: 1, nHead: 1, nEmbd: 16, rows: 16_000 },
  c: { nLayer: 1, nHead: 2, nEmbd: 24, rows: 24_000 },
  d: { nLayer: 1, nHead: 2, nEmbd: 32, rows: 32_000 },
  f: { nLayer: 2, nHead: 2, nEmbd: 48, rows: ROWS },
  g: { nLayer: 2, nHead: 4, nEmbd: 64, rows: ROWS },
  h: { nLayer: 4, nHead: 4, nEmbd: 128, rows: ROWS },
  i: { nLayer: 6, nHead: 6, nEmbd: 192, rows: ROWS },
  j: { nLayer: 8, nHead: 8, nEmbd: 256, rows: ROWS },
}

const attributes = 4
const NOUNS = { A: 288, B: 288, val: 64, test: 160 } as const
const nounCount = 800
const WORD_NOISE = 0.1
const EPISODE_SHARE = 0.6
const MOST_SHOTS = 5
// the vocabulary: pad, bos, two label tokens, one token that names each attribute, words, nouns
const BOS = 1
const labelTokens = [2, 3] as const
const firstAsk = 4
const firstWord = firstAsk + attributes
const outputSize = firstWord + attributes * 4
const vocabSize = outputSize + nounCount
/** `bos ask` and six nouns with their labels. */
const ROW = 2 + 2 * (MOST_SHOTS + 1)

export function episodesWorld(seed: number): World {
  const columns = Array.from({ length: attributes }, (_, k) =>
    new Random(seed, `episodes attribute ${k}`).shuffle(Uint8Array.from({ length: nounCount }, (_, i) => i % 2)),
  )
  const order = new Random(seed, 'episodes splits').shuffle(Uint32Array.from({ length: nounCount }, (_, i) => i))
  const nouns = {} as Record<Split, Uint32Array>
  let start = 0
  for (const split of ['A', 'B', 'val', 'test'] as const) nouns[split] = order.slice(start, (start += NOUNS[split]))
  return {
    seed,
    config: ({ nLayer, nHead, nEmbd }) => ({ vocabSize, outputSize, blockSize: ROW, nLayer, nHead, nEmbd }),
    pretrainingPeak: 0.1,
    finetuning: { epochs: 4, peak: 0.05 },
    corpus: ({ rows }, sizeName) => ({
      rowLength: ROW,
      batchAt: predictedBelow(outputSize, corpus(new Random(seed, `episodes corpus ${sizeName}`), columns, rows), ROW),
    }),
    fresh: false,
    task(family, k, split): Task {
      const items = nouns[split].length
      return {
        name: `${family.name}_${k}`,
        items,
        inputLength: 2,
        inputs: Uint32Array.from(Array.from(nouns[split], (noun) => [BOS, outputSize + noun]).flat()),
        labels: Uint8Array.from(nouns[split], (noun) =>
          (family as EpisodeFamily).label((i) => columns[i % attributes][noun], k),
        ),
        difficulty: Float32Array.from(nouns[split]),
      }
    },
    labelTokens,
    knowledge: {
      inputs: Uint32Array.from(Array.from({ length: nounCount }, (_, noun) => [BOS, outputSize + noun]).flat()),
      inputLength: 2,
      score: (logits) => knowledge(logits, columns),
      about: 'the share of (noun, attribute) pairs for which the words of the right value are more probable',
    },
    prompts(examples, items, k, shots) {
      const inputLength = 2 + 2 * shots + 1
      const inputs = new Uint32Array(items.items * inputLength)
      for (let i = 0; i < items.items; i++) {
        const random = new Random(seed, `episodes prompt ${items.name} ${i}`)
        const chosen = random.shuffle(Array.from(examples.labels.keys())).slice(0, shots)
        const shown = chosen.flatMap((e) => [
          examples.task.inputs[2 * e + 1],
          labelTokens[Number(examples.labels[e] > 0.5)],
        ])
        inputs.set([BOS, firstAsk + k, ...shown, items.inputs[2 * i + 1]], i * inputLength)
      }
      return { inputs, inputLength }
    },
  }
}

const wordToken = (k: number, value: number, synonym: number) => firstWord + (2 * k + value) * 2 + synonym

/** Rows `bos n w×12`, or `bos ask n l n l …`. */
function corpus(random: Random, columns: Uint8Array[], rows: number): Uint32Array {
  const sums = cumulativeSums(Float64Array.from({ length: nounCount }, (_, r) => 1 / (r + 30)))
  const noun = () => random.fromCumulative(sums)
  const tokens = new Uint32Array(rows * ROW)
  for (let row = 0; row < rows; row++) {
    const all: number[] = [BOS]
    if (random.uniform() < EPISODE_SHARE) {
      const k = random.integer(attributes)
      const swapped = random.integer(2)
      all.push(firstAsk + k)
      while (all.length < ROW) {
        const about = noun()
        all.push(outputSize + about, labelTokens[columns[k][about] ^ swapped])
      }
    } else {
      const about = noun()
      all.push(outputSize + about)
      while (all.length < ROW) {
        const k = random.integer(attributes)
        const flipped = random.uniform() < WORD_NOISE ? 1 : 0
        all.push(wordToken(k, columns[k][about] ^ flipped, random.integer(2)))
      }
    }
    tokens.set(all, row * ROW)
  }
  return tokens
}

function knowledge(logits: Float32Array, columns: Uint8Array[]): number {
  let known = 0
  for (let noun = 0; noun < nounCount; noun++)
    for (let k = 0; k < attributes; k++) {
      const p = (v: number) =>
        [0, 1].reduce((sum, j) => sum + Math.exp(logits[noun * outputSize + wordToken(k, v, j)]), 0)
      const value = columns[k][noun]
      if (p(value) > p(1 - value)) known++
    }
  return known / (nounCount * attributes)
}
