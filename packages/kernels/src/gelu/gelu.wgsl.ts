const SHARED = /* wgsl */ `
const SQRT_2_OVER_PI: f32 = 0.7978845608028654;
// the argument of tanh, clamped: tanh is 1 to the last bit beyond 10, and some drivers overflow on large arguments
fn inner(x: V) -> V { return clamp(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x), V(-10.0), V(10.0)); }
`

export const GELU_FORWARD = /* wgsl */ `
// out = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), GPT-2's approximation. One invocation per V.
struct Dims { N: u32 } // in V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read_write> out: array<V>;
@group(0) @binding(2) var<uniform> dims: Dims;
${SHARED}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let x = inp[i];
  out[i] = 0.5 * x * (1.0 + tanh(inner(x)));
}
`

export const GELU_BACKWARD = /* wgsl */ `
// dinp = dout · gelu'(inp), with t = tanh(inner): gelu' = ½(1 + t) + ½ x (1 − t²) √(2/π) (1 + 3·0.044715 x²).
struct Dims { N: u32 } // in V's
@group(0) @binding(0) var<storage, read> inp: array<V>;
@group(0) @binding(1) var<storage, read> dout: array<V>;
@group(0) @binding(2) var<storage, read_write> dinp: array<V>;
@group(0) @binding(3) var<uniform> dims: Dims;
${SHARED}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let x = inp[i];
  let t = tanh(inner(x));
  let slope = SQRT_2_OVER_PI * (1.0 + 3.0 * 0.044715 * x * x);
  dinp[i] = dout[i] * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope);
}
`
