export const EMBEDDING_FORWARD = /* wgsl */ `
// out[n] = table[ids[n]] + positions[(n mod T) + first], n over B·T rows; one invocation per V of out.
// POSITIONS false: out[n] = table[ids[n]] alone (then the positions binding is any tensor and is not read).
const POSITIONS = true;
struct Dims { N: u32, C: u32, rows: u32, T: u32 } // C counts V's; rows = rows of the table
@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> table: array<V>;
@group(0) @binding(2) var<storage, read> positions: array<V>;
@group(0) @binding(3) var<storage, read> first: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<V>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N * dims.C) { return; }
  let n = i / dims.C;
  let c = i % dims.C;
  let id = min(ids[n], dims.rows - 1u); // the host checks ids; the clamp keeps a bad one inside the table
  var x = table[id * dims.C + c];
  if (POSITIONS) { x += positions[(n % dims.T + first[0]) * dims.C + c]; }
  out[i] = x;
}
`

export const OCCURRENCES = /* wgsl */ `
// Links the positions that hold the same id: next[n] = the next position with ids[n], or N; is_first[n] = 1 where
// no earlier position has it. One invocation per position. N²/2 comparisons in all, a small share of a step.
struct Dims { N: u32 }
@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read_write> next: array<u32>;
@group(0) @binding(2) var<storage, read_write> is_first: array<u32>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (n >= dims.N) { return; }
  let id = ids[n];
  var after = n + 1u;
  while (after < dims.N && ids[after] != id) { after++; }
  next[n] = after;
  var before = n;
  while (before > 0u && ids[before - 1u] != id) { before--; }
  is_first[n] = select(0u, 1u, before == 0u);
}
`

export const EMBEDDING_BACKWARD = /* wgsl */ `
// dtable[ids[n]] += Σ of dout over all positions with that id, gathered by the first of them along the links:
// every row of the table is written by one invocation, so no atomics and always the same order of additions.
// One invocation per (position, V).
struct Dims { N: u32, C: u32, rows: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> ids: array<u32>;
@group(0) @binding(1) var<storage, read> next: array<u32>;
@group(0) @binding(2) var<storage, read> is_first: array<u32>;
@group(0) @binding(3) var<storage, read> dout: array<V>;
@group(0) @binding(4) var<storage, read_write> dtable: array<V>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N * dims.C) { return; }
  let n = i / dims.C;
  let c = i % dims.C;
  if (is_first[n] == 0u) { return; }
  var total = V();
  for (var at = n; at < dims.N; at = next[at]) { total += dout[at * dims.C + c]; }
  dtable[min(ids[n], dims.rows - 1u) * dims.C + c] += total;
}
`

export const POSITION_BACKWARD = /* wgsl */ `
// dpositions[t] += Σ over b of dout[b, t]. dout (B·T, C); one invocation per (t, V).
struct Dims { B: u32, T: u32, C: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> dout: array<V>;
@group(0) @binding(1) var<storage, read_write> dpositions: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.T * dims.C) { return; }
  var total = V();
  for (var b = 0u; b < dims.B; b++) { total += dout[b * dims.T * dims.C + i]; }
  dpositions[i] += total;
}
`
