// Principal components on the GPU, in four kernels. R rows of C numbers; C is at most 256.

export const MEAN = /* wgsl */ `
// mean[c] = Σ_r x[r, c] / R. One invocation per column.
struct Dims { R: u32, C: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= dims.C) { return; }
  var total = 0.0;
  for (var r = 0u; r < dims.R; r++) { total += x[r * dims.C + c]; }
  mean[c] = total / f32(dims.R);
}
`

export const COVARIANCE = /* wgsl */ `
// cov[i, j] = Σ_r (x[r, i] − mean[i]) (x[r, j] − mean[j]) / R. One invocation per (i, j).
struct Dims { R: u32, C: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> cov: array<f32>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x / dims.C;
  let j = id.x % dims.C;
  if (i >= dims.C) { return; }
  let mi = mean[i];
  let mj = mean[j];
  var total = 0.0;
  for (var r = 0u; r < dims.R; r++) { total += (x[r * dims.C + i] - mi) * (x[r * dims.C + j] - mj); }
  cov[id.x] = total / f32(dims.R);
}
`

export const AXES = /* wgsl */ `
// The K directions of most variance by power iteration, each kept orthogonal to those before it:
//   v ← S v − Σ_k u_k (u_k · S v), normalised, over and over; λ = v · S v.
// One workgroup; lane l has the elements l, l + 64, … The sign: the element farthest from zero is positive.
const MAX_C: u32 = 256u;
struct Dims { C: u32, K: u32, iterations: u32 }
@group(0) @binding(0) var<storage, read> cov: array<f32>;
@group(0) @binding(1) var<storage, read> start: array<f32>; // (K, C)
@group(0) @binding(2) var<storage, read_write> axes: array<f32>; // (K, C)
@group(0) @binding(3) var<storage, read_write> variances: array<f32>; // (K)
@group(0) @binding(4) var<uniform> dims: Dims;

var<workgroup> v: array<f32, MAX_C>;
var<workgroup> w: array<f32, MAX_C>;
var<workgroup> parts: array<f32, 64>;

// the same for all lanes; every lane must call it
fn total(part: f32, lane: u32) -> f32 {
  parts[lane] = part;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += parts[i]; }
  workgroupBarrier();
  return sum;
}

// w = S v; a direction with no variance left gives zeros
fn multiply(lane: u32) {
  for (var c = lane; c < dims.C; c += 64u) {
    var sum = 0.0;
    for (var j = 0u; j < dims.C; j++) { sum += cov[c * dims.C + j] * v[j]; }
    w[c] = sum;
  }
  workgroupBarrier();
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var k = 0u; k < dims.K; k++) {
    for (var c = lane; c < dims.C; c += 64u) { v[c] = start[k * dims.C + c]; }
    workgroupBarrier();
    for (var step = 0u; step < dims.iterations; step++) {
      multiply(lane);
      for (var p = 0u; p < k; p++) {
        var part = 0.0;
        for (var c = lane; c < dims.C; c += 64u) { part += axes[p * dims.C + c] * w[c]; }
        let along = total(part, lane);
        for (var c = lane; c < dims.C; c += 64u) { w[c] -= along * axes[p * dims.C + c]; }
      }
      var part = 0.0;
      for (var c = lane; c < dims.C; c += 64u) { part += w[c] * w[c]; }
      let norm = sqrt(total(part, lane));
      for (var c = lane; c < dims.C; c += 64u) { v[c] = select(0.0, w[c] / norm, norm > 1e-20); }
      workgroupBarrier();
    }
    multiply(lane);
    var part = 0.0;
    for (var c = lane; c < dims.C; c += 64u) { part += v[c] * w[c]; }
    let variance = total(part, lane);
    if (lane == 0u) { variances[k] = variance; }
    var farthest = 0.0;
    for (var c = 0u; c < dims.C; c++) { if (abs(v[c]) > abs(farthest)) { farthest = v[c]; } }
    for (var c = lane; c < dims.C; c += 64u) { axes[k * dims.C + c] = select(v[c], -v[c], farthest < 0.0); }
    storageBarrier();
    workgroupBarrier();
  }
}
`

export const PROJECT = /* wgsl */ `
// out[r, k] = Σ_c (x[r, c] − mean[c]) axes[k, c]. One invocation per row.
struct Dims { R: u32, C: u32, K: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> mean: array<f32>;
@group(0) @binding(2) var<storage, read> axes: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let r = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (r >= dims.R) { return; }
  for (var k = 0u; k < dims.K; k++) {
    var sum = 0.0;
    for (var c = 0u; c < dims.C; c++) { sum += (x[r * dims.C + c] - mean[c]) * axes[k * dims.C + c]; }
    out[r * dims.K + k] = sum;
  }
}
`
