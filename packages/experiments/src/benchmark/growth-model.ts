// Where the time of a training step goes, as a model of three terms that is fitted to what was measured:
//   ms = flops / rate + bytes / bandwidth + fixed · (layers + 1)
// flops are the multiply-adds of products and attention; bytes what all kernels of a step read and write at least: about 100
// values per token, layer and width (counted over the kernels of a block, forward and backward), the logits four times, and
// eight values per parameter in AdamW. The last term is what does not depend on size: dispatches and the ends of kernels.

import { parameterCount, trainingShape } from './cases/training.ts'
import type { Row } from './result.ts'

export interface GrowthModel {
  /** flops per ms; Infinity where the measurement leaves no time for a term */
  rate: number
  /** bytes per ms */
  bandwidth: number
  /** ms per layer */
  fixed: number
  /** ms of a row by term */
  predict(row: Row): { multiply: number; move: number; fixed: number; total: number }
  /** median of |predicted / measured − 1| over the rows it was fitted to */
  deviation: number
}

/** Fits by least squares of relative errors. @returns undefined for fewer than four timed rows. */
export function fitGrowth(rows: readonly Row[], msOf: (row: Row) => number): GrowthModel | undefined {
  if (rows.length < 4) return undefined
  const points = rows.map((row) => ({ terms: termsOf(row), ms: msOf(row) }))
  const scaled = points.map(({ terms, ms }) => terms.map((term) => term / ms))
  const factors = nonNegative(scaled)
  const split = (terms: number[]) => terms.map((term, k) => factors[k] * term)
  const errors = points.map(({ terms, ms }) => Math.abs(split(terms).reduce((a, b) => a + b) / ms - 1))
  return {
    rate: 1 / factors[0],
    bandwidth: 1 / factors[1],
    fixed: factors[2],
    predict(row) {
      const [multiply, move, fixed] = split(termsOf(row))
      return { multiply, move, fixed, total: multiply + move + fixed }
    },
    deviation: errors.sort((a, b) => a - b)[errors.length >> 1],
  }
}

/** Flops, bytes and layers + 1 of a step; the shape is in the row's id. */
function termsOf({ id, flops = 0 }: Row): number[] {
  const found = /d(\d+)-L(\d+)-T(\d+)-B(\d+)$/.exec(id)
  if (!found) throw new Error(`fitGrowth: the row ${id} does not name its shape as d…-L…-T…-B…`)
  const [nEmbd, nLayer, T, B] = found.slice(1).map(Number)
  const shape = trainingShape(nEmbd, nLayer, T, B)
  const values = B * T * (100 * nLayer * nEmbd + 4 * shape.vocabSize) + 8 * parameterCount(shape)
  return [flops, 4 * values, nLayer + 1]
}

/** Factors ≥ 0 of the columns with Σ (row · factors − 1)² smallest: columns that come out negative are left out. */
function nonNegative(rows: readonly number[][]): number[] {
  let used = rows[0].map((_, k) => k)
  for (;;) {
    const solved = solve(
      used.map((i) => used.map((k) => rows.reduce((sum, row) => sum + row[i] * row[k], 0))),
      used.map((i) => rows.reduce((sum, row) => sum + row[i], 0)),
    )
    const factors = rows[0].map((_, k) => (used.includes(k) ? solved[used.indexOf(k)] : 0))
    const worst = used.reduce((a, b) => (factors[b] < factors[a] ? b : a))
    if (factors[worst] >= 0) return factors
    used = used.filter((k) => k !== worst)
  }
}

/** x of A·x = b, by elimination; A is positive definite but for rounding. */
function solve(A: number[][], b: number[]): number[] {
  const n = b.length
  const rows = A.map((row, i) => [...row, b[i]])
  for (let i = 0; i < n; i++)
    for (let r = i + 1; r < n; r++) {
      const factor = rows[r][i] / rows[i][i]
      for (let c = i; c <= n; c++) rows[r][c] -= factor * rows[i][c]
    }
  const x = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    const known = x.reduce((sum, value, c) => (c > i ? sum + rows[i][c] * value : sum), 0)
    x[i] = (rows[i][n] - known) / rows[i][i]
  }
  return x
}
