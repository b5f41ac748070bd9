// out[z,C,R] = inp[z,R,C] transposed. One invocation writes four consecutive elements of a row of out, or the 1 to 3
// that are left at its end. Plain loads and stores: workgroup memory is slower on the software adapters.

export const TRANSPOSE = /* wgsl */ `
struct Dims { R: u32, C: u32, runs: u32 }  // runs: number of four-element runs, over all batches
@group(0) @binding(0) var<storage, read> inp: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_id) lid: vec3u) {
  let run = (wid.y * nwg.x + wid.x) * 64u + lid.x;
  if (run >= dims.runs) { return; }
  // consecutive invocations read consecutive elements of a row of inp
  let c = run % dims.C;
  let quads = (dims.R + 3u) / 4u;
  let r = 4u * ((run / dims.C) % quads);
  let z = run / (dims.C * quads) * dims.R * dims.C;
  let end = min(r + 4u, dims.R);
  for (var i = r; i < end; i++) { out[z + c * dims.R + i] = inp[z + i * dims.C + c]; }
}
`
