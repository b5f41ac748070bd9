// Targets of the product loss (in the code released with Burns et al. 2023): the student's own belief times the weak
// label, normalised, p·y / Σ p·y. Detached, so softmax-loss against it has the gradient p − target: the student is
// sharpened towards the weak label and stays where it is where the label says nothing (y = ½).

import { checkShape } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const PRODUCT_TARGETS = /* wgsl */ `
// weights[n] = (1 − t, t) / N, t = p·y / (p·y + (1 − p)·(1 − y)), with y = weak[n] and p = σ(logits[n].y − logits[n].x).
// logits, weights (N, 2); weak (N). One invocation per row.
struct Dims { N: u32 }
@group(0) @binding(0) var<storage, read> logits: array<vec2f>;
@group(0) @binding(1) var<storage, read> weak: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec2f>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  let n = gid.x;
  if (n >= dims.N) { return; }
  let margin = clamp(logits[n].y - logits[n].x, -60.0, 60.0); // beyond, p·y would underflow to 0/0
  let y = weak[n];
  let yes = y / (1.0 + exp(-margin));
  let no = (1.0 - y) / (1.0 + exp(margin));
  weights[n] = vec2f(no, yes) / ((no + yes) * f32(dims.N));
}
`

/** logits (N, 2), weak (N) = the weak label's probability of class 1 → weights (N, 2) for ids (0, 1), summing to 1/N a row. */
export function productTargets(program: Program, t: { logits: Tensor; weak: Tensor; weights: Tensor }): void {
  const N = t.weak.size
  checkShape('productTargets', 'logits', t.logits, [N, 2])
  checkShape('productTargets', 'weights', t.weights, [N, 2])
  program.dispatch(shader('product-targets', PRODUCT_TARGETS), t, { N }, [Math.ceil(N / 32), 1, 1])
}

/** The definition, in f64. */
export function productTargetsReference(logits: ArrayLike<number>, weak: ArrayLike<number>): Float64Array {
  const N = weak.length
  const weights = new Float64Array(2 * N)
  for (let n = 0; n < N; n++) {
    const margin = Math.min(60, Math.max(-60, logits[2 * n + 1] - logits[2 * n]))
    const yes = weak[n] / (1 + Math.exp(-margin))
    const no = (1 - weak[n]) / (1 + Math.exp(margin))
    weights[2 * n] = no / (no + yes) / N
    weights[2 * n + 1] = yes / (no + yes) / N
  }
  return weights
}
