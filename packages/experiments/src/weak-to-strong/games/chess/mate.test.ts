import { Random } from '@nanoalign/kernels'
import { Chess } from 'chess.js'
import { expect, test } from 'vitest'
import { mateInTwoMoves, matingMoves, uniqueMate } from './mate.ts'
import { type Move, Position, squareName } from './position.ts'
import { playChess } from './self-play.ts'

const name = ({ from, to }: Move) => squareName(from) + squareName(to)

/** Whether the side to move can force mate within n moves: plain search with chess.js. */
function forces(chess: Chess, n: number): boolean {
  return chess.moves().some((move) => {
    chess.move(move)
    const mates = chess.isCheckmate() || (n > 1 && chess.moves().length > 0 && cannotEscape(chess, n))
    chess.undo()
    return mates
  })
}
function cannotEscape(chess: Chess, n: number): boolean {
  return chess.moves().every((reply) => {
    chess.move(reply)
    const lost = forces(chess, n - 1)
    chess.undo()
    return lost
  })
}
/** The first moves after which mate within n moves is forced. */
function firstMoves(fen: string, n: number): string[] {
  const chess = new Chess(fen)
  return chess
    .moves({ verbose: true })
    .filter((move) => {
      chess.move(move.san)
      const mates = chess.isCheckmate() || (n > 1 && chess.moves().length > 0 && cannotEscape(chess, n))
      chess.undo()
      return mates
    })
    .map(({ from, to }) => from + to)
}

test.each([
  ['back rank', '6k1/5ppp/8/8/8/8/8/K6R w - - 0 1', ['h1h7'], []],
  ['fool’s mate', 'rnbqkbnr/pppp1ppp/4p3/8/6P1/5P2/PPPPP2P/RNBQKBNR b KQkq - 0 2', ['d8h4'], ['d8h4']],
  ['Morphy’s problem: a rook sacrifice', 'kbK5/pp6/1P6/8/8/8/8/R7 w - - 0 1', [], []],
  ['stalemate is no mate', '7k/5Q2/8/8/8/8/8/K7 w - - 0 1', [], []],
])('%s', (_, fen) => {
  expect(matingMoves(new Position(fen)).map(name).sort()).toEqual(firstMoves(fen, 1).sort())
})

test('Morphy’s problem has one first move, which is found', () => {
  const position = new Position('kbK5/pp6/1P6/8/8/8/8/R7 w - - 0 1')
  expect(mateInTwoMoves(position).map(name)).toEqual(['a1a6'])
  expect(firstMoves('kbK5/pp6/1P6/8/8/8/8/R7 w - - 0 1', 2)).toEqual(['a1a6'])
  // it is no check, and unique mates in two are looked for where a check forces one
  expect(uniqueMate(position)).toBeUndefined()
})

test.each([
  '8/8/8/8/8/1k6/3r4/K7 b - - 0 1',
  '7k/8/5K2/6Q1/8/8/8/8 w - - 0 1',
  '5rk1/5ppp/8/8/8/8/R7/R6K w - - 0 1',
  '3k4/8/3K4/8/8/8/8/4R3 w - - 0 1',
])('mates in two of %s, as plain search finds them', (fen) => {
  const position = new Position(fen)
  const now = matingMoves(position).map(name)
  const within = firstMoves(fen, 2)
  const later = mateInTwoMoves(position).map(name)
  if (now.length === 0) expect(later.sort()).toEqual(within.sort())
  else expect(within).toEqual(expect.arrayContaining(now))
})

test('puzzles of self-play have the solution that chess.js finds, and no other', () => {
  const random = new Random(3, 'test/self-play')
  const counts = { 1: 0, 2: 0 }
  for (let game = 0; game < 400 && (counts[1] < 12 || counts[2] < 2); game++)
    playChess(random, 24, (position) => {
      const best = uniqueMate(position)
      if (!best || counts[best.moves] >= (best.moves === 1 ? 12 : 2)) return
      counts[best.moves]++
      const fen = `${position.key()} 0 1`
      expect(firstMoves(fen, 1)).toEqual(best.moves === 1 ? [name(best.move)] : [])
      if (best.moves === 2) expect(firstMoves(fen, 2)).toEqual([name(best.move)])
    })
  expect(counts).toEqual({ 1: 12, 2: 2 })
}, 60_000)

test('self-play is legal, ends in mate often, and is the same for the same seed', () => {
  const games = () => {
    const random = new Random(1, 'test/self-play')
    return Array.from({ length: 40 }, () => playChess(random, 24))
  }
  const first = games()
  for (const { moves, mate, keys } of first.slice(0, 10)) {
    const chess = new Chess()
    for (const [i, move] of moves.entries()) {
      expect(keys[i].split(' ').slice(0, 2)).toEqual(chess.fen().split(' ').slice(0, 2))
      chess.move({ from: squareName(move.from), to: squareName(move.to), promotion: 'q' })
    }
    expect(chess.isCheckmate()).toBe(mate)
  }
  expect(first.filter(({ mate }) => mate).length).toBeGreaterThan(3)
  expect(games()).toEqual(first)
})
