import { Random } from '@nanoalign/kernels'
import { Chess } from 'chess.js'
import { expect, test } from 'vitest'
import { BISHOP, KNIGHT, type Move, PIECE_LETTERS, Position, squareName } from './position.ts'

function perft(position: Position, depth: number): number {
  const moves = position.moves()
  if (depth === 1) return moves.length
  return moves.reduce((sum, move) => {
    position.make(move)
    const below = perft(position, depth - 1)
    position.takeBack()
    return sum + below
  }, 0)
}

// the positions and counts of the chess programming wiki's “Perft results”
test.each([
  ['the start', undefined, 3, 8902],
  ['castling, pins, in passing', 'r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1', 3, 97862],
  ['a pawn pinned along its rank', '8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1', 4, 43238],
  ['promotions', 'r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1', 3, 9467],
  ['promotion with capture', 'rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8', 3, 62379],
])('perft: %s', (_, fen, depth, count) => {
  expect(perft(new Position(fen), depth)).toBe(count)
})

const name = ({ from, to, promotion }: Move) =>
  squareName(from) + squareName(to) + (promotion ? PIECE_LETTERS[promotion].toLowerCase() : '')

test('random games have chess.js’s moves, positions and endings, and moves are taken back exactly', () => {
  let plies = 0
  for (let game = 0; game < 4; game++) {
    const random = new Random(game, 'test/games')
    const ours = new Position()
    const theirs = new Chess()
    const keys: string[] = []
    for (;;) {
      const moves = ours.moves()
      expect(moves.map(name).sort()).toEqual(
        theirs
          .moves({ verbose: true })
          .map((move) => move.lan)
          .sort(),
      )
      expect(ours.inCheck()).toBe(theirs.inCheck())
      expect(ours.canMove()).toBe(moves.length > 0)
      // chess.js names the square in passing only where a capture is legal; ours where a pawn stands there
      expect(ours.key().split(' ').slice(0, 3)).toEqual(theirs.fen().split(' ').slice(0, 3))
      if (moves.length === 0 || keys.length === 80) break
      keys.push(ours.key())
      const move = moves[random.integer(moves.length)]
      ours.make(move)
      theirs.move(name(move))
    }
    plies += keys.length
    while (keys.length > 0) {
      ours.takeBack()
      expect(ours.key()).toBe(keys.pop())
    }
  }
  expect(plies).toBeGreaterThan(150)
})

test('a position read from FEN is the one written, and passing changes nothing for good', () => {
  const fen = 'r3k2r/p1ppqpb1/bn2pnp1/3PN3/1pP1P3/2N2Q1p/PP1BBPPP/R3K2R b KQkq c3'
  const position = new Position(`${fen} 0 1`)
  expect(position.key()).toBe(fen)
  const white = position.ifPassed(() => position.moves().map(name))
  expect(white).toContain('e5f7')
  expect(position.key()).toBe(fen)
  expect(position.moves().map(name)).toContain('b4c3')
  expect(() => new Position().takeBack()).toThrow('no move has been made')
})

test('under-promotions are moves too', () => {
  const moves = new Position('8/P7/8/8/8/8/8/k6K w - - 0 1').moves()
  expect(moves.map(({ promotion }) => promotion)).toEqual(expect.arrayContaining([KNIGHT, BISHOP]))
})
