// Token and position embedding, and the general gather of rows, with deterministic backwards.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import { EMBEDDING_BACKWARD, EMBEDDING_FORWARD, OCCURRENCES, POSITION_BACKWARD } from './embedding.wgsl.ts'

/**
 * out[n] = table[ids[n]] + positions[(n mod T) + first]. ids (B·T) u32; table (V, C); positions (≥ T, C);
 * first (1) u32, the position of column 0 (a decoder moves it); out (B·T, C). Ids must be < V: check them on the host.
 */
export function embeddingForward(
  program: Program,
  t: { ids: Tensor; table: Tensor; positions: Tensor; first: Tensor; out: Tensor },
  { T }: { T: number },
): void {
  const [rows, C] = t.table.shape
  const N = t.ids.size
  checkShape('embeddingForward', 'out', t.out, [N, C])
  if (t.positions.shape[1] !== C || t.positions.shape[0] < T)
    throw new Error(`embeddingForward: positions is (${t.positions.shape.join(', ')}) but expected (≥ ${T}, ${C})`)
  const columns = C / vectorWidth(C)
  const forward = shader('embedding', forVectorWidth(EMBEDDING_FORWARD, C))
  program.dispatch(forward, t, { N, C: columns, rows, T }, grid(Math.ceil((N * columns) / 64)))
}

/** out[n] = table[ids[n]]. ids (N) u32; table (rows, C); out (N, C). */
export function gatherRows(program: Program, t: { ids: Tensor; table: Tensor; out: Tensor }): void {
  const [rows, C] = t.table.shape
  const N = t.ids.size
  checkShape('gatherRows', 'out', t.out, [N, C])
  const columns = C / vectorWidth(C)
  program.dispatch(
    shader('gather-rows', forVectorWidth(EMBEDDING_FORWARD, C), { POSITIONS: false }),
    { ...t, positions: t.table, first: t.ids },
    { N, C: columns, rows, T: 1 },
    grid(Math.ceil((N * columns) / 64)),
  )
}

/** dtable[ids[n]] += dout[n], for {@link gatherRows} and the table of {@link embeddingForward}. Ids may repeat. */
export function gatherRowsBackward(program: Program, t: { ids: Tensor; dout: Tensor; dtable: Tensor }): void {
  const [rows, C] = t.dtable.shape
  const N = t.ids.size
  checkShape('gatherRowsBackward', 'dout', t.dout, [N, C])
  const columns = C / vectorWidth(C)
  const [next, is_first] = [program.tensor([N], 'next', 'u32'), program.tensor([N], 'is_first', 'u32')]
  program.dispatch(shader('occurrences', OCCURRENCES), { ids: t.ids, next, is_first }, { N }, grid(Math.ceil(N / 64)))
  program.dispatch(
    shader('embedding/backward', forVectorWidth(EMBEDDING_BACKWARD, C)),
    { ...t, next, is_first },
    { N, C: columns, rows },
    grid(Math.ceil((N * columns) / 64)),
  )
}

/** dpositions[t] += Σ_b dout[b, t] for t < T. dout (B·T, C); dpositions (≥ T, C). */
export function positionBackward(
  program: Program,
  t: { dout: Tensor; dpositions: Tensor },
  { T }: { T: number },
): void {
  const C = t.dpositions.shape[1]
  checkSize('positionBackward', 'dout', t.dout, Math.round(t.dout.size / (T * C)) * T * C)
  const columns = C / vectorWidth(C)
  program.dispatch(
    shader('position/backward', forVectorWidth(POSITION_BACKWARD, C)),
    t,
    { B: t.dout.size / (T * C), T, C: columns },
    grid(Math.ceil((T * columns) / 64)),
  )
}
