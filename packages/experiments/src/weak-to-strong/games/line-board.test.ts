import { Random } from '@nanoalign/kernels'
import { describe, expect, test } from 'vitest'
import { bestMoves, lineBoard } from './board-games.ts'
import { afterMove, canonical, completes, freeSquares, LINES, SQUARES, solve, winningSquares } from './line-board.ts'

const mask = (squares: number[]) => squares.reduce((sum, square) => sum | (1 << square), 0)

test('there are 24 lines: 8 across, 8 down, 8 diagonal', () => {
  expect(LINES).toHaveLength(24)
  expect(new Set(LINES).size).toBe(24)
  expect(LINES).toContain(mask([0, 5, 10]))
  expect(LINES).toContain(mask([3, 6, 9]))
  expect(LINES).not.toContain(mask([2, 3, 4])) // around the edge
})

test('winning squares are those that complete a line', () => {
  expect(winningSquares(mask([0, 1]), mask([4, 5]))).toEqual([2])
  expect(winningSquares(mask([5, 6]), mask([0, 1]))).toEqual([4, 7])
  expect(completes(mask([0, 10]), 5)).toBe(true)
})

/** Plain minimax without memory: 1 win, 0 draw, −1 loss, and in how many own stones. */
function plain(own: number, other: number): number {
  const free = freeSquares(own | other)
  if (free.length === 0) return 0
  const outcomes = free.map((square) => {
    if (completes(own, square)) return 1
    const reply = plain(other, own | (1 << square))
    return reply < 0 ? 1 - reply : -reply
  })
  const wins = outcomes.filter((outcome) => outcome > 0)
  if (wins.length > 0) return Math.min(...wins)
  return outcomes.includes(0) ? 0 : Math.min(...outcomes)
}

test('the solver agrees with plain minimax where six squares are left', () => {
  const random = new Random(1, 'test/board')
  const known = new Map<number, number>()
  let positions = 0
  const outcomes = new Set<number>()
  while (positions < 30) {
    const order = random.shuffle(Array.from({ length: SQUARES }, (_, i) => i))
    const [own, other] = [mask(order.slice(0, 5)), mask(order.slice(5, 10))]
    if (LINES.some((line) => (line & ~own) === 0 || (line & ~other) === 0)) continue
    if (positions > 5 && winningSquares(own, other).length > 0) continue // most positions are won at once
    const want = plain(own, other)
    expect(solve(own, other, known)).toBe(want)
    outcomes.add(want)
    positions++
  }
  expect(outcomes.size).toBeGreaterThan(1)
})

test('the first player wins with the third stone, whatever the second does', () => {
  expect(solve(0, 0)).toBe(3)
}, 60_000)

test('the best moves of a puzzle win as fast as possible, and no other square does', () => {
  const random = new Random(2, 'test/puzzles')
  const counts = { easy: 0, hard: 0 }
  for (let game = 0; game < 40; game++)
    for (const { prompt, answer, difficulty } of lineBoard.puzzles(random)) {
      const sides = [0, 0]
      prompt.forEach((square, i) => {
        sides[i % 2] |= 1 << square
      })
      const own = sides[prompt.length % 2]
      const other = sides[1 - (prompt.length % 2)]
      const speed = (square: number) => afterMove(own, other, square)
      const fastest = difficulty === 'easy' ? 1 : 2
      expect(answer).toHaveLength(1)
      expect(freeSquares(own | other).filter((square) => speed(square) === fastest)).toEqual(answer)
      expect(freeSquares(own | other).some((square) => speed(square) > 0 && speed(square) < fastest)).toBe(false)
      counts[difficulty]++
    }
  expect(counts.easy).toBeGreaterThan(20)
  expect(counts.hard).toBeGreaterThan(5)
}, 60_000)

describe('positions that are mirror images or rotations', () => {
  test('count as one', () => {
    // a corner and the square beside it, in all eight views
    const views = [
      [0, 1],
      [0, 4],
      [3, 2],
      [3, 7],
      [12, 13],
      [12, 8],
      [15, 14],
      [15, 11],
    ]
    expect(new Set(views.map(([a, b]) => canonical(1 << a, 1 << b))).size).toBe(1)
    expect(canonical(1, 2)).not.toBe(canonical(1, 4))
    expect(canonical(1, 2)).not.toBe(canonical(2, 1))
  })
})

test('a position that is won in three stones is no puzzle', () => {
  expect(bestMoves(0, 0, new Map())).toBeUndefined()
}, 60_000)
