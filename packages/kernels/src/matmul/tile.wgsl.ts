// What both tile kernels share: dims, bindings, loads of four k-steps at a time, and the epilogue.
// The loads know the form and the width; the kernels only know rows, columns and k.

import { epilogueText } from './epilogue.wgsl.ts'

/** nn: A[M,K]·B[K,N]; tn: A[K,M]ᵀ·B[K,N]; nt: A[M,K]·B[N,K]ᵀ */
export type Form = 'nn' | 'tn' | 'nt'

/** Which operands are stored as halves, four in a vec2u; only wide ones. Every sum is made in f32. */
export interface Halves {
  a: boolean
  b: boolean
}

const dimsAndBindings = (element: 'vec4f' | 'f32', halves: Halves, slope: boolean) => /* wgsl */ `
struct Dims {
  M: u32, N: u32, K: u32,
  a_stride: u32, b_stride: u32, out_stride: u32,  // elements from one batch (of splits) to the next; b_stride 0: B is shared
  splits: u32, k_per_split: u32,  // workgroup z = batch * splits + split; k_per_split is a multiple of 4
}
@group(0) @binding(0) var<storage, read> a: array<${halves.a ? 'vec2u' : element}>;
@group(0) @binding(1) var<storage, read> b: array<${halves.b ? 'vec2u' : element}>;
@group(0) @binding(2) var<storage, read> bias: array<${element}>;
@group(0) @binding(3) var<storage, read> other: array<${element}>;  // residual or factor
@group(0) @binding(4) var<storage, read_write> out: array<${element}>;
@group(0) @binding(5) var<uniform> dims: Dims;
${slope ? `@group(0) @binding(6) var<storage, read_write> slope: array<${element}>;` : ''}
${epilogueText(element, slope)}`

// Wide loads: every row length is a multiple of 4, so that memory is vec4f. Rows and columns beyond the edge are
// clamped to the last valid one; what they compute is not stored.
// a_base, b_base: the address of k = 0; load_a: four k of one row (nn, nt) or four rows at one k (tn);
// load_b: matrix whose column i holds four columns of op(B) at k + i.
const WIDE_A_ROWS = /* wgsl */ `
fn a_base(batch: u32, row: u32) -> u32 { return (batch * dims.a_stride + min(row, dims.M - 1u) * dims.K) / 4u; }
fn load_a(base: u32, k: u32) -> vec4f { return a_vec(base + k / 4u); }
`
const WIDE_A_COLUMNS = /* wgsl */ `
fn a_base(batch: u32, row: u32) -> u32 { return (batch * dims.a_stride + min(row, dims.M - 4u)) / 4u; }
fn load_a(base: u32, k: u32) -> vec4f { return a_vec(base + k * (dims.M / 4u)); }
`
const WIDE_B_ROWS = /* wgsl */ `
fn b_base(batch: u32, col: u32) -> u32 { return (batch * dims.b_stride + min(col, dims.N - 4u)) / 4u; }
fn load_b(base: u32, k: u32) -> mat4x4f {
  let width = dims.N / 4u;
  let i = base + k * width;
  return mat4x4f(b_vec(i), b_vec(i + width), b_vec(i + 2u * width), b_vec(i + 3u * width));
}
`
const WIDE_B_COLUMNS = /* wgsl */ `
fn b_base(batch: u32, col: u32) -> vec4u {
  let width = dims.K / 4u;
  return batch * dims.b_stride / 4u + (min(col, dims.N - 4u) + vec4u(0u, 1u, 2u, 3u)) * width;
}
fn load_b(base: vec4u, k: u32) -> mat4x4f {
  let i = base + k / 4u;
  return transpose(mat4x4f(b_vec(i.x), b_vec(i.y), b_vec(i.z), b_vec(i.w)));
}
`
const WIDE_FINISH = /* wgsl */ `
fn bias_at(col: u32) -> vec4f {
  if (BIAS) { return bias[min(col, dims.N - 4u) / 4u]; }
  return vec4f();
}
fn finish(z: u32, row: u32, col: u32, sum: vec4f) {
  if (row >= dims.M || col >= dims.N) { return; }
  let i = (z * dims.out_stride + row * dims.N + col) / 4u;
  out[i] = epilogue(i, sum);
}
`

// Narrow loads: any row length, memory is f32. K may leave a rest of 1 to 3 steps, which a_at and b_at load singly.
const NARROW_A_ROWS = /* wgsl */ `
fn a_base(batch: u32, row: u32) -> u32 { return batch * dims.a_stride + min(row, dims.M - 1u) * dims.K; }
fn load_a(base: u32, k: u32) -> vec4f {
  let i = base + k;
  return vec4f(a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
}
fn a_at(batch: u32, row: u32, k: u32) -> f32 { return a[a_base(batch, row) + k]; }
`
const NARROW_A_COLUMNS = /* wgsl */ `
fn a_base(batch: u32, row: u32) -> vec4u {
  return batch * dims.a_stride + min(row + vec4u(0u, 1u, 2u, 3u), vec4u(dims.M - 1u));
}
fn load_a(base: vec4u, k: u32) -> vec4f {
  let i = base + k * dims.M;
  return vec4f(a[i.x], a[i.y], a[i.z], a[i.w]);
}
fn a_at(batch: u32, row: u32, k: u32) -> f32 {
  return a[batch * dims.a_stride + k * dims.M + min(row, dims.M - 1u)];
}
`
const NARROW_B_ROWS = /* wgsl */ `
fn b_base(batch: u32, col: u32) -> vec4u {
  return batch * dims.b_stride + min(col + vec4u(0u, 1u, 2u, 3u), vec4u(dims.N - 1u));
}
fn b_at(base: vec4u, k: u32) -> vec4f {
  let i = base + k * dims.N;
  return vec4f(b[i.x], b[i.y], b[i.z], b[i.w]);
}
`
const NARROW_B_COLUMNS = /* wgsl */ `
fn b_base(batch: u32, col: u32) -> vec4u {
  return batch * dims.b_stride + min(col + vec4u(0u, 1u, 2u, 3u), vec4u(dims.N - 1u)) * dims.K;
}
fn b_at(base: vec4u, k: u32) -> vec4f {
  let i = base + k;
  return vec4f(b[i.x], b[i.y], b[i.z], b[i.w]);
}
`
const NARROW_B = /* wgsl */ `
fn load_b(base: vec4u, k: u32) -> mat4x4f {
  return mat4x4f(b_at(base, k), b_at(base, k + 1u), b_at(base, k + 2u), b_at(base, k + 3u));
}
`
const NARROW_FINISH = /* wgsl */ `
fn bias_at(col: u32) -> vec4f {
  if (!BIAS) { return vec4f(); }
  let i = min(col + vec4u(0u, 1u, 2u, 3u), vec4u(dims.N - 1u));
  return vec4f(bias[i.x], bias[i.y], bias[i.z], bias[i.w]);
}
fn finish(z: u32, row: u32, col: u32, sum: vec4f) {
  if (row >= dims.M) { return; }
  let start = z * dims.out_stride + row * dims.N;
  let end = min(col + 4u, dims.N);
  var rest = sum;
  for (var c = col; c < end; c++) {
    out[start + c] = epilogue(start + c, rest.x);
    rest = rest.yzwx;
  }
}
`

// unpack2x16float is in every WGSL, so that halves need no feature of the adapter
const vectorOf = (name: 'a' | 'b', half: boolean) =>
  half
    ? `fn ${name}_vec(i: u32) -> vec4f { return vec4f(unpack2x16float(${name}[i].x), unpack2x16float(${name}[i].y)); }\n`
    : `fn ${name}_vec(i: u32) -> vec4f { return ${name}[i]; }\n`

const NO_HALVES: Halves = { a: false, b: false }

/** What a tile's text depends on besides its size. */
export interface Operands {
  form: Form
  /** all row lengths and K are multiples of 4 */
  wide: boolean
  /** default: none */
  halves?: Halves
  /** GELU's derivative is written, too */
  slope?: boolean
}

/** Everything before `main`. */
export function tilePrelude({ form, wide, halves = NO_HALVES, slope = false }: Operands): string {
  if (wide)
    return [
      dimsAndBindings('vec4f', halves, slope),
      vectorOf('a', halves.a),
      vectorOf('b', halves.b),
      form === 'tn' ? WIDE_A_COLUMNS : WIDE_A_ROWS,
      form === 'nt' ? WIDE_B_COLUMNS : WIDE_B_ROWS,
      WIDE_FINISH,
    ].join('')
  return [
    dimsAndBindings('f32', NO_HALVES, slope),
    form === 'tn' ? NARROW_A_COLUMNS : NARROW_A_ROWS,
    form === 'nt' ? NARROW_B_COLUMNS : NARROW_B_ROWS,
    NARROW_B,
    NARROW_FINISH,
  ].join('')
}

export const COMPONENT = ['x', 'y', 'z', 'w'] as const

/** [0, 1, …, n − 1] */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** One text per combination of a row and a column group, as indented lines. */
export function forTile(rows: number, groups: number, text: (i: number, j: number) => string): string {
  return range(rows)
    .flatMap((i) => range(groups).map((j) => text(i, j)))
    .join('\n')
}
