// out[M,N] = op(A)·op(B) through workgroup memory: a workgroup of LANES_X × LANES_Y invocations loads a tile of A and one
// of B for DEPTH steps of k, each value once, and each invocation multiplies ROWS rows with the column groups
// x + LANES_X·j, j < GROUPS. For GPUs whose workgroup memory is fast; on the software adapters its barriers cost most.
//
// a_tile holds four k of a row per vec4f, whatever the form; b_tile four columns at one k.

import type { RegisterTile } from './register-tile.wgsl.ts'
import { COMPONENT, forTile, type Operands, range, tilePrelude } from './tile.wgsl.ts'

const DEPTH = 16

/** Bytes of workgroup memory: at most 16 KiB are granted everywhere. */
export const workgroupBytes = ({ lanesX, lanesY, rows, groups }: Omit<RegisterTile, keyof Operands>): number =>
  4 * DEPTH * (lanesY * rows + 4 * lanesX * groups)

export function workgroupTile(tile: RegisterTile): string {
  const { form, wide, lanesX, lanesY, rows, groups } = tile
  const quads = DEPTH / 4
  const height = lanesY * rows
  const width = lanesX * groups // in groups of four columns
  const threads = lanesX * lanesY
  // tasks: four steps of k of a row (nn, nt) or of four rows (tn); consecutive invocations on consecutive addresses
  const loadA =
    form === 'tn'
      ? `    for (var t = lane; t < ${(height / 4) * quads}u; t += ${threads}u) {
      let r = 4u * (t % ${height / 4}u);
      let q = t / ${height / 4}u;
      let at = k + 4u * q;
      var part = mat4x4f();
      if (at + 4u <= k_end) {
        let base = a_base(batch, first_row + r);
        part = transpose(mat4x4f(load_a(base, at), load_a(base, at + 1u), load_a(base, at + 2u), load_a(base, at + 3u)));
      }
${range(4)
  .map((i) => `      a_tile[q * ${height}u + r + ${i}u] = part[${i}];`)
  .join('\n')}
    }`
      : `    for (var t = lane; t < ${height * quads}u; t += ${threads}u) {
      let r = t / ${quads}u;
      let q = t % ${quads}u;
      let at = k + 4u * q;
      var part = vec4f();
      if (at + 4u <= k_end) { part = load_a(a_base(batch, first_row + r), at); }
      a_tile[q * ${height}u + r] = part;
    }`
  const loadB = `    for (var t = lane; t < ${width * quads}u; t += ${threads}u) {
      let c = t % ${width}u;
      let q = t / ${width}u;
      let at = k + 4u * q;
      var part = mat4x4f();
      if (at + 4u <= k_end) { part = load_b(b_base(batch, first_col + 4u * c), at); }
${range(4)
  .map((i) => `      b_tile[(4u * q + ${i}u) * ${width}u + c] = part[${i}];`)
  .join('\n')}
    }`
  const rest = `
  for (; k < k_end; k++) {
${range(groups)
  .map((j) => `    let b${j} = b_at(b_base(batch, col + ${4 * lanesX * j}u), k);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `    c${i}_${j} = fma(vec4f(a_at(batch, row + ${i}u, k)), b${j}, c${i}_${j});`)}
  }`
  return `${tilePrelude(tile)}
var<workgroup> a_tile: array<vec4f, ${height * quads}>;
var<workgroup> b_tile: array<vec4f, ${width * DEPTH}>;

@compute @workgroup_size(${lanesX}, ${lanesY})
fn main(
  @builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_id) lid: vec3u, @builtin(local_invocation_index) lane: u32,
) {
  let first_row = wid.y * ${height}u;
  let first_col = wid.x * ${4 * width}u;
  let row = first_row + lid.y * ${rows}u;
  let col = first_col + lid.x * 4u;
  let batch = wid.z / dims.splits;
  let begin = (wid.z % dims.splits) * dims.k_per_split;
  let k_end = min(begin + dims.k_per_split, dims.K);
${forTile(rows, groups, (i, j) => `  var c${i}_${j} = vec4f();`)}
  for (var k = begin; k + 4u <= k_end; k += ${DEPTH}u) {
${loadA}
${loadB}
    workgroupBarrier();
    for (var q = 0u; q < ${quads}u; q++) {
${range(groups)
  .flatMap((j) =>
    range(4).map((kk) => `      let b${j}_${kk} = b_tile[(4u * q + ${kk}u) * ${width}u + lid.x + ${lanesX * j}u];`),
  )
  .join('\n')}
${range(rows)
  .map((i) => `      let a${i} = a_tile[q * ${height}u + lid.y * ${rows}u + ${i}u];`)
  .join('\n')}
${forTile(rows, groups, (i, j) =>
  range(4)
    .map((kk) => `      c${i}_${j} = fma(vec4f(a${i}.${COMPONENT[kk]}), b${j}_${kk}, c${i}_${j});`)
    .join('\n'),
)}
    }
    workgroupBarrier();
  }${wide ? '' : `\n  var k = begin + (k_end - min(begin, k_end)) / 4u * 4u;${rest}`}
${range(groups)
  .map((j) => `  let bias${j} = bias_at(col + ${4 * lanesX * j}u);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `  finish(wid.z, row + ${i}u, col + ${4 * lanesX * j}u, c${i}_${j} + bias${j});`)}
}
`
}
