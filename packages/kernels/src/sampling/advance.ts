// The bookkeeping of generation, on the GPU: write the sampled token unless the prompt dictates it, move one position on.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const ADVANCE = /* wgsl */ `
// With t = position: where t + 1 < T, tokens[b, t + 1] = sampled[b] unless t + 1 < prompt_lengths[b], and
// ids[b] = tokens[b, t + 1]. tokens (B, T). One invocation per row.
struct Dims { B: u32, T: u32 }
@group(0) @binding(0) var<storage, read> sampled: array<u32>;
@group(0) @binding(1) var<storage, read> prompt_lengths: array<u32>;
@group(0) @binding(2) var<storage, read> position: array<u32>;
@group(0) @binding(3) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(4) var<storage, read_write> ids: array<u32>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (b >= dims.B) { return; }
  let next = position[0] + 1u;
  if (next >= dims.T) { return; }
  let at = b * dims.T + next;
  if (next >= prompt_lengths[b]) { tokens[at] = sampled[b]; }
  ids[b] = tokens[at];
}
`

/** sampled, promptLengths, ids (B) u32; position (1) u32; tokens (B, T) u32. */
export function advance(
  program: Program,
  t: { sampled: Tensor; promptLengths: Tensor; position: Tensor; tokens: Tensor; ids: Tensor },
): void {
  const [B, T] = t.tokens.shape
  for (const name of ['sampled', 'promptLengths', 'ids'] as const) checkShape('advance', name, t[name], [B])
  checkSize('advance', 'position', t.position, 1)
  const { promptLengths, ...rest } = t
  const tensors = { ...rest, prompt_lengths: promptLengths }
  program.dispatch(shader('advance', ADVANCE), tensors, { B, T }, grid(Math.ceil(B / 32)))
}
