// The yardstick for flash attention: three kernels that store the whole T × T matrix of probabilities, built from the
// library's own matmul. `skip` leaves out what the causal mask hides, in blocks of rows.

import { fill, type Gpu, grid, matmul, type Program, readFloats, shader, type Tensor } from '@nanoalign/kernels'
import { noise, programSubject, type Subject, worstError } from '../subject.ts'
import { headReference } from './attention-reference.ts'

const SOFTMAX = /* wgsl */ `
// In place: scores[h, r, ·] ← softmax(scale · scores) over the keys j ≤ first + r, 0 beyond. (H, R, W). One invocation per row.
struct Dims { rows: u32, R: u32, W: u32, first: u32, scale: f32 }
@group(0) @binding(0) var<storage, read_write> scores: array<f32>;
@group(0) @binding(1) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.rows) { return; }
  let start = row * dims.W;
  let keys = dims.first + row % dims.R + 1u;
  var top = scores[start];
  for (var j = 1u; j < keys; j++) { top = max(top, scores[start + j]); }
  var sum = 0.0;
  for (var j = 0u; j < keys; j++) {
    let p = exp((scores[start + j] - top) * dims.scale);
    scores[start + j] = p;
    sum += p;
  }
  let inverse = 1.0 / sum;
  for (var j = 0u; j < keys; j++) { scores[start + j] *= inverse; }
  for (var j = keys; j < dims.W; j++) { scores[start + j] = 0.0; }
}
`

const SOFTMAX_BACKWARD = /* wgsl */ `
// In place: dp[h, r, ·] ← scale · p · (dp − Σ p·dp). p is 0 where the mask hides a key. One invocation per row.
struct Dims { rows: u32, W: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> p: array<f32>;
@group(0) @binding(1) var<storage, read_write> dp: array<f32>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (wid.y * nwg.x + wid.x) * 32u + lane;
  if (row >= dims.rows) { return; }
  let start = row * dims.W;
  var delta = 0.0;
  for (var j = 0u; j < dims.W; j++) { delta = fma(p[start + j], dp[start + j], delta); }
  for (var j = 0u; j < dims.W; j++) { dp[start + j] = dims.scale * p[start + j] * (dp[start + j] - delta); }
}
`

interface Shape {
  heads: number
  T: number
  hs: number
}

interface Options {
  /** leave out what the mask hides */
  skip: boolean
  backward: boolean
}

/** q, k, v apart, each (heads, T, hs), which suits this form best. */
export function denseAttention(gpu: Gpu, shape: Shape, options: Options): Promise<Subject> {
  const { heads, T, hs } = shape
  return programSubject(gpu, (program, put) => {
    const packed = noise(heads * T * 3 * hs, 1)
    const rows = noise(heads * T * hs, 2)
    const column = (which: number) =>
      Float32Array.from(
        { length: heads * T * hs },
        (_, i) => packed[Math.floor(i / hs) * 3 * hs + which * hs + (i % hs)],
      )
    const [q, k, v] = [0, 1, 2].map((which) => put(column(which), heads, T, hs))
    const out = program.keep(program.tensor([heads, T, hs], 'out'))
    const gradients = options.backward
      ? [0, 1, 2].map((i) => program.keep(program.tensor([heads, T, hs], `d${i}`)))
      : undefined
    const dout = gradients && put(rows, heads, T, hs)
    if (options.skip) byBlocks(program, { q, k, v, out, dout, gradients }, shape)
    else whole(program, { q, k, v, out, dout, gradients }, shape)
    return async () => {
      const head = heads - 1
      const part = (data: Float32Array, width: number) => data.subarray(head * T * width, (head + 1) * T * width)
      const reference = headReference(part(packed, 3 * hs), part(rows, hs), shape)
      const pairs: [number, number][] = []
      const compare = async (tensor: Tensor, row: number, want: Float64Array) => {
        const got = part(await readFloats(gpu, tensor), hs)
        want.forEach((value, e) => {
          pairs.push([got[row * hs + e], value])
        })
      }
      for (const i of [0, T - 1]) {
        await compare(out, i, reference.out(i))
        if (gradients) await compare(gradients[0], i, reference.dq(i))
      }
      if (gradients) {
        const { dk, dv } = reference.dkv(T - 2)
        await compare(gradients[1], T - 2, dk)
        await compare(gradients[2], T - 2, dv)
      }
      return { error: worstError(pairs, { atol: 5e-5, rtol: 1e-4 }), compared: `${pairs.length} entries with f64` }
    }
  })
}

interface Tensors {
  q: Tensor
  k: Tensor
  v: Tensor
  out: Tensor
  dout?: Tensor
  gradients?: Tensor[]
}

function whole(program: Program, { q, k, v, out, dout, gradients }: Tensors, { heads, T, hs }: Shape): void {
  const p = program.tensor([heads, T, T], 'probabilities')
  matmul(program, { a: q, b: k, out: p }, { transposeB: true })
  softmax(program, p, 0, hs)
  matmul(program, { a: p, b: v, out })
  if (!dout || !gradients) return
  const [dq, dk, dv] = gradients
  const dp = program.tensor([heads, T, T], 'dscores')
  matmul(program, { a: p, b: dout, out: dv }, { transposeA: true })
  matmul(program, { a: dout, b: v, out: dp }, { transposeB: true })
  softmaxBackward(program, p, dp, hs)
  matmul(program, { a: dp, b: k, out: dq })
  matmul(program, { a: dp, b: q, out: dk }, { transposeA: true })
}

const BLOCK = 64

// Head by head, as a view of k and v up to the block's last key is only contiguous within one head.
function byBlocks(program: Program, { q, k, v, out, dout, gradients }: Tensors, { heads, T, hs }: Shape): void {
  for (const gradient of gradients?.slice(1) ?? []) fill(program, gradient, 0)
  for (let head = 0; head < heads; head++)
    for (let first = 0; first < T; first += BLOCK) {
      const R = Math.min(BLOCK, T - first)
      const W = first + R
      const rows = (t: Tensor) => t.view([R, hs], (head * T + first) * hs)
      const upTo = (t: Tensor) => t.view([W, hs], head * T * hs)
      const p = program.tensor([R, W], 'probabilities')
      matmul(program, { a: rows(q), b: upTo(k), out: p }, { transposeB: true })
      softmax(program, p, first, hs)
      matmul(program, { a: p, b: upTo(v), out: rows(out) })
      if (!dout || !gradients) continue
      const [dq, dk, dv] = gradients
      const dp = program.tensor([R, W], 'dscores')
      matmul(program, { a: p, b: rows(dout), out: upTo(dv) }, { transposeA: true, accumulate: true })
      matmul(program, { a: rows(dout), b: upTo(v), out: dp }, { transposeB: true })
      softmaxBackward(program, p, dp, hs)
      matmul(program, { a: dp, b: upTo(k), out: rows(dq) })
      matmul(program, { a: dp, b: rows(q), out: upTo(dk) }, { transposeA: true, accumulate: true })
    }
}

function softmax(program: Program, p: Tensor, first: number, hs: number): void {
  const [R, W] = p.shape.slice(-2)
  const rows = p.size / W
  const dims = { rows, R, W, first, scale: 1 / Math.sqrt(hs) }
  program.dispatch(shader('dense-softmax', SOFTMAX), { scores: p }, dims, grid(Math.ceil(rows / 32)))
}

function softmaxBackward(program: Program, p: Tensor, dp: Tensor, hs: number): void {
  const W = p.shape[p.shape.length - 1]
  const rows = p.size / W
  const kernel = shader('dense-softmax-backward', SOFTMAX_BACKWARD)
  program.dispatch(kernel, { p, dp }, { rows, W, scale: 1 / Math.sqrt(hs) }, grid(Math.ceil(rows / 32)))
}
