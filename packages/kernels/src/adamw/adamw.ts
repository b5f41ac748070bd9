// AdamW (Loshchilov & Hutter 2019) with global-norm clipping, over one flat buffer of all parameters.

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'

const ADAMW = /* wgsl */ `
// PyTorch's AdamW: p ← p·(1 − lr·wd); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − lr·(m/c₁) / (√(v/c₂) + ε), with
// cᵢ = 1 − βᵢᵗ and g clipped to the norm max_norm: g·min(1, max_norm / (‖g‖ + 1e-6)). The gradient is then zeroed for the
// next accumulation. A gradient that is not finite changes nothing: the parameters stay those of the last good step.
// One invocation per vec4 of parameters.
struct Dims { N: u32, decayed: u32 } // in vec4's; the first "decayed" of them get weight decay
struct Settings { lr: f32, beta1: f32, beta2: f32, eps: f32, weight_decay: f32, correction1: f32, correction2: f32, max_norm: f32 }
@group(0) @binding(0) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(4) var<storage, read> settings: Settings;
@group(0) @binding(5) var<storage, read> squared_norm: array<f32>;
@group(0) @binding(6) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let s = settings;
  let squared = squared_norm[0];
  let g_raw = gradients[i];
  gradients[i] = vec4f();
  // exponent all ones: infinite or NaN (WGSL may assume that neither occurs, so comparisons cannot tell)
  if ((bitcast<u32>(squared) & 0x7f800000u) == 0x7f800000u) { return; }
  var scale = 1.0;
  if (s.max_norm > 0.0) { scale = min(1.0, s.max_norm / (sqrt(squared) + 1e-6)); }
  let g = g_raw * scale;
  let m_new = s.beta1 * m[i] + (1.0 - s.beta1) * g;
  let v_new = s.beta2 * v[i] + (1.0 - s.beta2) * g * g;
  var p = parameters[i];
  if (i < dims.decayed) { p *= 1.0 - s.lr * s.weight_decay; }
  p -= (s.lr / s.correction1) * m_new / (sqrt(v_new / s.correction2) + s.eps);
  parameters[i] = p;
  m[i] = m_new;
  v[i] = v_new;
}
`

/** The 8 numbers that {@link adamw} reads each step; `maxNorm` 0 turns clipping off. `step` counts from 1. */
export interface AdamWSettings {
  lr: number
  beta1: number
  beta2: number
  eps: number
  weightDecay: number
  maxNorm: number
  step: number
}

/** The settings tensor's content: write it before each step. */
export function adamwSettings(s: AdamWSettings): Float32Array<ArrayBuffer> {
  const [c1, c2] = [1 - s.beta1 ** s.step, 1 - s.beta2 ** s.step]
  return new Float32Array([s.lr, s.beta1, s.beta2, s.eps, s.weightDecay, c1, c2, s.maxNorm])
}

/**
 * One AdamW step. parameters, gradients, m, v: flat, the same size, a multiple of 4; the first `decayed` elements
 * (a multiple of 4) get weight decay. settings (8) from {@link adamwSettings}; squaredNorm (1) = Σ gradients².
 */
export function adamw(
  program: Program,
  t: { parameters: Tensor; gradients: Tensor; m: Tensor; v: Tensor; settings: Tensor; squaredNorm: Tensor },
  { decayed }: { decayed: number },
): void {
  const size = t.parameters.size
  for (const name of ['gradients', 'm', 'v'] as const) checkSize('adamw', name, t[name], size)
  if (size % 4 !== 0 || decayed % 4 !== 0 || decayed > size)
    throw new Error(`adamw: ${size} parameters with ${decayed} decayed: both must be multiples of 4, decayed ≤ size`)
  checkSize('adamw', 'settings', t.settings, 8)
  checkSize('adamw', 'squaredNorm', t.squaredNorm, 1)
  const { squaredNorm, ...rest } = t
  program.dispatch(
    shader('adamw', ADAMW),
    { ...rest, squared_norm: squaredNorm },
    { N: size / 4, decayed: decayed / 4 },
    grid(Math.ceil(size / 256)),
  )
}

/** The definition, in f64, in place. */
export function adamwReference(
  { parameters, gradients, m, v }: Record<'parameters' | 'gradients' | 'm' | 'v', Float64Array>,
  s: AdamWSettings,
  decayed: number,
): void {
  let squares = 0
  for (const g of gradients) squares += g * g
  if (!Number.isFinite(squares)) return
  const scale = s.maxNorm > 0 ? Math.min(1, s.maxNorm / (Math.sqrt(squares) + 1e-6)) : 1
  for (let i = 0; i < parameters.length; i++) {
    const g = gradients[i] * scale
    m[i] = s.beta1 * m[i] + (1 - s.beta1) * g
    v[i] = s.beta2 * v[i] + (1 - s.beta2) * g * g
    if (i < decayed) parameters[i] *= 1 - s.lr * s.weightDecay
    const corrected = Math.sqrt(v[i] / (1 - s.beta2 ** s.step)) + s.eps
    parameters[i] -= (s.lr * (m[i] / (1 - s.beta1 ** s.step))) / corrected
  }
}
