// out[M,N] = op(A)·op(B) in tiles of ROWS × (4 · LANES · GROUPS), one subgroup and one workgroup per tile.
//
// Lane l owns the column groups 4·(l + LANES·j), j < GROUPS, of all ROWS rows: ROWS × GROUPS vec4f in registers.
// Per 4 k-steps the lanes together load A's ROWS × 4 values once (ROWS vec4f, number f in lane f mod LANES) and hand
// them round with subgroupBroadcast; each lane loads its own four columns of B. No workgroup memory, no barriers.
// A has to be spread over the lanes at any subgroup size: with more lanes than vec4f, lanes load the same again.

import { COMPONENT, forTile, type Operands, range, tilePrelude } from './tile.wgsl.ts'

export interface SubgroupTile extends Operands {
  lanes: number
  /** multiple of 4 */
  rows: number
  groups: number
}

export function subgroupTile(tile: SubgroupTile): string {
  const { form, wide, lanes, rows, groups } = tile
  const registers = range(Math.ceil(rows / lanes))
  // vec4f number f of A's tile: row f (nn, nt), or step f / (rows/4) of the four rows 4·(f mod rows/4) (tn)
  const f = (j: number) => `(lane + ${j * lanes}u) % ${rows}u`
  const rowOf = (j: number) => (form === 'tn' ? `4u * (${f(j)} % ${rows / 4}u)` : f(j))
  const stepOf = (j: number) => (form === 'tn' ? `(${f(j)}) / ${rows / 4}u` : '0u')
  const handRound = (register: string, f: number, component = '') =>
    `subgroupBroadcast(${register}${Math.floor(f / lanes)}${component}, ${f % lanes}u)`
  const valueOfA = (i: number, kk: number) =>
    form === 'tn'
      ? handRound('a', kk * (rows / 4) + (i >> 2), `.${COMPONENT[i & 3]}`)
      : handRound('a', i, `.${COMPONENT[kk]}`)

  const multiply = range(rows).flatMap((i) => [
    ...range(4).map((kk) => `    let s${i}_${kk} = ${valueOfA(i, kk)};`),
    ...range(groups).flatMap((j) =>
      range(4).map((kk) => `    c${i}_${j} = fma(vec4f(s${i}_${kk}), b${j}[${kk}], c${i}_${j});`),
    ),
  ])

  const rest = /* wgsl */ `
  for (; k < k_end; k++) {
${registers.map((j) => `    let r${j} = a_at(batch, row + ${f(j)}, k);`).join('\n')}
${range(groups)
  .map((j) => `    let b${j} = b_at(pb${j}, k);`)
  .join('\n')}
${forTile(rows, groups, (i, j) => `    c${i}_${j} = fma(vec4f(${handRound('r', i)}), b${j}, c${i}_${j});`)}
  }`

  return `enable subgroups;
${tilePrelude(tile)}
${subgroupMain(lanes, rows, groups)}
${registers.map((j) => `  let pa${j} = a_base(batch, row + ${rowOf(j)});\n  let ka${j} = ${stepOf(j)};`).join('\n')}
${forTile(rows, groups, (i, j) => `  var c${i}_${j} = vec4f();`)}
  for (; k + 4u <= k_end; k += 4u) {
${registers.map((j) => `    let a${j} = load_a(pa${j}, k + ka${j});`).join('\n')}
${range(groups)
  .map((j) => `    let b${j} = load_b(pb${j}, k);`)
  .join('\n')}
${multiply.join('\n')}
  }${wide ? '' : rest}
${biases(lanes, groups)}
${forTile(rows, groups, (i, j) => `  finish(wid.z, row + ${i}u, col + ${4 * lanes * j}u, c${i}_${j} + bias${j});`)}
}
`
}

/** The opening of `main`: the tile's row, the lane's column, the split's k and where its columns of B begin. */
export const subgroupMain = (lanes: number, rows: number, groups: number): string => /* wgsl */ `
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(subgroup_invocation_id) lane: u32) {
  let row = wid.y * ${rows}u;
  let col = (wid.x * ${lanes * groups}u + lane) * 4u;
  let batch = wid.z / dims.splits;
  var k = (wid.z % dims.splits) * dims.k_per_split;
  let k_end = min(k + dims.k_per_split, dims.K);
${range(groups)
  .map((j) => `  let pb${j} = b_base(batch, col + ${4 * lanes * j}u);`)
  .join('\n')}`

export const biases = (lanes: number, groups: number): string =>
  range(groups)
    .map((j) => `  let bias${j} = bias_at(col + ${4 * lanes * j}u);`)
    .join('\n')
