export const SOFTMAX_LOSS = /* wgsl */ `
// Per row n with K (target id, weight) pairs: losses[n] = −Σₖ w[n,k] · log softmax(logits[n])[id[n,k]], and, in the same
// pass where GRADIENT, logits[n] ← W·softmax(logits[n]) − Σₖ w[n,k]·onehot(id[n,k]) with W = Σₖ w[n,k].
// logits (N, V); ids, weights (N, K); losses (N). One invocation per row.
const GRADIENT = true;
struct Dims { N: u32, C: u32, K: u32, classes: u32 } // classes per row; C counts V's
@group(0) @binding(0) var<storage, read_write> logits: array<V>;
@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;

fn logit(start: u32, id: u32) -> f32 { return LOGIT_AT; }

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.N) { return; }
  let start = row * dims.C;
  // pass 1: the maximum, so that no exponential overflows
  var top = logits[start];
  for (var c = 1u; c < dims.C; c++) { top = max(top, logits[start + c]); }
  let highest = max_of(top);
  // pass 2: log-sum-exp
  var total = V();
  for (var c = 0u; c < dims.C; c++) { total += exp(logits[start + c] - V(highest)); }
  let z = sum_of(total);
  let lse = highest + log(z);
  var loss = 0.0;
  var weight = 0.0;
  for (var k = 0u; k < dims.K; k++) {
    let w = weights[row * dims.K + k];
    weight += w;
    // a pair of weight 0 counts for nothing, whatever its id
    if (w != 0.0) { loss = fma(w, lse - logit(start, min(ids[row * dims.K + k], dims.classes - 1u)), loss); }
  }
  losses[row] = loss;
  if (!GRADIENT) { return; }
  // pass 3: the gradient, in place
  let factor = weight / z;
  for (var c = 0u; c < dims.C; c++) { logits[start + c] = exp(logits[start + c] - V(highest)) * factor; }
  for (var k = 0u; k < dims.K; k++) {
    let id = min(ids[row * dims.K + k], dims.classes - 1u);
    SUBTRACT_AT
  }
}
`

/** How one class of a row is read and lowered, for rows of vec4f and of f32. */
export const CLASS_ACCESS = {
  4: {
    read: 'logits[start + id / 4u][id % 4u]',
    lower: 'logits[start + id / 4u][id % 4u] -= weights[row * dims.K + k];',
  },
  1: { read: 'logits[start + id]', lower: 'logits[start + id] -= weights[row * dims.K + k];' },
}
