// Sums: per column, and of everything. Two passes over fixed chunks, so that the order of additions never changes.

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import { COLUMN_SUM, SUM_CHUNKS, SUM_FINISH } from './reduce.wgsl.ts'
import { rowChunk } from './row-chunk.ts'

/** out[c] = Σ_n inp[n, c], or += with `accumulate`. inp (N, C); out (C). The gradient of a bias. */
export function columnSum(program: Program, t: { inp: Tensor; out: Tensor }, { accumulate = false } = {}): void {
  const [N, C] = t.inp.shape
  checkSize('columnSum', 'out', t.out, C)
  const columns = C / vectorWidth(C)
  const pass = (inp: Tensor, out: Tensor, N: number, rows: number, accumulate: boolean) => {
    program.dispatch(
      shader('column-sum', forVectorWidth(COLUMN_SUM, C), { ACCUMULATE: accumulate }),
      { inp, out },
      { N, C: columns, rows },
      [Math.ceil(columns / 16), Math.ceil(N / rows), 1],
    )
  }
  const rows = rowChunk(N)
  const chunks = Math.ceil(N / rows)
  if (chunks === 1) {
    pass(t.inp, t.out, N, N, accumulate)
  } else {
    const partial = program.tensor([chunks, C], 'column-sum/partial')
    pass(t.inp, partial, N, rows, false)
    pass(partial, t.out, chunks, chunks, accumulate)
  }
}

/** out[0] = Σ inp, or Σ inp² with `square`; += with `accumulate`. Any shape; out (1). */
export function sum(
  program: Program,
  t: { inp: Tensor; out: Tensor },
  { square = false, accumulate = false } = {},
): void {
  const size = t.inp.size
  checkSize('sum', 'out', t.out, 1)
  const N = size / vectorWidth(size)
  const chunk = Math.max(16, Math.ceil(N / 1024)) // at most 1024 partial sums
  const chunks = Math.ceil(N / chunk)
  const partial = program.tensor([chunks], 'sum/partial')
  program.dispatch(
    shader('sum', forVectorWidth(SUM_CHUNKS, size), { SQUARE: square }),
    { inp: t.inp, partial },
    { N, chunk, chunks },
    [Math.ceil(chunks / 32), 1, 1],
  )
  program.dispatch(
    shader('sum/finish', SUM_FINISH, { ACCUMULATE: accumulate }),
    { partial, out: t.out },
    { chunks },
    [1, 1, 1],
  )
}
