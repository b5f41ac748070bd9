// What the study asks of a game: a language of moves, games for pretraining, and puzzles with one provably best move.

import type { Random } from '@nanoalign/kernels'
import type { GPTConfig } from '@nanoalign/model'

export interface Game {
  name: string
  /** What is played and what is asked, for the report; one sentence, without a full stop. */
  about: string
  /** Texts of the tokens: those of moves first, then the one that ends a game. Start and padding come behind them. */
  words: readonly string[]
  /** Tokens of one move. */
  moveLength: number
  /** Moves of the longest game. */
  maxMoves: number
  /** What easy and hard puzzles are, for the report; some games have no hard ones. */
  difficulties: { easy: string; hard?: string }
  /** What a puzzle may not share with a game of the corpus or a puzzle of another split, for the report. */
  identity: string
  /** Share of hard puzzles among those that everything but the easy-to-hard analysis is measured on. */
  hardShare: number
  /** The ladder of models, in order of size. */
  sizes: Record<string, GameModelSize>
  recipe: GameRecipe
  /** What one game of the corpus takes to make, and one easy or hard puzzle to find, in seconds on one processor core. */
  seconds: { game: number; easy: number; hard?: number }
  /** One game of the pretraining corpus. A game that is not to be read is undefined; the next one is asked for instead. */
  play(random: Random): PlayedGame | undefined
  /** The puzzles of one more game, played in the same way. */
  puzzles(random: Random): Puzzle[]
  /** Whether `move` may be played after `prompt`; for the share of legal answers. */
  isLegal(prompt: readonly number[], move: readonly number[]): boolean
}

export type Difficulty = 'easy' | 'hard'

export interface GameModelSize {
  nLayer: number
  nHead: number
  nEmbd: number
}

export interface GameRecipe {
  /** games of the corpus, which all sizes read alike: the same ones in the same order */
  games: number
  /** games per step of pretraining, and its steps */
  batch: number
  steps: number
  /** peak learning rate of pretraining times nEmbd */
  pretrainingRate: number
  /** peak learning rate of finetuning times nEmbd² */
  finetuningRate: number
  /** of finetuning */
  epochs: number
}

export interface PlayedGame {
  /** its moves' tokens, and the end token if it has ended */
  tokens: number[]
  /** what stands before each move; a puzzle with one of these keys is not used */
  keys: string[]
}

export interface Puzzle {
  /** tokens of the moves so far */
  prompt: number[]
  /** tokens of the best move */
  answer: number[]
  difficulty: Difficulty
  /** two puzzles with one key are the same */
  key: string
  /** puzzles of one group are never divided between splits */
  group: string
}

/** Ids of the tokens that are no words of the game. */
export function specialTokens({ words }: Pick<Game, 'words'>): { end: number; start: number; padding: number } {
  // predicted tokens are filled up to a multiple of four, for vector reads
  const outputs = 4 * Math.ceil(words.length / 4)
  return { end: words.length - 1, start: outputs, padding: outputs + 1 }
}

/** Tokens of the longest row: start, moves, end. */
export function rowLength({ moveLength, maxMoves }: Game): number {
  return moveLength * maxMoves + 2
}

/** The model of a size for a game. */
export function gameModel(game: Game, { nLayer, nHead, nEmbd }: GameModelSize): GPTConfig {
  const { start, padding } = specialTokens(game)
  return { vocabSize: padding + 1, outputSize: start, blockSize: rowLength(game) - 1, nLayer, nHead, nEmbd }
}
