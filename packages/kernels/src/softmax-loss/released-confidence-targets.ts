// Targets of the confidence loss as released ("logconf" in openai/weak-to-strong; confidence-targets.ts has the paper's).
// The same mixture (1 − α)·weak + α·f̂_t, but the threshold follows the weak labels instead of halving the batch:
// t is the quantile of the student's P(class 0) at m, the batch mean of the weak labels, and P(class 0) ≥ t hardens to 0.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const RELEASED_CONFIDENCE_TARGETS = /* wgsl */ `
// weights[n] = ((1 − α)·(1 − y) + α·(1 − h), (1 − α)·y + α·h) / N with y = weak[n]. P(class 0) falls with the margin
// z₁ − z₀, and the quantile at m (linear between order statistics) lies at index q = ⌈m·(N − 1)⌉ or just below, so
// P(class 0) ≥ t, hence h = 0, exactly where more than q rows have this margin or a larger one.
// logits (N, 2); weak (N); alpha (1). One invocation per row.
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
  var at_least = 0u;
  var total = 0.0;
  for (var i = 0u; i < dims.N; i++) {
    if (logits[i].y - logits[i].x >= mine) { at_least++; }
    total += weak[i];
  }
  let q = ceil(total / f32(dims.N) * f32(dims.N - 1u));
  let hard = select(1.0, 0.0, f32(at_least) > q);
  let y = weak[n];
  let a = alpha[0];
  weights[n] = vec2f((1.0 - a) * (1.0 - y) + a * (1.0 - hard), (1.0 - a) * y + a * hard) / f32(dims.N);
}
`

/** logits (N, 2), weak (N) = the weak label's probability of class 1, alpha (1) → weights (N, 2) for ids (0, 1), summing to 1/N a row. */
export function releasedConfidenceTargets(
  program: Program,
  t: { logits: Tensor; weak: Tensor; alpha: Tensor; weights: Tensor },
): void {
  const N = t.weak.size
  checkShape('releasedConfidenceTargets', 'logits', t.logits, [N, 2])
  checkShape('releasedConfidenceTargets', 'weights', t.weights, [N, 2])
  checkSize('releasedConfidenceTargets', 'alpha', t.alpha, 1)
  program.dispatch(shader('released-confidence-targets', RELEASED_CONFIDENCE_TARGETS), t, { N }, [
    Math.ceil(N / 32),
    1,
    1,
  ])
}

/** The definition in f64, written as the released code has it: a quantile of P(class 0), then a comparison. */
export function releasedConfidenceReference(
  logits: ArrayLike<number>,
  weak: ArrayLike<number>,
  alpha: number,
): Float64Array {
  const N = weak.length
  const p0 = Array.from({ length: N }, (_, n) => 1 / (1 + Math.exp(Math.fround(logits[2 * n + 1] - logits[2 * n]))))
  const sorted = [...p0].sort((a, b) => a - b)
  const position = (Array.from(weak).reduce((sum, y) => sum + y, 0) / N) * (N - 1)
  const below = sorted[Math.floor(position)]
  const threshold = below + (sorted[Math.ceil(position)] - below) * (position - Math.floor(position))
  return Float64Array.from({ length: 2 * N }, (_, i) => {
    const n = Math.floor(i / 2)
    const hard = p0[n] >= threshold ? 0 : 1
    const [y, h] = i % 2 === 0 ? [1 - weak[n], 1 - hard] : [weak[n], hard]
    return ((1 - alpha) * y + alpha * h) / N
  })
}
