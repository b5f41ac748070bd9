// The small board game: who gets three in a row on 4 × 4. A token is a square. Two corpora of it:
// `board`: players take a win half of the time they see one, so that the language model itself likes winning moves;
// `misere`: whoever completes a line loses, and players avoid it nine times in ten. The same squares matter, but the model
// has learned to stay away from them: asked for the completing square, it knows and does not tell.

import type { Random } from '@nanoalign/kernels'
import type { Game, PlayedGame, Puzzle } from './game.ts'
import { afterMove, canonical, completes, freeSquares, SQUARES, solve, winningSquares } from './line-board.ts'

const WIN_TAKEN = 0.5
const LOSS_AVOIDED = 0.9
const END = SQUARES

const shared = {
  words: [...Array.from({ length: SQUARES }, (_, square) => 'abcd'[square % 4] + (4 - (square >> 2))), '.'],
  moveLength: 1,
  maxMoves: SQUARES,
  identity: 'its moves so far',
  hardShare: 0,
  sizes: {
    A: { nLayer: 1, nHead: 1, nEmbd: 8 },
    B: { nLayer: 2, nHead: 1, nEmbd: 16 },
    C: { nLayer: 2, nHead: 2, nEmbd: 24 },
    D: { nLayer: 2, nHead: 2, nEmbd: 40 },
    E: { nLayer: 3, nHead: 2, nEmbd: 64 },
    F: { nLayer: 4, nHead: 4, nEmbd: 128 },
    // for the preset `full`, on a GPU
    G: { nLayer: 6, nHead: 6, nEmbd: 192 },
    H: { nLayer: 8, nHead: 8, nEmbd: 256 },
  },
  recipe: { games: 40_000, batch: 64, steps: 900, pretrainingRate: 0.2, finetuningRate: 0.64, epochs: 2 },
  seconds: { game: 1e-5, easy: 1e-4, hard: 4e-4 },
  isLegal: (prompt: readonly number[], [square]: readonly number[]) => square < SQUARES && !prompt.includes(square),
}

interface Stones {
  own: number
  other: number
  played: number[]
}

/** Plays a game; `look` sees the stones before each move. */
function play(random: Random, choose: (stones: Stones) => number[], look: (stones: Stones) => void = () => {}) {
  let stones: Stones = { own: 0, other: 0, played: [] }
  const game: PlayedGame = { tokens: [], keys: [] }
  while (game.tokens.length < SQUARES) {
    look(stones)
    const squares = choose(stones)
    const square = squares[random.integer(squares.length)]
    game.keys.push(stones.played.join())
    game.tokens.push(square)
    if (completes(stones.own, square)) break
    const { own, other, played } = stones
    stones = { own: other, other: own | (1 << square), played: [...played, square] }
  }
  game.tokens.push(END)
  return game
}

function board(
  name: string,
  about: string,
  difficulties: Game['difficulties'],
  choose: (random: Random, stones: Stones) => number[],
): Game {
  // what is known of a position does not depend on the game it came from
  const known = new Map<number, number>()
  return {
    ...shared,
    name,
    about,
    difficulties,
    play: (random) => play(random, (stones) => choose(random, stones)),
    puzzles(random) {
      const found: Puzzle[] = []
      play(
        random,
        (stones) => choose(random, stones),
        ({ own, other, played }) => {
          const best = bestMoves(own, other, known)
          if (best?.squares.length !== 1) return
          found.push({
            prompt: played,
            answer: best.squares,
            difficulty: best.stones === 1 ? 'easy' : 'hard',
            key: played.join(),
            group: canonical(own, other),
          })
        },
      )
      // of the easy ones of a game only one: they follow each other closely
      const easy = found.filter(({ difficulty }) => difficulty === 'easy')
      const one = easy.length > 0 ? [easy[random.integer(easy.length)]] : []
      const hard = difficulties.hard ? found.filter(({ difficulty }) => difficulty === 'hard') : []
      return [...one, ...hard]
    },
  }
}

/** The squares that win fastest with best play, where that takes one or two own stones. */
export function bestMoves(
  own: number,
  other: number,
  known: Map<number, number>,
): { squares: number[]; stones: number } | undefined {
  const now = winningSquares(own, other)
  if (now.length > 0) return { squares: now, stones: 1 }
  if (solve(own, other, known) !== 2) return undefined
  const squares = freeSquares(own | other).filter((square) => afterMove(own, other, square, known) === 2)
  return { squares, stones: 2 }
}

export const lineBoard: Game = board(
  'board',
  'three in a row on 4 × 4; players take a win half of the time',
  { easy: 'completes a line at once', hard: 'wins with the second stone, whatever the reply' },
  (random, { own, other }) => {
    const wins = winningSquares(own, other)
    return wins.length > 0 && random.uniform() < WIN_TAKEN ? wins : freeSquares(own | other)
  },
)

export const misere: Game = board(
  'misere',
  'three in a row on 4 × 4, where completing a line loses and players avoid it; the puzzle asks for just that square',
  { easy: 'completes a line' },
  (random, { own, other }) => {
    const free = freeSquares(own | other)
    const safe = free.filter((square) => !completes(own, square))
    return safe.length > 0 && random.uniform() < LOSS_AVOIDED ? safe : free
  },
)
