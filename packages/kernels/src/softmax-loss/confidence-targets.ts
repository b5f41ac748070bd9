// Targets of the auxiliary confidence loss (Burns et al. 2023, §4.3): L = (1 − α)·CE(f, weak) + α·CE(f, f̂_t), where
// f̂_t hardens the student's own prediction with the threshold t that half of the batch exceeds. As cross-entropy is
// linear in its target, this is softmax-loss against the mixed target (1 − α)·weak + α·f̂_t, which has no gradient.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const CONFIDENCE_TARGETS = /* wgsl */ `
// weights[n] = ((1 − α)·(1 − y) + α·(1 − h), (1 − α)·y + α·h) / N with y = weak[n], h = 1 for the half of the rows with
// the largest logit difference (ties: the lower row first). logits (N, 2); weak (N); alpha (1). One invocation per row.
struct Dims { N: u32 }
@group(0) @binding(0) var<storage, read> logits: array<vec2f>;
@group(0) @binding(1) var<storage, read> weak: array<f32>;
@group(0) @binding(2) var<storage, read> alpha: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights: array<vec2f>;
@group(0) @binding(4) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  let n = gid.x;
  if (n >= dims.N) { return; }
  let mine = logits[n].y - logits[n].x;
  var above = 0u;
  for (var i = 0u; i < dims.N; i++) {
    let other = logits[i].y - logits[i].x;
    if (other > mine || (other == mine && i < n)) { above++; }
  }
  let hard = select(0.0, 1.0, above < dims.N / 2u);
  let y = weak[n];
  let a = alpha[0];
  let target_1 = (1.0 - a) * y + a * hard;
  let target_0 = (1.0 - a) * (1.0 - y) + a * (1.0 - hard);
  weights[n] = vec2f(target_0, target_1) / f32(dims.N);
}
`

/** logits (N, 2), weak (N) = the weak label's probability of class 1, alpha (1) → weights (N, 2) for ids (0, 1), summing to 1/N a row. */
export function confidenceTargets(
  program: Program,
  t: { logits: Tensor; weak: Tensor; alpha: Tensor; weights: Tensor },
): void {
  const N = t.weak.size
  checkShape('confidenceTargets', 'logits', t.logits, [N, 2])
  checkShape('confidenceTargets', 'weights', t.weights, [N, 2])
  checkSize('confidenceTargets', 'alpha', t.alpha, 1)
  program.dispatch(shader('confidence-targets', CONFIDENCE_TARGETS), t, { N }, [Math.ceil(N / 32), 1, 1])
}

/** The definition, in f64. */
export function confidenceTargetsReference(
  logits: ArrayLike<number>,
  weak: ArrayLike<number>,
  alpha: number,
): Float64Array {
  const N = weak.length
  const margin = Array.from({ length: N }, (_, n) => Math.fround(logits[2 * n + 1] - logits[2 * n]))
  const order = margin.map((_, n) => n).sort((a, b) => margin[b] - margin[a] || a - b)
  const weights = new Float64Array(2 * N)
  order.forEach((n, rank) => {
    const hard = rank < Math.floor(N / 2) ? 1 : 0
    weights[2 * n] = ((1 - alpha) * (1 - weak[n]) + alpha * (1 - hard)) / N
    weights[2 * n + 1] = ((1 - alpha) * weak[n] + alpha * hard) / N
  })
  return weights
}
