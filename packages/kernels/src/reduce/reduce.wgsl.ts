export const COLUMN_SUM = /* wgsl */ `
// out[chunk, c] (+)= Σ of inp[n, c] over a chunk of rows. inp (N, C). One invocation per (chunk, column); y runs over chunks.
const ACCUMULATE = false;
struct Dims { N: u32, C: u32, rows: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read_write> out: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * 16u + lane;
  if (c >= dims.C) { return; }
  let end = min((wid.y + 1u) * dims.rows, dims.N);
  var total = V();
  for (var n = wid.y * dims.rows; n < end; n++) { total += inp[n * dims.C + c]; }
  if (ACCUMULATE) { out[wid.y * dims.C + c] += total; } else { out[wid.y * dims.C + c] = total; }
}
`

export const SUM_CHUNKS = /* wgsl */ `
// partial[i] = Σ x or Σ x² over the i-th chunk of inp. One invocation per chunk.
const SQUARE = false;
struct Dims { N: u32, chunk: u32, chunks: u32 } // N and chunk in V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  if (gid.x >= dims.chunks) { return; }
  let end = min((gid.x + 1u) * dims.chunk, dims.N);
  var total = V();
  for (var i = gid.x * dims.chunk; i < end; i++) {
    let x = inp[i];
    if (SQUARE) { total = fma(x, x, total); } else { total += x; }
  }
  partial[gid.x] = sum_of(total);
}
`

export const SUM_FINISH = /* wgsl */ `
// out[0] (+)= Σ partial. One invocation in all.
const ACCUMULATE = false;
struct Dims { chunks: u32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(1)
fn main() {
  var total = 0.0;
  for (var i = 0u; i < dims.chunks; i++) { total += partial[i]; }
  if (ACCUMULATE) { out[0] += total; } else { out[0] = total; }
}
`
