// The WGSL that the attention kernels share: how a head's vectors are read and written, which rows a lane owns, and
// how the rows that all lanes need are read. Each function returns text; registers are unrolled, hence the generators.

import { QUAD_SWAPS } from '../quad-swaps.ts'

/** How attention over whole sequences is computed. See choose-variant.ts. */
export interface AttentionVariant {
  /**
   * How the rows that all lanes need are shared. false: not, the portable form. Else a workgroup is one subgroup, and
   * 'broadcast': the rows' vec4s are spread over the lanes and broadcast one by one;
   * 'quad': subgroups of four lanes, four rows per step, of which each lane reads one and all exchange theirs.
   */
  readonly subgroups: false | 'broadcast' | 'quad'
  /** rows (queries, or keys in the dK/dV kernel) that a lane owns */
  readonly rows: number
  /** rows of the other operand per step of the loop */
  readonly keys: number
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** `line(0)` … `line(n − 1)`, one per line. */
export const each = (n: number, line: (i: number) => string): string => range(n).map(line).join('\n')

/** A head's vector as `count` vec4s; the last one is padded with zeros when 4 does not divide the head size. */
interface Vectors {
  /** element type of the storage arrays: vec4f, or f32 when rows are not aligned to vec4 */
  readonly type: 'vec4f' | 'f32'
  /** the head size in elements of that type */
  readonly width: number
  readonly count: number
  /** the vec4 number `e` of the vector that starts at element `at` */
  load(array: string, at: string, e: number): string
  store(array: string, at: string, e: number, value: string): string
}

export function vectors(hs: number): Vectors {
  if (hs % 4 === 0)
    return {
      type: 'vec4f',
      width: hs / 4,
      count: hs / 4,
      load: (array, at, e) => `${array}[${at} + ${e}u]`,
      store: (array, at, e, value) => `${array}[${at} + ${e}u] = ${value};`,
    }
  const parts = (e: number) => range(Math.min(4, hs - 4 * e))
  return {
    type: 'f32',
    width: hs,
    count: Math.ceil(hs / 4),
    load: (array, at, e) => {
      const values = parts(e).map((i) => `${array}[${at} + ${4 * e + i}u]`)
      while (values.length < 4) values.push('0.0')
      return `vec4f(${values.join(', ')})`
    },
    store: (array, at, e, value) =>
      parts(e)
        .map((i) => `${array}[${at} + ${4 * e + i}u] = (${value})[${i}];`)
        .join(' '),
  }
}

const PORTABLE_WORKGROUP = 32

/** How many workgroups cover B·nHead heads of T rows: see {@link mainOfRows}. */
export function workgroupsOf(
  { rows }: AttentionVariant,
  subgroup: number | undefined,
  heads: number,
  T: number,
): number {
  const lanes = Math.ceil(T / rows)
  return subgroup ? heads * Math.ceil(lanes / subgroup) : Math.ceil((heads * lanes) / PORTABLE_WORKGROUP)
}

/**
 * The opening of `main`. It leaves in scope: `bh` (batch·head), `first` (the lane's first row; it owns rows
 * first … first + rows − 1, those ≥ T are idle), `begin` and `end` (the rows of the whole group that steps together),
 * `C` and `stride` (elements of the arrays from token to token in out and in qkv), `head` and `ohead` (where token 0 of
 * this head starts in qkv and in out).
 * Portable: lanes are numbered through all heads, so that short sequences fill a workgroup, and each lane loops for
 * itself. With subgroups: a workgroup is one subgroup, a tile of rows of one head, and its lanes loop together.
 */
export function mainOfRows({ rows }: AttentionVariant, subgroup: number | undefined, width: number): string {
  const mapping = subgroup
    ? `
@compute @workgroup_size(${subgroup})
fn main(
  @builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  const TILE = ${subgroup * rows}u;
  let tiles = (dims.T + TILE - 1u) / TILE;
  let tile = wid.y * nwg.x + wid.x;
  if (tile >= dims.B * dims.nHead * tiles) { return; }
  let bh = tile / tiles;
  let begin = tile % tiles * TILE;
  let end = min(begin + TILE, dims.T);
  let first = begin + lane * ${rows}u;`
    : `
@compute @workgroup_size(${PORTABLE_WORKGROUP})
fn main(
  @builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  const ROWS = ${rows}u;
  let groups = (dims.T + ROWS - 1u) / ROWS;
  let group = (wid.y * nwg.x + wid.x) * ${PORTABLE_WORKGROUP}u + lane;
  if (group >= dims.B * dims.nHead * groups) { return; }
  let bh = group / groups;
  let first = group % groups * ROWS;
  let begin = first;
  let end = min(first + ROWS, dims.T);`
  return `${mapping}
  let C = dims.nHead * ${width}u;
  let stride = 3u * C;
  let token = bh / dims.nHead * dims.T;
  let ohead = token * C + bh % dims.nHead * ${width}u;
  let head = token * stride + bh % dims.nHead * ${width}u;`
}

/** The rows that all lanes of a step read: `keys` rows from row `j` on, clamped to the last one. */
interface SharedRows {
  /** text before the loop */
  readonly setup: string
  /** text in the loop that reads the rows of `array`, whose row 0 starts at `base`; `name` is theirs from then on */
  load(name: string, array: string, base: string, stride: string): string
  /** vec4 number `e` of the row number {@link row}(k) */
  at(name: string, k: number, e: number): string
  /** which row is number `k` of a step: j + k, or with quads j + (lane XOR k) */
  row(k: number): string
}

/** How a kernel's header says what a workgroup is. */
export const workgroupText = ({ subgroups }: AttentionVariant, subgroup: number | undefined, what: string): string =>
  subgroup
    ? `// A workgroup is one subgroup of ${subgroup} lanes that share each ${what} by ${subgroups === 'quad' ? 'exchange' : 'broadcast'}.\nenable subgroups;`
    : '// A workgroup has no meaning: lanes are numbered through all rows of all heads.'

export function sharedRows(
  { keys, subgroups }: AttentionVariant,
  subgroup: number | undefined,
  vector: Vectors,
): SharedRows {
  const { count } = vector
  const row = (offset: string) => (keys === 1 || offset === '0u' ? 'j' : `min(j + ${offset}, dims.T - 1u)`)
  if (subgroups === 'quad')
    return {
      setup: '',
      load: (name, array, base, stride) =>
        each(
          count,
          (e) => `    let ${name}_${e} = ${array}[${base} + min(j + lane, dims.T - 1u) * ${stride} + ${e}u];`,
        ),
      at: (name, k, e) => `${QUAD_SWAPS[k]}(${name}_${e})`,
      row: (k) => (k === 0 ? '(j + lane)' : `(j + (lane ^ ${k}u))`),
    }
  const plain = (k: number) => (k === 0 ? 'j' : `(j + ${k}u)`)
  if (!subgroup) {
    const arrays = new Map<string, string>()
    return {
      setup: '',
      load(name, array, base, stride) {
        arrays.set(name, array)
        return each(keys, (k) => `    let ${name}${k} = ${base} + ${row(`${k}u`)} * ${stride};`)
      },
      at: (name, k, e) => vector.load(arrays.get(name)!, `${name}${k}`, e),
      row: plain,
    }
  }
  // the rows' vec4s, keys·count in a run, are spread over the lanes; each use is a broadcast from a constant lane
  const slots = range(Math.ceil((keys * count) / subgroup))
  const setup = slots.map((c) => {
    const part = `let part${c} = min(${c * subgroup}u + lane, ${keys * count - 1}u);`
    return keys === 1
      ? `  ${part} let e${c} = part${c};`
      : `  ${part} let row${c} = part${c} / ${count}u; let e${c} = part${c} % ${count}u;`
  })
  return {
    setup: setup.join('\n'),
    load: (name, array, base, stride) =>
      slots.map((c) => `    let ${name}${c} = ${array}[${base} + ${row(`row${c}`)} * ${stride} + e${c}];`).join('\n'),
    at: (name, k, e) => {
      const part = k * count + e
      return `subgroupBroadcast(${name}${Math.floor(part / subgroup)}, ${part % subgroup}u)`
    },
    row: plain,
  }
}

/** `s + a·b`, in scalar multiply-adds: a few percent faster than a vec4 accumulator on the adapters measured. */
export const MADD = `
fn madd(a: vec4f, b: vec4f, s: f32) -> f32 {
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, s))));
}`
