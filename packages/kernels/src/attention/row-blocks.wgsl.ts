// What the row-block form needs besides products: heads apart and together again, and the softmax of a block.

// Where element e of row t of head bh (= batch · nHead + head) lies. In `packed` (B·T, stride) it is a column of token t.
// In `heads` the rows of a block of all heads lie together, (blocks, B·nHead, block, hs), so that they are one batch of
// matrices for matmul; the last block may be shorter. With block = T that is (B·nHead, T, hs).
const PLACES = /* wgsl */ `
struct Dims { size: u32, T: u32, nHead: u32, heads: u32, hs: u32, stride: u32, column: u32, block: u32 } // hs, stride, column in V's
struct Places { packed: u32, heads: u32 }
fn places(i: u32) -> Places {
  let e = i % dims.hs;
  let t = i / dims.hs % dims.T;
  let bh = i / dims.hs / dims.T;
  let token = bh / dims.nHead * dims.T + t;
  let first = t / dims.block * dims.block;
  let rows = min(dims.block, dims.T - first);
  return Places(
    token * dims.stride + dims.column + bh % dims.nHead * dims.hs + e,
    (first * dims.heads + bh * rows + t - first) * dims.hs + e,
  );
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.size) { return; }
  let at = places(i);
  carry(at.packed, at.heads);
}
`

export const SPLIT_HEADS = /* wgsl */ `
// heads ← one of q, k, v in packed. One invocation per V.
@group(0) @binding(0) var<storage, read> packed: array<V>;
@group(0) @binding(1) var<storage, read_write> heads: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;
fn carry(p: u32, h: u32) { heads[h] = packed[p]; }
${PLACES}`

export const MERGE_HEADS = /* wgsl */ `
// packed ← heads, the inverse of splitting. One invocation per V.
@group(0) @binding(0) var<storage, read> heads: array<V>;
@group(0) @binding(1) var<storage, read_write> packed: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;
fn carry(p: u32, h: u32) { packed[p] = heads[h]; }
${PLACES}`

const BLOCK = /* wgsl */ `
// A block: rows first … first + R − 1 of all heads, keys 0 … W − 1 (W = first + R); scores (heads, R, W). scale = log2(e) / √hs.
struct Dims { rows: u32, R: u32, W: u32, T: u32, first: u32, scale: f32, root: f32 } // rows = heads · R, root = 1 / √hs
`

export const BLOCK_SOFTMAX = /* wgsl */ `
// In place: scores ← p_ij = exp2(s_ij − lse_i), s = scale · scores, 0 for the keys j > i that the mask hides;
// lse (heads, T) = log2 Σ_j≤i exp2(s_ij). One invocation per row.
${BLOCK}
@group(0) @binding(0) var<storage, read_write> scores: array<f32>;
@group(0) @binding(1) var<storage, read_write> lse: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.rows) { return; }
  let start = row * dims.W;
  let query = dims.first + row % dims.R;
  var top = scores[start];
  for (var j = 1u; j <= query; j++) { top = max(top, scores[start + j]); }
  var sum = 0.0;
  for (var j = 0u; j <= query; j++) {
    let p = exp2((scores[start + j] - top) * dims.scale);
    scores[start + j] = p;
    sum += p;
  }
  let inverse = 1.0 / sum;
  for (var j = 0u; j <= query; j++) { scores[start + j] *= inverse; }
  for (var j = query + 1u; j < dims.W; j++) { scores[start + j] = 0.0; }
  lse[row / dims.R * dims.T + query] = top * dims.scale + log2(sum);
}
`

export const BLOCK_SOFTMAX_BACKWARD = /* wgsl */ `
// In place: scores ← p as above, recomputed from lse; dp ← ds = p (dp − Σ_j p·dp) / √hs. One invocation per row.
${BLOCK}
@group(0) @binding(0) var<storage, read_write> scores: array<f32>;
@group(0) @binding(1) var<storage, read_write> dp: array<f32>;
@group(0) @binding(2) var<storage, read> lse: array<f32>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.rows) { return; }
  let start = row * dims.W;
  let query = dims.first + row % dims.R;
  let sum = lse[row / dims.R * dims.T + query];
  var delta = 0.0;
  for (var j = 0u; j <= query; j++) {
    let p = exp2(scores[start + j] * dims.scale - sum);
    scores[start + j] = p;
    delta = fma(p, dp[start + j], delta);
  }
  for (var j = 0u; j <= query; j++) { dp[start + j] = dims.root * scores[start + j] * (dp[start + j] - delta); }
  for (var j = query + 1u; j < dims.W; j++) { scores[start + j] = 0.0; dp[start + j] = 0.0; }
}
`
