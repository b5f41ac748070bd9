// The binding world: two nouns, each followed by a marker, and words about the noun whose marker comes again. A model of
// one layer sees both nouns but cannot tell which one a marker belongs to, so it is right where they agree and guesses
// where they differ. All sizes read the same rows: the gap comes from depth alone. (Recipe: depth-driven gap, "k4".)

import { cumulativeSums, Random } from '@nanoalign/kernels'
import type { BindingFamily } from '../tasks/family.ts'
import { predictedBelow } from './batch.ts'
import type { LadderSize, Split, Task, World } from './world.ts'

const ROWS = 64_000

/** b, c and d have one layer, f and more have two: same rows for all, in the same order. */
export const bindingSizes: Record<string, LadderSize> = {
  a: { nLayer: 1, nHead: 1, nEmbd: 8, rows: ROWS },
  b: { nLayer: 1, nHead: 1, nEmbd: 16, rows: ROWS },
  c: { nLayer: 1, nHead: 2, nEmbd: 24, rows: ROWS },
  d: { nLayer: 1, nHead: 2, nEmbd: 32, rows: ROWS },
  f: { nLayer: 2, nHead: 2, nEmbd: 32, rows: ROWS },
  g: { nLayer: 2, nHead: 4, nEmbd: 64, rows: ROWS },
  h: { nLayer: 4, nHead: 4, nEmbd: 128, rows: ROWS },
  i: { nLayer: 6, nHead: 6, nEmbd: 192, rows: ROWS },
  j: { nLayer: 8, nHead: 8, nEmbd: 256, rows: ROWS },
}

export const bindingAttributes = 4
const NOUNS = { A: 100, B: 100, val: 40, test: 80 } as const
const nounCount = 320
const WORD_NOISE = 0.1
const SIMPLE_SHARE = 0.4
const IMMEDIATE_SHARE = 0.3
// the vocabulary: pad, bos, two label tokens, four markers, words, nouns
const BOS = 1
const firstMarker = 4
const markers = 4
const firstWord = firstMarker + markers
const outputSize = firstWord + bindingAttributes * 4
const vocabSize = outputSize + nounCount
const ROW = 13
const ITEMS = { A: 500, B: 500, val: 500, test: 5_000 } as const

export function bindingWorld(seed: number): World {
  const columns = Array.from({ length: bindingAttributes }, (_, k) =>
    new Random(seed, `binding attribute ${k}`).shuffle(Uint8Array.from({ length: nounCount }, (_, i) => i % 2)),
  )
  const order = new Random(seed, 'binding splits').shuffle(Uint32Array.from({ length: nounCount }, (_, i) => i))
  const nouns = {} as Record<Split, Uint32Array>
  let start = 0
  for (const split of ['A', 'B', 'val', 'test'] as const) nouns[split] = order.slice(start, (start += NOUNS[split]))
  const contexts = new Map<string, Uint32Array>()

  /** The prompts `bos n₁ c₁ n₂ c₂ c` of a split: the same for every family and k, none of them twice. */
  const promptsOf = (split: Split, draw: number) => {
    const name = draw === 0 ? split : `${split} ${draw}`
    if (!contexts.has(name))
      contexts.set(name, prompts(new Random(seed, `binding items ${name}`), nouns[split], ITEMS[split]))
    return contexts.get(name)!
  }
  const probe = prompts(new Random(seed, 'binding knowledge'), order, 2_000)

  return {
    seed,
    config: ({ nLayer, nHead, nEmbd }) => ({ vocabSize, outputSize, blockSize: ROW - 1, nLayer, nHead, nEmbd }),
    pretrainingPeak: 0.1,
    finetuning: { epochs: 8, peak: 0.01 },
    corpus({ rows }, sizeName) {
      const copy = / copy \d+$/.exec(sizeName)?.[0] ?? '' // sizes read the same rows, an ensemble's members others
      return corpus(new Random(seed, `binding corpus${copy}`), columns, rows)
    },
    initialise(values, { nLayer, nEmbd: C }) {
      if (nLayer < 2) return
      // queries like keys make "the same token" likely, without which two layers often stay where one layer is
      const weight = values[`h.${nLayer - 1}.attn.c_attn.weight`] // (C, 3C): query, key, value
      for (let row = 0; row < C; row++)
        for (let c = 0; c < C; c++) {
          const at = row * 3 * C + c
          weight[at + C] *= 1.5
          weight[at] = weight[at + C]
        }
    },
    fresh: true,
    task(family, k, split, draw = 0): Task {
      const { label } = family as BindingFamily
      const inputs = promptsOf(split, draw)
      const items = inputs.length / 6
      const meant = (i: number) => inputs[6 * i + (inputs[6 * i + 5] === inputs[6 * i + 2] ? 1 : 3)] - outputSize
      const answer = (noun: number) => label((i) => columns[i % bindingAttributes][noun], k)
      const other = (i: number) => inputs[6 * i + 1] + inputs[6 * i + 3] - 2 * outputSize - meant(i)
      return {
        name: `${family.name}_${k}`,
        items,
        inputLength: 6,
        inputs,
        labels: Uint8Array.from({ length: items }, (_, i) => answer(meant(i))),
        // hard where the two nouns would give different answers
        difficulty: Float32Array.from({ length: items }, (_, i) => Number(answer(meant(i)) !== answer(other(i)))),
      }
    },
    labelTokens: [2, 3],
    knowledge: {
      inputs: probe,
      inputLength: 6,
      score(logits) {
        let known = 0
        for (let i = 0; i < probe.length / 6; i++) {
          const noun = probe[6 * i + (probe[6 * i + 5] === probe[6 * i + 2] ? 1 : 3)] - outputSize
          for (let k = 0; k < bindingAttributes; k++) {
            const p = (v: number, j: number) => Math.exp(logits[i * outputSize + wordToken(k, v, j)])
            const value = columns[k][noun]
            if (p(value, 0) + p(value, 1) > p(1 - value, 0) + p(1 - value, 1)) known++
          }
        }
        return known / ((probe.length / 6) * bindingAttributes)
      },
      about: 'the share of (prompt, attribute) pairs for which the words of the right value are more probable',
    },
  }
}

const wordToken = (k: number, value: number, synonym: number) => firstWord + (2 * k + value) * 2 + synonym

/** Two different markers. */
function twoMarkers(random: Random): [number, number] {
  const first = random.integer(markers)
  return [firstMarker + first, firstMarker + ((first + 1 + random.integer(markers - 1)) % markers)]
}

function prompts(random: Random, from: Uint32Array, count: number): Uint32Array {
  const seen = new Set<string>()
  const inputs = new Uint32Array(6 * count)
  while (seen.size < count) {
    const [first, second] = [from[random.integer(from.length)], from[random.integer(from.length)]]
    if (first === second) continue
    const [c1, c2] = twoMarkers(random)
    const prompt = [BOS, outputSize + first, c1, outputSize + second, c2, random.integer(2) === 0 ? c1 : c2]
    const name = prompt.join()
    if (seen.has(name)) continue
    inputs.set(prompt, 6 * seen.size)
    seen.add(name)
  }
  return inputs
}

/** Rows `bos n c w×8`, or `bos n₁ c₁ n₂ c₂ c w×3 c′ w×3`, of which some begin with the words. */
function corpus(random: Random, columns: Uint8Array[], rows: number) {
  const sums = cumulativeSums(Float64Array.from({ length: nounCount }, (_, r) => 1 / (r + 30)))
  const noun = () => random.fromCumulative(sums)
  const words = (about: number, count: number) =>
    Array.from({ length: count }, () => {
      const k = random.integer(bindingAttributes)
      const flipped = random.uniform() < WORD_NOISE ? 1 : 0
      return wordToken(k, columns[k][about] ^ flipped, random.integer(2))
    })
  const tokens = new Uint32Array(rows * ROW) // what is left of a row is pad
  for (let row = 0; row < rows; row++) {
    const all: number[] = [BOS]
    if (random.uniform() < SIMPLE_SHARE) {
      const about = noun()
      all.push(outputSize + about, firstMarker + random.integer(markers), ...words(about, 8))
    } else {
      const pair = [noun(), noun()]
      const marks = twoMarkers(random)
      all.push(outputSize + pair[0], marks[0], outputSize + pair[1], marks[1])
      if (random.uniform() < IMMEDIATE_SHARE) all.push(...words(pair[1], 3))
      else {
        const first = random.integer(2)
        all.push(marks[first], ...words(pair[first], 3))
      }
      const second = random.integer(2)
      all.push(marks[second], ...words(pair[second], 3))
    }
    tokens.set(all, row * ROW)
  }
  return { rowLength: ROW, batchAt: predictedBelow(outputSize, tokens, ROW) }
}
