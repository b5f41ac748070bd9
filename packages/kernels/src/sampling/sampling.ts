// Drawing the next token on the GPU, so that only token ids come back.

import { checkShape, checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { RANDOM_WGSL, threefry2x32 } from '../random.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const SAMPLE = /* wgsl */ `
// ids[b] ~ softmax(logits[b] / temperature) among the top_k largest, by the Gumbel-max rule: argmax of
// logit/temperature + Gumbel noise, the noise a function of (seed, row, position, class). temperature 0 = argmax.
// Ties go to the lower class. logits (B, V). One invocation per row.
struct Dims { B: u32, V: u32, top_k: u32, seed: u32, stream: u32, temperature: f32 }
@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> position: array<u32>;
@group(0) @binding(2) var<storage, read_write> ids: array<u32>;
@group(0) @binding(3) var<uniform> dims: Dims;
${RANDOM_WGSL}
const LOWEST: f32 = -3.4e38;

// the k-th largest logit as (value, class, exact below 2²⁴): k rounds of "largest below the last one"
fn kth_largest(start: u32) -> vec2f {
  var bound = 3.4e38;
  var bound_class = 0u;
  for (var k = 0u; k < dims.top_k; k++) {
    var best = LOWEST;
    var best_class = 0u;
    for (var v = 0u; v < dims.V; v++) {
      let x = logits[start + v];
      let below = x < bound || (x == bound && v > bound_class);
      if (below && x > best) { best = x; best_class = v; }
    }
    bound = best;
    bound_class = best_class;
  }
  return vec2f(bound, f32(bound_class));
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let b = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (b >= dims.B) { return; }
  let start = b * dims.V;
  var least = vec2f(LOWEST, f32(dims.V));
  if (dims.temperature > 0.0 && dims.top_k > 0u && dims.top_k < dims.V) { least = kth_largest(start); }
  let least_class = u32(least.y);
  let key = vec2u(dims.seed, dims.stream + b);
  var best = LOWEST;
  var best_class = 0u;
  for (var v = 0u; v < dims.V; v++) {
    let x = logits[start + v];
    if (x < least.x || (x == least.x && v > least_class)) { continue; }
    var score = x;
    if (dims.temperature > 0.0) {
      let u = uniform01(threefry2x32(key, vec2u(position[0], v)).x) + 0x1p-25; // in (0, 1): neither log is infinite
      score = x / dims.temperature - log(-log(u));
    }
    if (score > best) { best = score; best_class = v; }
  }
  ids[b] = best_class;
}
`

export interface SampleOptions {
  /** 0 takes the most likely class. */
  temperature: number
  /** Only the k largest logits are eligible; 0 = all. */
  topK: number
  /** Key of the noise; row b draws from stream + b. */
  seed: number
  stream: number
}

/** ids[b] drawn from logits[b]. logits (B, V); position (1) u32, a counter that makes draws at different steps independent; ids (B) u32. */
export function sample(
  program: Program,
  t: { logits: Tensor; position: Tensor; ids: Tensor },
  options: SampleOptions,
): void {
  const [B, V] = t.logits.shape
  checkShape('sample', 'ids', t.ids, [B])
  checkSize('sample', 'position', t.position, 1)
  const { temperature, topK, seed, stream } = options
  if (!(temperature >= 0 && Number.isFinite(temperature)))
    throw new RangeError(`sample: temperature is ${temperature} but must be a finite number ≥ 0`)
  if (!Number.isInteger(topK) || topK < 0) throw new RangeError(`sample: topK is ${topK} but must be an integer ≥ 0`)
  const dims = { B, V, top_k: topK, seed, stream, temperature }
  program.dispatch(shader('sample', SAMPLE), t, dims, grid(Math.ceil(B / 32)))
}

/** The definition for one row: every class's score (−Infinity where not eligible); the sample is the argmax. */
export function sampleScoresReference(
  logits: ArrayLike<number>,
  { row, position, ...options }: SampleOptions & { row: number; position: number },
): number[] {
  const { temperature, topK, seed, stream } = options
  const V = logits.length
  const order = Array.from({ length: V }, (_, v) => v).sort((a, b) => logits[b] - logits[a] || a - b)
  const eligible = new Set(topK > 0 && temperature > 0 ? order.slice(0, topK) : order)
  const bits = new Uint32Array(2)
  return Array.from({ length: V }, (_, v) => {
    if (!eligible.has(v)) return -Infinity
    if (temperature === 0) return logits[v]
    threefry2x32(seed, stream + row, position, v, bits)
    return logits[v] / temperature - Math.log(-Math.log((bits[0] >>> 8) * 2 ** -24 + 2 ** -25))
  })
}
