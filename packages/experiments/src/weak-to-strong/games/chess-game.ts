// Chess as a game of the study. A move is two tokens: the piece with the square it goes to, as in `Qh5` (pawns `Pe4`),
// and the square it came from: what standard notation says, with the disambiguation always written out. So where a piece
// stands is the text of its last move, and a small model has little to track. Promotions are to queens and written as
// the pawn's move; castling is the king's move.

import { uniqueMate } from './chess/mate.ts'
import { type Move, PIECE_LETTERS, Position, QUEEN, type Square, squareName } from './chess/position.ts'
import { type ChessGame, playChess } from './chess/self-play.ts'
import type { Game, Puzzle } from './game.ts'

const PLIES = 24
const PIECES = 6
const END = (PIECES + 1) * 64

const index = (square: Square) => (square >> 4) * 8 + (square & 7)
const squares = Array.from({ length: 64 }, (_, i) => (i >> 3) * 16 + (i & 7))

/** A move of a piece (1 to 6) as its two tokens. */
export function moveTokens(move: Pick<Move, 'from' | 'to'>, piece: number): [number, number] {
  return [(piece - 1) * 64 + index(move.to), PIECES * 64 + index(move.from)]
}

/** The legal move with these tokens, or undefined. */
export function moveOf(position: Position, [pieceAndTo, from]: readonly number[]): Move | undefined {
  const [piece, to] = [Math.floor(pieceAndTo / 64) + 1, squares[pieceAndTo % 64]]
  const origin = squares[from - PIECES * 64]
  if (origin === undefined || position.side * position.board[origin] !== piece) return undefined
  return position
    .moves()
    .find((move) => move.from === origin && move.to === to && (move.promotion === 0 || move.promotion === QUEEN))
}

/** The position after a prompt's moves. @throws Error naming the first move that cannot be played. */
export function positionAfter(prompt: readonly number[]): Position {
  const position = new Position()
  for (let at = 0; at < prompt.length; at += 2) {
    const move = moveOf(position, prompt.slice(at, at + 2))
    if (!move) throw new Error(`chess: move ${at / 2 + 1} of the prompt is not legal`)
    position.make(move)
  }
  return position
}

const tokensOf = ({ moves, pieces }: ChessGame) => moves.flatMap((move, i) => moveTokens(move, pieces[i]))

export const chess: Game = {
  name: 'chess',
  about: 'chess puzzles after the moves of a game: the one move that mates fastest',
  words: [
    ...Array.from({ length: PIECES * 64 }, (_, i) => PIECE_LETTERS[(i >> 6) + 1] + squareName(squares[i & 63])),
    ...squares.map(squareName),
    '#',
  ],
  moveLength: 2,
  maxMoves: PLIES,
  difficulties: { easy: 'mate in one', hard: 'mate in two' },
  identity: 'its position',
  hardShare: 0.25,
  sizes: {
    a: { nLayer: 1, nHead: 1, nEmbd: 16 },
    b: { nLayer: 2, nHead: 2, nEmbd: 24 },
    c: { nLayer: 2, nHead: 2, nEmbd: 40 },
    d: { nLayer: 2, nHead: 4, nEmbd: 64 },
    e: { nLayer: 3, nHead: 4, nEmbd: 96 },
    f: { nLayer: 4, nHead: 4, nEmbd: 128 },
    g: { nLayer: 6, nHead: 6, nEmbd: 192 },
    h: { nLayer: 8, nHead: 8, nEmbd: 384 },
  },
  recipe: { games: 6000, batch: 32, steps: 500, pretrainingRate: 0.2, finetuningRate: 1, epochs: 3 },
  seconds: { game: 0.003, easy: 0.0033, hard: 0.018 },
  play(random) {
    const game = playChess(random, PLIES)
    return game.mate ? { tokens: [...tokensOf(game), END], keys: game.keys } : undefined
  },
  puzzles(random) {
    const group = String(random.uint32()) // one game's puzzles are related
    const found: Puzzle[] = []
    playChess(random, PLIES - 1, (position, game) => {
      const best = uniqueMate(position)
      if (!best || (best.move.promotion !== 0 && best.move.promotion !== QUEEN)) return
      const piece = Math.abs(position.board[best.move.from])
      const [prompt, answer] = [tokensOf(game), moveTokens(best.move, piece)]
      const difficulty = best.moves === 1 ? 'easy' : 'hard'
      found.push({ prompt, answer, difficulty, key: position.key(), group })
    })
    return found
  },
  isLegal: (prompt, move) => moveOf(positionAfter(prompt), move) !== undefined,
}
