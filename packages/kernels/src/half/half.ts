// Numbers in half the bytes: f32 to f16 and back, two in a word. Matmul reads packed operands directly and sums in f32.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const PACK = /* wgsl */ `
// out[i] = the halves of inp[2i] and inp[2i + 1]. One invocation per pair. unpack2x16float is core WGSL: no feature needed.
struct Dims { N: u32 } // pairs
@group(0) @binding(0) var<storage, read> inp: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  // what is beyond the largest half becomes that: WGSL leaves the overflow open
  out[i] = pack2x16float(clamp(inp[i], vec2f(-65504.0), vec2f(65504.0)));
}
`

/**
 * out (…, N/2) f16x2 = inp (…, N) f32 in halves, N even: 11 bits of mantissa, so a relative error of 2⁻¹¹ (2⁻¹⁰ where a
 * driver rounds towards zero); beyond ±65504 the value is clamped, below 6·10⁻⁵ the error is 6·10⁻⁸ at most.
 */
export function packHalf(program: Program, { inp, out }: { inp: Tensor; out: Tensor }): void {
  const wanted = [...inp.shape.slice(0, -1), inp.shape[inp.shape.length - 1] / 2]
  if (inp.dtype !== 'f32' || out.dtype !== 'f16x2')
    throw new Error(`packHalf: inp is ${inp.dtype} and out ${out.dtype} but they must be f32 and f16x2`)
  if (out.shape.join() !== wanted.join())
    throw new Error(`packHalf: out is (${out.shape.join(', ')}) but must be (${wanted.join(', ')})`)
  program.dispatch(shader('pack-half', PACK), { inp, out }, { N: out.size }, grid(Math.ceil(out.size / 64)))
}
