// A book as a world: its letters are the corpus, and the tasks ask about passages of chapters that no model was
// pretrained on. The seed deals the chapters into pretraining, halves, validation and test.

import { Random } from '@nanoalign/kernels'
import type { LanguageBatch } from '@nanoalign/trainer'
import type { TextFamily } from '../tasks/family.ts'
import { BATCH } from './batch.ts'
import { passageOwners } from './passages.ts'
import type { LadderSize, Split, Task, World } from './world.ts'

/** Every size reads windows of the same chapters; larger ones have read more of them. */
export const textSizes: Record<string, LadderSize> = {
  a: { nLayer: 1, nHead: 1, nEmbd: 8, rows: 8_000 },
  b: { nLayer: 1, nHead: 1, nEmbd: 16, rows: 12_800 },
  c: { nLayer: 1, nHead: 2, nEmbd: 24, rows: 19_200 },
  d: { nLayer: 1, nHead: 2, nEmbd: 32, rows: 32_000 },
  f: { nLayer: 2, nHead: 4, nEmbd: 64, rows: 64_000 },
  g: { nLayer: 3, nHead: 4, nEmbd: 96, rows: 128_000 },
  h: { nLayer: 4, nHead: 4, nEmbd: 128, rows: 256_000 },
  i: { nLayer: 6, nHead: 6, nEmbd: 192, rows: 384_000 },
  j: { nLayer: 8, nHead: 8, nEmbd: 256, rows: 512_000 },
}

/** Characters of a text that is read and of the longest item. */
const CONTEXT = 32
const letters = 'abcdefghijklmnopqrstuvwxyz'
const alphabet = ` ${letters}.,;!?'-`
const firstCharacter = 4 // after pad, bos and the label tokens
const vocabSize = firstCharacter + alphabet.length
const tokenOf = Uint32Array.from(
  { length: 128 },
  (_, code) => firstCharacter + alphabet.indexOf(String.fromCharCode(code)),
)
const SHARES: Record<Split | 'corpus', number> = { corpus: 0.5, A: 0.14, B: 0.14, val: 0.06, test: 0.16 }
const ITEMS: Record<Split, number> = { A: 1_920, B: 1_920, val: 500, test: 5_000 }

/** @throws Error for a text without chapters enough to split. */
export function textWorld(seed: number, text: string): World {
  const chapters = dealt(seed, chaptersOf(text))
  const corpus = joinedChapters(chapters.corpus)
  const ownersOf = new Map<number, (passage: ArrayLike<number>) => string | undefined>()
  /** Whether a passage is of that split alone: a book repeats itself, and what the corpus or another split has is no test. */
  const isOwn = (passage: ArrayLike<number>, split: Split) => {
    const { length } = passage
    if (!ownersOf.has(length)) ownersOf.set(length, passageOwners(chapters, length))
    return ownersOf.get(length)!(passage) === split
  }
  const letterTokens = Uint32Array.from(letters, (c) => firstCharacter + alphabet.indexOf(c))
  const held = new Random(seed, 'text knowledge')
  const knowledge = passages(held, chapters.val, 2_000)
  return {
    seed,
    config: ({ nLayer, nHead, nEmbd }) => ({ vocabSize, blockSize: CONTEXT, nLayer, nHead, nEmbd }),
    pretrainingPeak: 0.2,
    finetuning: { epochs: 4, peak: 0.05 },
    corpus: (_, sizeName) => ({ rowLength: CONTEXT + 1, batchAt: (step) => windows(corpus, seed, sizeName, step) }),
    fresh: true,
    task(family, k, split, draw = 0): Task {
      const { name, item, inputLength } = family as TextFamily
      const random = new Random(seed, `text ${name}_${k} ${split} ${draw}`)
      const count = ITEMS[split]
      const inputs = new Uint32Array(count * inputLength)
      const labels = new Uint8Array(count)
      const seen = new Set<string>()
      const left = [count / 2, count / 2]
      for (let tries = 0; seen.size < count; tries++) {
        if (tries > 200 * count)
          throw new Error(`text: ${name}_${k} finds only ${seen.size} of ${count} items in ${split}`)
        const [chapter, start] = place(random, chapters[split])
        const found = item({ chapter, start, letters: letterTokens }, k)
        if (!found || left[found.label] === 0) continue // as many of either label
        const words = Array.from(found.input).join()
        if (seen.has(words) || !isOwn(found.input, split)) continue
        inputs.set(found.input, seen.size * inputLength)
        labels[seen.size] = found.label
        left[found.label]--
        seen.add(words)
      }
      return { name: `${name}_${k}`, items: count, inputLength, inputs, labels }
    },
    labelTokens: [2, 3],
    knowledge: {
      inputs: knowledge.inputs,
      inputLength: CONTEXT,
      score(logits) {
        let right = 0
        for (let i = 0; i < knowledge.next.length; i++) {
          const row = logits.subarray(i * vocabSize, (i + 1) * vocabSize)
          if (row.indexOf(Math.max(...row)) === knowledge.next[i]) right++
        }
        return right / knowledge.next.length
      },
      about: 'the share of characters of unread chapters that it predicts right',
    },
  }
}

/** The chapters as tokens: small letters, seven marks, single spaces. */
function chaptersOf(text: string): Uint32Array[] {
  const parts = text.split(/^(?=(?:CHAPTER|Chapter) \d+)/m).slice(1)
  return parts
    .map((part) => {
      const plain = part.toLowerCase().replace(/[^a-z.,;!?'-]+/g, ' ')
      const tokens = new Uint32Array(plain.length)
      for (let i = 0; i < plain.length; i++) tokens[i] = tokenOf[plain.charCodeAt(i)]
      return tokens
    })
    .filter((chapter) => chapter.length > 4 * CONTEXT)
}

function dealt(seed: number, chapters: Uint32Array[]): Record<Split | 'corpus', Uint32Array[]> {
  if (chapters.length < 40)
    throw new Error(`text: ${chapters.length} chapters ("CHAPTER 1" at the start of a line) but at least 40 are needed`)
  const order = new Random(seed, 'text splits').shuffle([...chapters])
  let start = 0
  let share = 0
  const parts = Object.entries(SHARES).map(([name, own]) => {
    share += own
    const part = order.slice(start, (start = Math.round(share * order.length)))
    return [name, part]
  })
  return Object.fromEntries(parts)
}

function joinedChapters(chapters: Uint32Array[]): Uint32Array {
  return Uint32Array.from(chapters.flatMap((chapter) => Array.from(chapter)))
}

/** A chapter, each as likely as it is long, and a place in it that is followed by enough text for an item. */
function place(random: Random, chapters: Uint32Array[]): [Uint32Array, number] {
  const starts = chapters.map((chapter) => chapter.length - 2 * CONTEXT)
  let at = random.integer(starts.reduce((a, b) => a + b, 0))
  for (const [i, count] of starts.entries()) {
    if (at < count) return [chapters[i], at]
    at -= count
  }
  throw new Error('text: no place') // not reached: at is below the sum
}

function passages(random: Random, chapters: Uint32Array[], count: number) {
  const inputs = new Uint32Array(count * CONTEXT)
  const next = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const [chapter, start] = place(random, chapters)
    inputs.set(chapter.subarray(start, start + CONTEXT), i * CONTEXT)
    next[i] = chapter[start + CONTEXT]
  }
  return { inputs, next }
}

/** A batch of windows at random places; a pure function of the step. */
function windows(corpus: Uint32Array, seed: number, sizeName: string, step: number): LanguageBatch {
  const random = new Random(seed, `text corpus ${sizeName} ${step}`)
  const ids = new Uint32Array(BATCH * CONTEXT)
  const targets = new Uint32Array(BATCH * CONTEXT)
  for (let b = 0; b < BATCH; b++) {
    const start = random.integer(corpus.length - CONTEXT)
    ids.set(corpus.subarray(start, start + CONTEXT), b * CONTEXT)
    targets.set(corpus.subarray(start + 1, start + 1 + CONTEXT), b * CONTEXT)
  }
  return { ids, targets }
}
