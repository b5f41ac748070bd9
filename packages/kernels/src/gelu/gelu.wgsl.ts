/** GELU and its derivative for a type V, which the text around it has to define; matmul's epilogue has them, too. */
export const GELU = /* wgsl */ `
const SQRT_2_OVER_PI: f32 = 0.7978845608028654;
// The argument is clamped: tanh is 1 to the last bit beyond 10, and some drivers overflow on large arguments.
fn gelu_tanh(x: V) -> V { return tanh(clamp(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x), V(-10.0), V(10.0))); }
// both with t = gelu_tanh(x)
fn gelu(x: V, t: V) -> V { return 0.5 * x * (1.0 + t); }
fn gelu_slope(x: V, t: V) -> V {
  return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * (SQRT_2_OVER_PI * (1.0 + 3.0 * 0.044715 * x * x));
}
`

export const GELU_FORWARD = /* wgsl */ `
// out = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), GPT-2's approximation. One invocation per V.
struct Dims { N: u32 } // in V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read_write> out: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;
${GELU}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let x = inp[i];
  out[i] = gelu(x, gelu_tanh(x));
}
`

export const GELU_BACKWARD = /* wgsl */ `
// dinp = dout · gelu'(inp), with t = gelu_tanh(inp): gelu' = ½(1 + t) + ½ x (1 − t²) √(2/π) (1 + 3·0.044715 x²).
struct Dims { N: u32 } // in V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read> dout: array<V>;
@group(0) @binding(2) var<storage, read_write> dinp: array<V>;
@group(0) @binding(3) var<uniform> dims: Dims;
${GELU}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let x = inp[i];
  dinp[i] = dout[i] * gelu_slope(x, gelu_tanh(x));
}
`
