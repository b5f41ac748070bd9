// Batches for pretraining and for finetuning.

import { Random } from '@nanoalign/kernels'
import type { CompletionBatch, LanguageBatch } from '@nanoalign/trainer'
import { puzzleRowLength, trueAnswers } from './answers.ts'
import { type Game, rowLength, specialTokens } from './game.ts'
import type { GameFinetuneInputs } from './stages.ts'
import type { GameSplit, GameWorld } from './worlds.ts'

/** The corpus in batches of B games; the games are shuffled anew each time all have been read. */
export function corpusBatches(
  game: Game,
  games: Uint16Array,
  B: number,
  seed: number,
): (step: number) => LanguageBatch {
  const length = rowLength(game)
  const T = length - 1
  const count = games.length / length
  const { padding } = specialTokens(game)
  const orders = new Map<number, number[]>()
  const order = (pass: number) => {
    if (!orders.has(pass)) {
      orders.clear() // passes come one after the other
      const all = Array.from({ length: count }, (_, i) => i)
      orders.set(pass, new Random(seed, `w2s/${game.name}/order/games/${pass}`).shuffle(all))
    }
    return orders.get(pass)!
  }
  return (step) => {
    const ids = new Uint32Array(B * T)
    const targets = new Uint32Array(B * T)
    const weights = new Float32Array(B * T)
    let predicted = 0
    for (let b = 0; b < B; b++) {
      const nth = step * B + b
      const at = order(Math.floor(nth / count))[nth % count] * length
      const row = games.subarray(at, at + length)
      for (let t = 0; t < T; t++) {
        ids[b * T + t] = row[t]
        if (row[t + 1] === padding) continue
        targets[b * T + t] = row[t + 1]
        weights[b * T + t] = 1
        predicted++
      }
    }
    return { ids, targets, weights: weights.map((weight) => weight / predicted) }
  }
}

/** What each place of each answer should be: its token, or (soft) the probabilities of all. */
export function labelsOf(game: Game, { puzzles }: GameWorld, split: GameSplit, labels: GameFinetuneInputs['labels']) {
  if (labels === 'ground-truth') return { tokens: trueAnswers(puzzles[split]) }
  const { answers, soft } = labels.weak.value
  const tokens = answers[split]
  if (!tokens) throw new Error(`${game.name}: the weak supervisor has not answered split ${split}`)
  if (!labels.soft) return { tokens }
  if (split !== 'B' || !soft) throw new Error(`${game.name}: there are no soft labels of split ${split}`)
  return { tokens, soft }
}

export function completionBatch(
  game: Game,
  items: GameWorld['puzzles'][GameSplit],
  rows: Uint32Array,
  { tokens, soft }: { tokens: Uint16Array; soft?: Float32Array },
  chosen: readonly number[],
  K: number,
): CompletionBatch {
  const [T, R] = [puzzleRowLength(game), game.moveLength]
  const B = chosen.length
  const batch = {
    ids: new Uint32Array(B * T),
    places: new Uint32Array(B * R),
    targets: new Uint32Array(B * R * K),
    weights: new Float32Array(B * R * K),
  }
  chosen.forEach((item, b) => {
    const label = tokens.subarray(item * R, (item + 1) * R)
    const at = items[item].prompt.length // the start token comes first
    batch.ids.set(rows.subarray(item * T, (item + 1) * T), b * T)
    batch.ids.set(label.subarray(0, R - 1), b * T + at + 1)
    for (let r = 0; r < R; r++) {
      batch.places[b * R + r] = at + r
      for (let k = 0; k < K; k++) {
        batch.targets[(b * R + r) * K + k] = soft ? k : label[r]
        batch.weights[(b * R + r) * K + k] = (soft ? soft[item * K + k] : 1) / B
      }
    }
  })
  return batch
}
