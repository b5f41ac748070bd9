// Targets of the auxiliary confidence loss with many classes (Burns et al. 2023, §4.3, whose threshold is for two): the
// labels mixed with the student's own most likely class. Detached: softmax-loss takes them as they are.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const HARDENED_TARGETS = /* wgsl */ `
// Row n of the output: the K labels with (1 − α)·weight, then argmax(logits[n]) with α·(the sum of the weights).
// logits (N, V); labels, label_weights (N, K); alpha (1); ids, weights (N, K + 1). One invocation per row.
struct Dims { N: u32, V: u32, K: u32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> label_weights: array<f32>;
@group(0) @binding(3) var<storage, read> alpha: array<f32>;
@group(0) @binding(4) var<storage, read_write> ids: array<u32>;
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;
@group(0) @binding(6) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) gid: vec3u) {
  let n = gid.x;
  if (n >= dims.N) { return; }
  var own = 0u;
  var most = logits[n * dims.V];
  for (var v = 1u; v < dims.V; v++) {
    let z = logits[n * dims.V + v];
    if (z > most) { // the first of equals
      most = z;
      own = v;
    }
  }
  var total = 0.0;
  for (var k = 0u; k < dims.K; k++) {
    let w = label_weights[n * dims.K + k];
    ids[n * (dims.K + 1u) + k] = labels[n * dims.K + k];
    weights[n * (dims.K + 1u) + k] = (1.0 - alpha[0]) * w;
    total += w;
  }
  ids[n * (dims.K + 1u) + dims.K] = own;
  weights[n * (dims.K + 1u) + dims.K] = alpha[0] * total;
}
`

export interface HardenedTargetTensors {
  logits: Tensor
  labels: Tensor
  labelWeights: Tensor
  alpha: Tensor
  ids: Tensor
  weights: Tensor
}

/** logits (N, V), labels (N, K) u32 with labelWeights (N, K), alpha (1) → ids (N, K + 1) u32 and weights (N, K + 1). */
export function hardenedTargets(program: Program, t: HardenedTargetTensors): void {
  const [N, V] = t.logits.shape
  const K = t.labels.size / N
  if (!Number.isInteger(K))
    throw new Error(`hardenedTargets: labels has ${t.labels.size} elements, no multiple of ${N}`)
  checkSize('hardenedTargets', 'labelWeights', t.labelWeights, N * K)
  checkSize('hardenedTargets', 'alpha', t.alpha, 1)
  checkShape('hardenedTargets', 'ids', t.ids, [N, K + 1])
  checkShape('hardenedTargets', 'weights', t.weights, [N, K + 1])
  const { labelWeights: label_weights, ...rest } = t
  program.dispatch(shader('hardened-targets', HARDENED_TARGETS), { ...rest, label_weights }, { N, V, K }, [
    Math.ceil(N / 32),
    1,
    1,
  ])
}

/** The definition, in f64. */
export function hardenedTargetsReference(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  labelWeights: ArrayLike<number>,
  alpha: number,
  { N, V, K }: { N: number; V: number; K: number },
): { ids: number[]; weights: number[] } {
  const ids: number[] = []
  const weights: number[] = []
  for (let n = 0; n < N; n++) {
    let own = 0
    for (let v = 1; v < V; v++) if (logits[n * V + v] > logits[n * V + own]) own = v
    let total = 0
    for (let k = 0; k < K; k++) {
      ids.push(labels[n * K + k])
      weights.push((1 - alpha) * labelWeights[n * K + k])
      total += labelWeights[n * K + k]
    }
    ids.push(own)
    weights.push(alpha * total)
  }
  return { ids, weights }
}
