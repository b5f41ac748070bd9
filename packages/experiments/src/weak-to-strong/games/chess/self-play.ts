// Legal self-play between an attacker (White) and a beginner, who moves at random but likes to push the pawns in front of
// the king. The attacker likes captures, checks, squares around the enemy king and threats of mate, seldom leaves a piece
// where it can be taken, and plays a mate in one half of the times it has one. So tactics are common, and, as in games of
// people, the move that was played is not always the best one.

import { cumulativeSums, type Random } from '@nanoalign/kernels'
import { canMate, matingMoves } from './mate.ts'
import { BISHOP, KING, KNIGHT, type Move, PAWN, Position, QUEEN, type Square } from './position.ts'

/** In pawns, by piece. */
const VALUES = [0, 1, 3, 3, 5, 9, 0]
const MATE_TAKEN = 0.5
/** Candidates that the attacker examines for a threat of mate. */
const CANDIDATES = 3
const AROUND = [16, 1, -16, -1, 17, 15, -17, -15]

export interface ChessGame {
  moves: Move[]
  /** the kind of each moved piece, 1 to 6 (a pawn, if it is promoted) */
  pieces: number[]
  /** keys of the positions before each move */
  keys: string[]
  mate: boolean
}

/**
 * One game from the start, of at most `plies` moves of both sides together; White attacks. `look` is shown each position
 * with White to move.
 */
export function playChess(
  random: Random,
  plies: number,
  look: (position: Position, game: ChessGame) => void = () => {},
): ChessGame {
  const position = new Position()
  const game: ChessGame = { moves: [], pieces: [], keys: [], mate: false }
  for (;;) {
    // a queen is all that these players promote to
    const moves = position.moves().filter(({ promotion }) => promotion === 0 || promotion === QUEEN)
    if (moves.length === 0) return { ...game, mate: position.inCheck() }
    if (game.moves.length === plies) return game
    if (position.side > 0) look(position, game)
    const move =
      position.side > 0 ? attack(random, position, moves) : draw(random, moves, (each) => carelessness(position, each))
    game.keys.push(position.key())
    game.moves.push(move)
    game.pieces.push(Math.abs(position.board[move.from]))
    position.make(move)
  }
}

function draw(random: Random, moves: readonly Move[], weight: (move: Move) => number): Move {
  return moves[random.fromCumulative(cumulativeSums(moves.map(weight)))]
}

function attack(random: Random, position: Position, moves: readonly Move[]): Move {
  const mates = matingMoves(position).filter(({ promotion }) => promotion === 0 || promotion === QUEEN)
  if (mates.length > 0 && random.uniform() < MATE_TAKEN) return mates[random.integer(mates.length)]
  const sums = cumulativeSums(moves.map((move) => liking(position, move) ** 2))
  const candidates = Array.from({ length: CANDIDATES }, () => moves[random.fromCumulative(sums)])
  return candidates.find((move) => threatensMate(position, move)) ?? candidates[0]
}

function threatensMate(position: Position, move: Move): boolean {
  position.make(move)
  const threatens = !position.inCheck() && position.ifPassed(() => canMate(position))
  position.takeBack()
  return threatens
}

/** What the attacker makes of a move; the square of it is the move's weight. */
function liking(position: Position, move: Move): number {
  const { board, side, kings } = position
  const enemy = -side as 1 | -1
  const piece = Math.abs(board[move.from])
  const gain = VALUES[Math.abs(move.captured)]
  const king = kings[side > 0 ? 1 : 0]
  const distance = Math.max(Math.abs((king & 7) - (move.to & 7)), Math.abs((king >> 4) - (move.to >> 4)))
  const file = move.from & 7
  let liking = 1 + 2 * gain
  if (move.promotion) liking *= 10
  if (move.kind === 'castling') liking *= 3
  else if (piece === KING) liking *= 0.2
  if ((piece === KNIGHT || piece === BISHOP) && move.from >> 4 === 0) liking *= 2
  if (piece === PAWN) liking *= file === 3 || file === 4 ? 2 : 0.5
  if (piece === QUEEN) liking *= 3
  if (piece > PAWN && piece < KING && distance <= 2) liking *= 2
  position.make(move)
  const around = AROUND.map((step): Square => king + step).filter((square) => !(square & 0x88))
  liking *= 1 + 0.5 * around.filter((square) => position.attacked(square, side)).length
  if (position.inCheck()) liking *= 2
  if (VALUES[piece] > gain && position.attacked(move.to, enemy)) liking *= piece === QUEEN ? 0.02 : 0.2
  position.takeBack()
  return liking
}

/** The beginner moves at random, but rather the king and the pawns that protect it. */
function carelessness({ board }: Position, { from }: Move): number {
  const piece = Math.abs(board[from])
  const file = from & 7
  if (piece === KING) return 3
  return piece === PAWN && (file === 5 || file === 6) ? 5 : 1
}
