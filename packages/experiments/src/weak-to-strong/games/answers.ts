// What a model plays: its most likely move, token by token.

import type { CompletionReadout } from '@nanoalign/trainer'
import { type Game, rowLength, specialTokens } from './game.ts'
import type { SplitPuzzle } from './worlds.ts'

/** Tokens that a finetuned row holds: all of a prompt and of its answer but the last. */
export function puzzleRowLength(game: Game): number {
  return rowLength(game) - 2
}

/** Puzzles' prompts as rows, start first, with room for their answers: (puzzles·puzzleRowLength). */
export function promptRows(game: Game, puzzles: readonly SplitPuzzle[]): Uint32Array<ArrayBuffer> {
  const { start, padding } = specialTokens(game)
  const T = puzzleRowLength(game)
  const rows = new Uint32Array(puzzles.length * T).fill(padding)
  puzzles.forEach(({ prompt }, i) => {
    rows.set([start, ...prompt], i * T)
  })
  return rows
}

export interface GreedyAnswers {
  /** (puzzles·moveLength) tokens */
  tokens: Uint16Array
  /** probabilities of the first token of every answer, (puzzles·outputs) */
  first: Float32Array
}

/** The most likely answer of each puzzle, one token after the other. */
export async function greedyAnswers(
  game: Game,
  readout: CompletionReadout,
  puzzles: readonly SplitPuzzle[],
): Promise<GreedyAnswers> {
  const { moveLength: R } = game
  const T = puzzleRowLength(game)
  const outputs = specialTokens(game).start
  const rows = promptRows(game, puzzles)
  const tokens = new Uint16Array(puzzles.length * R)
  let first = new Float32Array()
  for (let r = 0; r < R; r++) {
    const places = Uint32Array.from(puzzles, ({ prompt }) => prompt.length + r)
    const logits = await readout.logits(rows, places)
    if (r === 0) first = softmaxRows(logits, outputs)
    puzzles.forEach((_, i) => {
      const token = argmax(logits, i * outputs, outputs)
      tokens[i * R + r] = token
      if (r + 1 < R) rows[i * T + places[i] + 1] = token
    })
  }
  return { tokens, first }
}

/** The right answers' tokens, (puzzles·moveLength). */
export function trueAnswers(puzzles: readonly SplitPuzzle[]): Uint16Array {
  return Uint16Array.from(puzzles.flatMap(({ answer }) => answer))
}

function argmax(values: Float32Array, from: number, count: number): number {
  let best = 0
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i
  return best
}

function softmaxRows(logits: Float32Array, width: number): Float32Array<ArrayBuffer> {
  const probabilities = new Float32Array(logits.length)
  for (let from = 0; from < logits.length; from += width) {
    const most = logits[from + argmax(logits, from, width)]
    let sum = 0
    for (let i = from; i < from + width; i++) sum += probabilities[i] = Math.exp(logits[i] - most)
    for (let i = from; i < from + width; i++) probabilities[i] /= sum
  }
  return probabilities
}
