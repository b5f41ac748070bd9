// Answers and puzzles in the words of their game.

import { trueAnswers } from './answers.ts'
import type { Game } from './game.ts'
import type { TestPuzzles } from './result.ts'
import type { SplitPuzzle } from './worlds.ts'

/** The share of answers that are legal moves. */
export function legalShare(game: Game, puzzles: readonly SplitPuzzle[], tokens: Uint16Array): number {
  const R = game.moveLength
  const legal = puzzles.filter(({ prompt }, i) => game.isLegal(prompt, [...tokens.subarray(i * R, (i + 1) * R)]))
  return legal.length / puzzles.length
}

/** Moves' tokens as texts, one per move. */
export function inWords({ words, moveLength }: Game, tokens: ArrayLike<number>): string[] {
  const word = (id: number) => words[id] ?? '?'
  return Array.from({ length: tokens.length / moveLength }, (_, i) =>
    Array.from({ length: moveLength }, (_, r) => word(tokens[i * moveLength + r])).join(' '),
  )
}

export function testPuzzles(game: Game, puzzles: readonly SplitPuzzle[]): TestPuzzles {
  return {
    prompts: puzzles.map(({ prompt }) => prompt.map((id) => game.words[id]).join(' ')),
    truth: inWords(game, trueAnswers(puzzles)),
    difficulty: puzzles.map(({ difficulty }) => difficulty),
  }
}
