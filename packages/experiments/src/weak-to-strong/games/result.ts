// What the study of games finds, as plain data: every answer in the words of the game, and the solutions, from which all
// numbers of the report are computed, here or by anyone else.

import type { Difficulty } from './game.ts'
import type { GameOptions, GamePair } from './options.ts'

/** Test puzzles and their solutions, in words such as `Qh5 d1`. */
export interface TestPuzzles {
  prompts: string[]
  truth: string[]
  difficulty: Difficulty[]
}

export interface GameSizeResult {
  parameters: number
  /** floating-point operations of its pretraining */
  flops: number
  losses: number[]
  /** answers to the test puzzles by the pretrained model as it is */
  zeroShot: string[]
  /** finetuned on the truth of half A, and half B; as far as the study needs them */
  weak?: string[]
  ceiling?: string[]
  /** share of right validation answers at every look, of those two */
  curves: Record<string, number[]>
}

export interface GamePairResult extends GamePair {
  /** answers to the test puzzles, by method */
  students: Record<string, string[]>
  /** by method: share of right validation answers at every look */
  curves: Record<string, number[]>
}

/** A strong model trained on easy or hard puzzles alone, or not at all, on both tests. */
export interface EasyToHardResult {
  easy: TestPuzzles
  hard: TestPuzzles
  /** by size: 'zero-shot', 'easy', 'hard' → answers to [easy, hard] */
  sizes: Record<string, Record<'zero-shot' | 'easy' | 'hard', [string[], string[]]>>
}

export interface GameSeedResult {
  seed: number
  test: TestPuzzles
  /** puzzles that were found and not used, as a game or another split has their position */
  dropped: number
  sizes: Record<string, GameSizeResult>
  /** the main pair first */
  pairs: GamePairResult[]
  /** the naive student with the confidence loss at α = 0 gives the same answers at every look */
  alphaZeroIsNaive: boolean
  /** share of answers to the test puzzles that are legal moves, by who */
  legal: Record<string, number>
  easyToHard?: EasyToHardResult
  /** without pretraining: the naive student and the ceiling of the main pair */
  scratch?: { student: string[]; ceiling: string[] }
}

export interface GameResult {
  options: GameOptions
  seeds: GameSeedResult[]
}
