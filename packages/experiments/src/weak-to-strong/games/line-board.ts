// Three in a row on a board of 4 × 4: rules, and a perfect solver. Squares are 0 to 15, row by row; a set of squares is a
// 16-bit mask.

export const SQUARES = 16
const WIDTH = 4
const FULL = 0xffff

/** The 24 lines of three, as masks. */
export const LINES: readonly number[] = (() => {
  const lines: number[] = []
  for (let row = 0; row < WIDTH; row++)
    for (let column = 0; column < WIDTH; column++)
      for (const [down, right] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, -1],
      ]) {
        const ends = [row + 2 * down, column + 2 * right]
        if (ends.some((end) => end < 0 || end >= WIDTH)) continue
        lines.push([0, 1, 2].reduce((mask, i) => mask | (1 << ((row + i * down) * WIDTH + column + i * right)), 0))
      }
  return lines
})()

/** The lines through each square. */
const THROUGH = Array.from({ length: SQUARES }, (_, square) => LINES.filter((line) => line & (1 << square)))

/** Whether a stone on `square` completes a line of `own`. */
export function completes(own: number, square: number): boolean {
  const after = own | (1 << square)
  return THROUGH[square].some((line) => (line & ~after) === 0)
}

/** The free squares, ascending. */
export function freeSquares(occupied: number): number[] {
  const free: number[] = []
  for (let square = 0; square < SQUARES; square++) if (!(occupied & (1 << square))) free.push(square)
  return free
}

/** The squares that win at once for the side to move. */
export function winningSquares(own: number, other: number): number[] {
  return freeSquares(own | other).filter((square) => completes(own, square))
}

/**
 * The outcome with best play, for the side to move: n > 0: it wins with its n-th own stone from here (and no faster);
 * n < 0: the other side wins with its |n|-th (and it cannot last longer); 0: a draw.
 */
export function solve(own: number, other: number, known: Map<number, number> = new Map()): number {
  const state = own * (FULL + 1) + other
  const before = known.get(state)
  if (before !== undefined) return before
  let best: number | undefined
  if (winningSquares(own, other).length > 0) best = 1
  else
    for (const square of freeSquares(own | other)) {
      const outcome = afterMove(own, other, square, known)
      if (best === undefined || better(outcome, best)) best = outcome
    }
  const outcome = best ?? 0 // a full board is a draw
  known.set(state, outcome)
  return outcome
}

/** {@link solve} for the side that puts a stone on `square`. */
export function afterMove(own: number, other: number, square: number, known?: Map<number, number>): number {
  if (completes(own, square)) return 1
  const reply = solve(other, own | (1 << square), known)
  return reply < 0 ? 1 - reply : -reply
}

/** A sooner win is better, then a draw, then a later loss. */
function better(a: number, b: number): boolean {
  const rank = (outcome: number) => (outcome === 0 ? 0 : 1 / outcome)
  return rank(a) > rank(b)
}

/** The position with its mirror images and rotations counted as one: the least of the eight. */
export function canonical(own: number, other: number): string {
  let least = Number.POSITIVE_INFINITY
  for (const symmetry of SYMMETRIES) {
    const turned = turn(own, symmetry) * (FULL + 1) + turn(other, symmetry)
    if (turned < least) least = turned
  }
  return String(least)
}

/** Where each square goes, for each of the eight symmetries. */
const SYMMETRIES = Array.from({ length: 8 }, (_, s) =>
  Array.from({ length: SQUARES }, (_, square) => {
    let [row, column] = [Math.floor(square / WIDTH), square % WIDTH]
    if (s & 1) column = WIDTH - 1 - column
    if (s & 2) row = WIDTH - 1 - row
    if (s & 4) [row, column] = [column, row]
    return row * WIDTH + column
  }),
)

function turn(mask: number, symmetry: readonly number[]): number {
  let turned = 0
  for (let square = 0; square < SQUARES; square++) if (mask & (1 << square)) turned |= 1 << symmetry[square]
  return turned
}
