// The subgroup tile for subgroups of four lanes. Instead of broadcasting A's values, the lanes exchange them: after the
// three swaps within a quad every lane has seen the values of all four. A lane then holds its rows in another order than
// its neighbour (row number i is row i XOR lane within four), which only the addresses at the end know of.
//
// A swap is one instruction where SwiftShader makes seven of a broadcast, and with the columns one after the other
// (x of all rows, then y, …) four steps of k are added up in one register: 5.5 GFLOP/s per core-second against 4.0 at
// 512³. Every sum has the order of the broadcasting kernel, and so its bits.

import { QUAD_SWAPS } from '../quad-swaps.ts'
import { biases, type SubgroupTile, subgroupMain } from './subgroup-tile.wgsl.ts'
import { COMPONENT, forTile, range, tilePrelude } from './tile.wgsl.ts'

const LANES = 4

/** Whether a tile of so many rows can be exchanged: with A transposed a lane's vec4f are four rows each. */
export const fitsQuads = (form: SubgroupTile['form'], rows: number): boolean => rows % (form === 'tn' ? 16 : 4) === 0

export function quadTile(tile: Omit<SubgroupTile, 'lanes'>): string {
  const { form, wide, rows, groups } = tile
  const registers = range(rows / LANES)
  const tn = form === 'tn'
  // Row i of a lane. nn, nt: register i/4 of the lane `i mod 4` away. tn: of the lane `(i/4) mod 4` away, component i mod 4.
  const swapOf = (i: number) => (tn ? (i >> 2) & 3 : i & 3)
  const rowOf = (i: number) =>
    tn
      ? `row + ${16 * (i >> 4) + (i & 3)}u + 4u * (lane ^ ${swapOf(i)}u)`
      : `row + ${4 * (i >> 2)}u + (lane ^ ${swapOf(i)}u)`
  const valueOfA = (i: number, kk: number) =>
    tn ? `a${kk * (rows / 16) + (i >> 4)}_${swapOf(i)}.${COMPONENT[i & 3]}` : `a${i >> 2}_${swapOf(i)}.${COMPONENT[kk]}`
  const exchange = (name: string) =>
    QUAD_SWAPS.map((swap, s) => (swap ? `    let ${name}_${s} = ${swap}(${name}_0);` : '')).join('\n')

  // own values of one step of k: row number 4j + component lies 16·(j/4) + 4·lane + j mod 4 (tn), or 4j + lane further on
  const ownRow = (j: number) => (tn ? `row + ${16 * (j >> 2) + (j & 3)}u + 4u * lane` : `row + ${4 * j}u + lane`)
  const restOfA = (i: number) => (tn ? `r${4 * (i >> 4) + (i & 3)}_${swapOf(i)}` : `r${i >> 2}_${swapOf(i)}`)

  const columns = (text: (i: number, j: number, c: number) => string) =>
    range(4)
      .map((c) => forTile(rows, groups, (i, j) => text(i, j, c)))
      .join('\n')
  const sum = (i: number, j: number, c: number) => `c${i}_${j}_${c}`
  const rest = /* wgsl */ `
  for (; k < k_end; k++) {
${registers.map((j) => `    let r${j}_0 = a_at(batch, ${ownRow(j)}, k);\n${exchange(`r${j}`)}`).join('\n')}
${range(groups)
  .map((j) => `    let b${j} = b_at(pb${j}, k);`)
  .join('\n')}
${columns((i, j, c) => `    ${sum(i, j, c)} = fma(${restOfA(i)}, b${j}[${c}], ${sum(i, j, c)});`)}
  }`

  return `enable subgroups;
${tilePrelude(tile)}
${subgroupMain(LANES, rows, groups)}
${registers
  .map(
    (j) => `  let pa${j} = a_base(batch, row + ${tn ? `${16 * (j % (rows / 16))}u + 4u * lane` : `${4 * j}u + lane`});`,
  )
  .join('\n')}
${columns((i, j, c) => `  var ${sum(i, j, c)} = 0.0;`)}
  for (; k + 4u <= k_end; k += 4u) {
${registers
  .map(
    (j) =>
      `    let a${j}_0 = load_a(pa${j}, k${tn ? ` + ${Math.floor(j / (rows / 16))}u` : ''});\n${exchange(`a${j}`)}`,
  )
  .join('\n')}
${range(groups)
  .map((j) => `    let b${j} = load_b(pb${j}, k);`)
  .join('\n')}
${columns((i, j, c) =>
  range(4)
    .map((kk) => `    ${sum(i, j, c)} = fma(${valueOfA(i, kk)}, b${j}[${kk}][${c}], ${sum(i, j, c)});`)
    .join('\n'),
)}
  }${wide ? '' : rest}
${biases(LANES, groups)}
${forTile(
  rows,
  groups,
  (i, j) =>
    `  finish(wid.z, ${rowOf(i)}, col + ${4 * LANES * j}u, vec4f(${range(4)
      .map((c) => sum(i, j, c))
      .join(', ')}) + bias${j});`,
)}
}
`
}
