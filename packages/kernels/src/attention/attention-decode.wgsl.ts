import { each, MADD, vectors } from './rows.wgsl.ts'

export const DECODE_WORKGROUP = 32

/** One new token per row of the batch. `lanes` invocations share a head: 1, or 2 and more through workgroup memory. */
export function attentionDecodeWgsl(hs: number, lanes: number): string {
  const vector = vectors(hs)
  const E = vector.count
  return `// Causal attention of one new token per row of the batch, with a cache of the keys and values before it:
//   s_j = q·k_j / √hs,  out = Σ_j≤t exp(s_j) v_j / Σ_j≤t exp(s_j),  t = position[0], the new token's index
// qkv (B, 3·C) = q | k | v of the new token, each split into nHead heads of hs = ${hs}; out (B, C);
// keys, values (B, nHead, blockSize, hs): the new k and v are stored at t.
// ${lanes === 1 ? 'An invocation computes one head of one row; lanes are numbered through all of them.' : `A workgroup computes one head of one row: each of its ${lanes} invocations takes every ${lanes}th key, then they merge.`}
const SCALE: f32 = ${Math.LOG2E / Math.sqrt(hs)};  // log2(e) / √hs
const LOWEST: f32 = -1e30;  // below every score; exp2(LOWEST − s) is 0
const LANES = ${lanes}u;

struct Dims { B: u32, nHead: u32, blockSize: u32 }
@group(0) @binding(0) var<storage, read> qkv: array<${vector.type}>;
@group(0) @binding(1) var<storage, read> position: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<${vector.type}>;
@group(0) @binding(3) var<storage, read_write> values: array<${vector.type}>;
@group(0) @binding(4) var<storage, read_write> out: array<${vector.type}>;
@group(0) @binding(5) var<uniform> dims: Dims;
${
  lanes === 1
    ? ''
    : `
var<workgroup> maxima: array<f32, LANES>;
var<workgroup> sums: array<f32, LANES>;
var<workgroup> outs: array<vec4f, ${lanes * E}>;`
}
${MADD}

@compute @workgroup_size(${lanes === 1 ? DECODE_WORKGROUP : lanes})
fn main(
  @builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
${
  lanes === 1
    ? `  let bh = (wid.y * nwg.x + wid.x) * ${DECODE_WORKGROUP}u + index; let lane = 0u;`
    : '  let bh = wid.y * nwg.x + wid.x; let lane = index;'
}
  if (bh >= dims.B * dims.nHead) { return; }
  let C = dims.nHead * ${vector.width}u;
  let t = min(position[0], dims.blockSize - 1u);
  let token = bh / dims.nHead * 3u * C + bh % dims.nHead * ${vector.width}u;
  let cache = bh * dims.blockSize * ${vector.width}u;

  // 1. append k and v, by the lane that reads them below
  if (lane == t % LANES) {
    let from_k = token + C; let from_v = token + 2u * C; let to = cache + t * ${vector.width}u;
${each(E, (e) => `    ${vector.store('keys', 'to', e, vector.load('qkv', 'from_k', e))} ${vector.store('values', 'to', e, vector.load('qkv', 'from_v', e))}`)}
  }

  // 2. this lane's keys: running maximum m, sum z and output o
  var m = LOWEST; var z = 0.0;
${each(E, (e) => `  let q${e} = SCALE * ${vector.load('qkv', 'token', e)}; var o${e} = vec4f();`)}
  for (var j = lane; j <= t; j += LANES) {
    let at = cache + j * ${vector.width}u;
    var s = 0.0;
${each(E, (e) => `    s = madd(q${e}, ${vector.load('keys', 'at', e)}, s);`)}
    let highest = max(m, s);
    let c = exp2(m - highest);  // what was summed so far is relative to the old maximum
    let p = exp2(s - highest);
    m = highest;
    z = z * c + p;
${each(E, (e) => `    o${e} = fma(vec4f(p), ${vector.load('values', 'at', e)}, o${e} * c);`)}
  }
  let to = bh * ${vector.width}u;
${
  lanes === 1
    ? `
  // 3. normalise
  let w = 1.0 / z;
${each(E, (e) => `  ${vector.store('out', 'to', e, `o${e} * w`)}`)}`
    : `
  // 3. merge the lanes; each writes every ${lanes}th vec4 of the output
  maxima[lane] = m; sums[lane] = z;
${each(E, (e) => `  outs[lane * ${E}u + ${e}u] = o${e};`)}
  workgroupBarrier();
  var highest = m;
  for (var i = 0u; i < LANES; i++) { highest = max(highest, maxima[i]); }
  var sum = 0.0;
  for (var i = 0u; i < LANES; i++) { sum += sums[i] * exp2(maxima[i] - highest); }
  for (var e = lane; e < ${E}u; e += LANES) {
    var o = vec4f();
    for (var i = 0u; i < LANES; i++) { o = fma(vec4f(exp2(maxima[i] - highest)), outs[i * ${E}u + e], o); }
    o *= 1.0 / sum;
${
  vector.type === 'vec4f'
    ? '    out[to + e] = o;'
    : `    for (var i = 0u; i < min(4u, ${hs}u - 4u * e); i++) { out[to + 4u * e + i] = o[i]; }`
}
  }`
}
}
`
}
