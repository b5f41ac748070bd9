// out[M,N] = op(A)·op(B) without subgroups: the portable kernel. A workgroup is LANES_X × LANES_Y invocations; one
// invocation owns ROWS rows and the column groups 4·(x + LANES_X·j), j < GROUPS, in registers, and loads all it
// multiplies itself. With LANES_Y = 1 all invocations of a workgroup read the same values of A.

import { COMPONENT, forTile, type Operands, range, tilePrelude } from './tile.wgsl.ts'

export interface RegisterTile extends Operands {
  lanesX: number
  lanesY: number
  /** multiple of 4 */
  rows: number
  groups: number
}

export function registerTile(tile: RegisterTile): string {
  const { form, wide, lanesX, lanesY, rows, groups } = tile
  const bases = range(form === 'tn' ? rows / 4 : rows)
  const loads = range(rows).map((f) =>
    form === 'tn' ? `    let a${f} = load_a(pa${f >> 2}, k + ${f & 3}u);` : `    let a${f} = load_a(pa${f}, k);`,
  )
  const valueOfA = (i: number, kk: number) =>
    form === 'tn' ? `a${4 * (i >> 2) + kk}.${COMPONENT[i & 3]}` : `a${i}.${COMPONENT[kk]}`

  const multiply = forTile(rows, groups, (i, j) =>
    range(4)
      .map((kk) => `    c${i}_${j} = fma(vec4f(${valueOfA(i, kk)}), b${j}[${kk}], c${i}_${j});`)
      .join('\n'),
  )

  const rest = /* wgsl */ `
  for (; k < k_end; k++) {
${range(groups)
  .map((j) => `    let b${j} = b_at(pb${j}, k);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `    c${i}_${j} = fma(vec4f(a_at(batch, row + ${i}u, k)), b${j}, c${i}_${j});`)}
  }`

  return `${tilePrelude(tile)}
@compute @workgroup_size(${lanesX}, ${lanesY})
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_id) lid: vec3u) {
  let row = ${lanesY === 1 ? 'wid.y' : `(wid.y * ${lanesY}u + lid.y)`} * ${rows}u;
  let col = (wid.x * ${lanesX * groups}u + lid.x) * 4u;
  let batch = wid.z / dims.splits;
  var k = (wid.z % dims.splits) * dims.k_per_split;
  let k_end = min(k + dims.k_per_split, dims.K);
${bases.map((i) => `  let pa${i} = a_base(batch, row + ${form === 'tn' ? 4 * i : i}u);`).join('\n')}
${range(groups)
  .map((j) => `  let pb${j} = b_base(batch, col + ${4 * lanesX * j}u);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `  var c${i}_${j} = vec4f();`)}
  for (; k + 4u <= k_end; k += 4u) {
${range(groups)
  .map((j) => `    let b${j} = load_b(pb${j}, k);`)
  .join('\n')}
${loads.join('\n')}
${multiply}
  }${wide ? '' : rest}
${range(groups)
  .map((j) => `  let bias${j} = bias_at(col + ${4 * lanesX * j}u);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `  finish(wid.z, row + ${i}u, col + ${4 * lanesX * j}u, c${i}_${j} + bias${j});`)}
}
`
}
