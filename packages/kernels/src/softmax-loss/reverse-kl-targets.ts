// Reverse KL, L = (1/N) Σₙ KL(p ‖ y) with p the student and y the weak label, as targets for softmax-loss. With
// D = KL(p ‖ y), dL/dz_c = p_c·(log(p_c / y_c) − D) / N. softmax-loss has the gradient p/N − w for weights w that sum to
// 1/N, so w_c = p_c·(1 − log(p_c / y_c) + D) / N gives exactly that one. (The loss that softmax-loss reports is
// another number: only the gradient is KL's.)

import { checkShape } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const REVERSE_KL_TARGETS = /* wgsl */ `
// weights[n, c] = p_c·(1 − log(p_c / y_c) + KL(p ‖ y)) / N, p = softmax(logits[n]), y = (1 − weak[n], weak[n]) kept away
// from 0 and 1 by FLOOR. logits, weights (N, 2); weak (N). One invocation per row.
const FLOOR = 0.001;
struct Dims { N: u32 }
@group(0) @binding(0) var<storage, read> logits: array<vec2f>;
@group(0) @binding(1) var<storage, read> weak: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec2f>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  let n = gid.x;
  if (n >= dims.N) { return; }
  let margin = logits[n].y - logits[n].x;
  let log_p1 = min(margin, 0.0) - log(1.0 + exp(-abs(margin)));
  let log_p = vec2f(log_p1 - margin, log_p1);
  let p = exp(log_p);
  let y = clamp(weak[n], FLOOR, 1.0 - FLOOR);
  let surprise = log_p - log(vec2f(1.0 - y, y));
  weights[n] = p * (1.0 - surprise + dot(p, surprise)) / f32(dims.N);
}
`

/** Weak labels are kept this far from 0 and 1, where reverse KL is infinite. */
const FLOOR = 0.001

/** logits (N, 2), weak (N) = the weak label's probability of class 1 → weights (N, 2) for ids (0, 1), summing to 1/N a row. */
export function reverseKlTargets(program: Program, t: { logits: Tensor; weak: Tensor; weights: Tensor }): void {
  const N = t.weak.size
  checkShape('reverseKlTargets', 'logits', t.logits, [N, 2])
  checkShape('reverseKlTargets', 'weights', t.weights, [N, 2])
  program.dispatch(shader('reverse-kl-targets', REVERSE_KL_TARGETS, { FLOOR }), t, { N }, [Math.ceil(N / 32), 1, 1])
}

/** The definition, in f64: the loss, and the targets whose softmax-loss has its gradient. */
export function reverseKlReference(logits: ArrayLike<number>, weak: ArrayLike<number>) {
  const N = weak.length
  const weights = new Float64Array(2 * N)
  let loss = 0
  for (let n = 0; n < N; n++) {
    const p1 = 1 / (1 + Math.exp(logits[2 * n] - logits[2 * n + 1]))
    const y1 = Math.min(1 - FLOOR, Math.max(FLOOR, weak[n]))
    const p = [1 - p1, p1]
    const surprise = [Math.log(p[0] / (1 - y1)), Math.log(p[1] / y1)]
    const divergence = p[0] * surprise[0] + p[1] * surprise[1]
    loss += divergence / N
    for (let c = 0; c < 2; c++) weights[2 * n + c] = (p[c] * (1 - surprise[c] + divergence)) / N
  }
  return { loss, weights }
}
