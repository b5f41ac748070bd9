// Fills the cache of keys and values from a whole prompt at once, so that generation can go on behind it.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { expectShapes } from './shapes.ts'

const STORE = /* wgsl */ `
// keys[b, h, t] = k part, values[b, h, t] = v part of qkv[b·T + t] for t < T; keys, values (B, nHead, blockSize, hs);
// qkv (B·T, 3C) = q | k | v, each nHead heads of hs. One invocation per element of k.
struct Dims { B: u32, T: u32, nHead: u32, hs: u32, blockSize: u32 }
@group(0) @binding(0) var<storage, read> qkv: array<f32>;
@group(0) @binding(1) var<storage, read_write> keys: array<f32>;
@group(0) @binding(2) var<storage, read_write> values: array<f32>;
@group(0) @binding(3) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  let C = dims.nHead * dims.hs;
  if (i >= dims.B * dims.T * C) { return; }
  let token = i / C; let c = i % C;
  let b = token / dims.T; let t = token % dims.T;
  let to = ((b * dims.nHead + c / dims.hs) * dims.blockSize + t) * dims.hs + c % dims.hs;
  keys[to] = qkv[token * 3u * C + C + c];
  values[to] = qkv[token * 3u * C + 2u * C + c];
}
`

/** qkv (B·T, 3C) → the first T of blockSize places of keys and values (B, nHead, blockSize, hs); T ≤ blockSize. */
export function storeKeysValues(
  program: Program,
  tensors: { qkv: Tensor; keys: Tensor; values: Tensor },
  { B, T, nHead }: { B: number; T: number; nHead: number },
): void {
  const [, , blockSize, hs] = tensors.keys.shape
  if (T > blockSize) throw new Error(`storeKeysValues: T is ${T} but the cache has ${blockSize} places`)
  expectShapes('storeKeysValues', {
    qkv: [tensors.qkv, B * T, 3 * nHead * hs],
    keys: [tensors.keys, B, nHead, blockSize, hs],
    values: [tensors.values, B, nHead, blockSize, hs],
  })
  const size = B * T * nHead * hs
  program.dispatch(
    shader('store-keys-values', STORE),
    tensors,
    { B, T, nHead, hs, blockSize },
    grid(Math.ceil(size / 64)),
  )
}
