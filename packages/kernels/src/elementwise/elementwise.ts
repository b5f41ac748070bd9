// Element-by-element kernels that are no part of another op.

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'

const ADD = /* wgsl */ `
// out = a + b; or out += a where ACCUMULATE (then b is not read). One invocation per V.
const ACCUMULATE = false;
struct Dims { N: u32 } // in V's
@group(0) @binding(0) var<storage, read> a: array<V>;
@group(0) @binding(1) var<storage, read> b: array<V>;
@group(0) @binding(2) var<storage, read_write> out: array<V>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  if (ACCUMULATE) { out[i] += a[i]; } else { out[i] = a[i] + b[i]; }
}
`

const FILL = /* wgsl */ `
// out = value everywhere. One invocation per V.
struct Dims { N: u32, value: f32 } // N in V's
@group(0) @binding(0) var<storage, read_write> out: array<V>;
@group(0) @binding(1) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  out[i] = V(dims.value);
}
`

function launch(
  program: Program,
  name: string,
  source: string,
  tensors: Record<string, Tensor>,
  size: number,
  dims: Record<string, number>,
  constants = {},
): void {
  const N = size / vectorWidth(size)
  program.dispatch(
    shader(name, forVectorWidth(source, size), constants),
    tensors,
    { N, ...dims },
    grid(Math.ceil(N / 64)),
  )
}

/** out = a + b, any shape, equal sizes. */
export function add(program: Program, t: { a: Tensor; b: Tensor; out: Tensor }): void {
  for (const name of ['b', 'out'] as const) checkSize('add', name, t[name], t.a.size)
  launch(program, 'add', ADD, t, t.a.size, {})
}

/** out += a, any shape, equal sizes. */
export function addInto(program: Program, t: { a: Tensor; out: Tensor }): void {
  checkSize('addInto', 'out', t.out, t.a.size)
  launch(program, 'add-into', ADD, { ...t, b: t.a }, t.a.size, {}, { ACCUMULATE: true })
}

/** out = value everywhere. */
export function fill(program: Program, out: Tensor, value = 0): void {
  launch(program, 'fill', FILL, { out }, out.size, { value })
}
