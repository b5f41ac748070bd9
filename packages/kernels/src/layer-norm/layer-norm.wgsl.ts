/** With `residual`, what is normalised is inp + residual, which is left in `sum`. */
export const layerNormForwardText = (residual: boolean): string => /* wgsl */ `
// out = (x − mean) · rstd · weight + bias over each row of x = inp (+ residual); mean and rstd = 1/√(var + eps) are saved
// for the backward. inp, residual, sum, out (N, C); weight, bias (C); mean, rstd (N). One invocation per row.
struct Dims { N: u32, C: u32, eps: f32 } // C counts V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read> weight: array<V>;
@group(0) @binding(2) var<storage, read> bias: array<V>;
@group(0) @binding(3) var<storage, read_write> out: array<V>;
@group(0) @binding(4) var<storage, read_write> mean: array<f32>;
@group(0) @binding(5) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(6) var<uniform> dims: Dims;
${
  residual
    ? `@group(0) @binding(7) var<storage, read> residual: array<V>;
@group(0) @binding(8) var<storage, read_write> sum: array<V>;
fn first_x(i: u32) -> V { let x = inp[i] + residual[i]; sum[i] = x; return x; }
fn x_at(i: u32) -> V { return sum[i]; }`
    : `fn first_x(i: u32) -> V { return inp[i]; }
fn x_at(i: u32) -> V { return inp[i]; }`
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.N) { return; }
  let start = row * dims.C;
  let count = f32(dims.C * WIDTH);
  // pass 1: mean
  var total = V();
  for (var c = 0u; c < dims.C; c++) { total += first_x(start + c); }
  let m = sum_of(total) / count;
  // pass 2: variance about the mean (two passes: E[x²] − m² cancels)
  var squares = V();
  for (var c = 0u; c < dims.C; c++) { let d = x_at(start + c) - V(m); squares = fma(d, d, squares); }
  let r = 1.0 / sqrt(sum_of(squares) / count + dims.eps);
  // pass 3: normalise
  for (var c = 0u; c < dims.C; c++) { out[start + c] = fma((x_at(start + c) - V(m)) * r, weight[c], bias[c]); }
  mean[row] = m;
  rstd[row] = r;
}
`

export const LAYER_NORM_BACKWARD_INPUT = /* wgsl */ `
// With x̂ = (inp − mean)·rstd and g = dout·weight, over each row of C: dinp (+)= rstd · (g − mean(g) − x̂ · mean(g·x̂)).
// One invocation per row.
const ACCUMULATE = false;
struct Dims { N: u32, C: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read> weight: array<V>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read> dout: array<V>;
@group(0) @binding(5) var<storage, read_write> dinp: array<V>;
@group(0) @binding(6) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.N) { return; }
  let start = row * dims.C;
  let m = mean[row];
  let r = rstd[row];
  // pass 1: the two means
  var g_total = V();
  var gx_total = V();
  for (var c = 0u; c < dims.C; c++) {
    let g = dout[start + c] * weight[c];
    g_total += g;
    gx_total = fma(g, (inp[start + c] - V(m)) * r, gx_total);
  }
  let count = f32(dims.C * WIDTH);
  let g_mean = sum_of(g_total) / count;
  let gx_mean = sum_of(gx_total) / count;
  // pass 2
  for (var c = 0u; c < dims.C; c++) {
    let x_hat = (inp[start + c] - V(m)) * r;
    let d = r * (dout[start + c] * weight[c] - V(g_mean) - x_hat * gx_mean);
    if (ACCUMULATE) { dinp[start + c] += d; } else { dinp[start + c] = d; }
  }
}
`

export const LAYER_NORM_BACKWARD_PARTIAL = /* wgsl */ `
// Sums over a chunk of ROWS rows: partial[chunk] = (Σ dout·x̂ | Σ dout), 2·C values a chunk.
// One invocation per (chunk, column); x runs over columns.
struct Dims { N: u32, C: u32, rows: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read> mean: array<f32>;
@group(0) @binding(2) var<storage, read> rstd: array<f32>;
@group(0) @binding(3) var<storage, read> dout: array<V>;
@group(0) @binding(4) var<storage, read_write> partial: array<V>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(16)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = wid.x * 16u + lane;
  if (c >= dims.C) { return; }
  let first = wid.y * dims.rows;
  let end = min(first + dims.rows, dims.N);
  var dweight = V();
  var dbias = V();
  for (var row = first; row < end; row++) {
    let g = dout[row * dims.C + c];
    dweight = fma(g, (inp[row * dims.C + c] - V(mean[row])) * rstd[row], dweight);
    dbias += g;
  }
  partial[(wid.y * 2u) * dims.C + c] = dweight;
  partial[(wid.y * 2u + 1u) * dims.C + c] = dbias;
}
`

export const LAYER_NORM_BACKWARD_PARAMETERS = /* wgsl */ `
// dweight += Σ over chunks of partial[·, 0]; dbias += Σ of partial[·, 1]. One invocation per column.
struct Dims { C: u32, chunks: u32 } // C counts V's
@group(0) @binding(0) var<storage, read> partial: array<V>;
@group(0) @binding(1) var<storage, read_write> dweight: array<V>;
@group(0) @binding(2) var<storage, read_write> dbias: array<V>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  let c = gid.x;
  if (c >= dims.C) { return; }
  var w = V();
  var b = V();
  for (var chunk = 0u; chunk < dims.chunks; chunk++) {
    w += partial[(chunk * 2u) * dims.C + c];
    b += partial[(chunk * 2u + 1u) * dims.C + c];
  }
  dweight[c] += w;
  dbias[c] += b;
}
`
