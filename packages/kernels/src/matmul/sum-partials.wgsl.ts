// out[z,M,N] = epilogue(Σ_s partials[z,s,M,N] (+ bias[N])), s ascending: the second pass of split-K, in one fixed order, so
// that results repeat to the bit. One invocation per element.

import { epilogueText } from './epilogue.wgsl.ts'

export const sumPartials = (slope: boolean): string => /* wgsl */ `
struct Dims { size: u32, splits: u32, MN: u32, N: u32, out_stride: u32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read> bias: array<f32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;  // residual or factor
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;
${slope ? '@group(0) @binding(5) var<storage, read_write> slope: array<f32>;' : ''}
${epilogueText('f32', slope)}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_id) lid: vec3u) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lid.x;
  if (i >= dims.size) { return; }
  let first = (i / dims.MN) * dims.MN * dims.splits + i % dims.MN;
  var value = 0.0;
  for (var s = 0u; s < dims.splits; s++) { value += partials[first + s * dims.MN]; }
  if (BIAS) { value += bias[i % dims.N]; }
  let at = i / dims.MN * dims.out_stride + i % dims.MN;
  out[at] = epilogue(at, value);
}
`
