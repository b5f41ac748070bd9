// One more token per row: the one that is forced at this place, or else the sampled one.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

/** In `forced`: take what was sampled. */
export const FREE = 0xffffffff

const APPEND = /* wgsl */ `
// With n = next[0] < T: tokens[b, n] = ids[b] = forced[b, n], or sampled[b] where that is free. tokens, forced (B, T).
// One invocation per row.
struct Dims { B: u32, T: u32 }
@group(0) @binding(0) var<storage, read> sampled: array<u32>;
@group(0) @binding(1) var<storage, read> forced: array<u32>;
@group(0) @binding(2) var<storage, read> next: array<u32>;
@group(0) @binding(3) var<storage, read_write> tokens: array<u32>;
@group(0) @binding(4) var<storage, read_write> ids: array<u32>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (b >= dims.B || next[0] >= dims.T) { return; }
  let at = b * dims.T + next[0];
  let dictated = forced[at];
  let token = select(dictated, sampled[b], dictated == 0xffffffffu);
  tokens[at] = token;
  ids[b] = token;
}
`

/** sampled, ids (B) u32; next (1) u32; forced, tokens (B, T) u32. A place at or beyond T is left alone. */
export function appendTokens(
  program: Program,
  t: { sampled: Tensor; forced: Tensor; next: Tensor; tokens: Tensor; ids: Tensor },
): void {
  const [B, T] = t.tokens.shape
  for (const name of ['sampled', 'ids'] as const) checkShape('appendTokens', name, t[name], [B])
  checkShape('appendTokens', 'forced', t.forced, [B, T])
  checkSize('appendTokens', 'next', t.next, 1)
  program.dispatch(shader('append-tokens', APPEND), t, { B, T }, grid(Math.ceil(B / 32)))
}
