// What a step leaves for the host: a ring of (loss, gradient norm) that is read now and then, so that no step waits.

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const RECORD_STEP = /* wgsl */ `
// history[counter mod R] = (loss, ‖g‖); counter += 1; loss = 0 for the next accumulation. One invocation in all.
struct Dims { R: u32 }
@group(0) @binding(0) var<storage, read_write> loss: array<f32>;
@group(0) @binding(1) var<storage, read> squared_norm: array<f32>;
@group(0) @binding(2) var<storage, read_write> counter: array<u32>;
@group(0) @binding(3) var<storage, read_write> history: array<vec2f>;
@group(0) @binding(4) var<uniform> dims: Dims;

@compute @workgroup_size(1)
fn main() {
  history[counter[0] % dims.R] = vec2f(loss[0], sqrt(squared_norm[0]));
  counter[0] += 1u;
  loss[0] = 0.0;
}
`

/** loss (1), squaredNorm (1), counter (1) u32, history (R, 2). */
export function recordStep(
  program: Program,
  t: { loss: Tensor; squaredNorm: Tensor; counter: Tensor; history: Tensor },
): void {
  for (const name of ['loss', 'squaredNorm', 'counter'] as const) checkSize('recordStep', name, t[name], 1)
  const { squaredNorm, ...rest } = t
  const R = t.history.shape[0]
  program.dispatch(shader('record-step', RECORD_STEP), { ...rest, squared_norm: squaredNorm }, { R }, [1, 1, 1])
}
