// Row-wise kernels are written once for a vector type V: vec4f where the row length is a multiple of 4 (one 16-byte
// load instead of four), f32 for every other length.

const VEC4 = /* wgsl */ `alias V = vec4f;
const WIDTH = 4u;
fn sum_of(v: V) -> f32 { return (v.x + v.y) + (v.z + v.w); }
fn max_of(v: V) -> f32 { return max(max(v.x, v.y), max(v.z, v.w)); }
`
const SCALAR = /* wgsl */ `alias V = f32;
const WIDTH = 1u;
fn sum_of(v: V) -> f32 { return v; }
fn max_of(v: V) -> f32 { return v; }
`

/** Lanes of V for rows of `length` elements: 4 or 1. */
export function vectorWidth(length: number): 4 | 1 {
  return length % 4 === 0 ? 4 : 1
}

/** The kernel's text with V defined for rows of `length` elements. */
export function forVectorWidth(source: string, length: number): string {
  return (vectorWidth(length) === 4 ? VEC4 : SCALAR) + source
}
