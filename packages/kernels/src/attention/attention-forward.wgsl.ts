import {
  type AttentionVariant,
  each,
  MADD,
  mainOfRows,
  range,
  sharedRows,
  vectors,
  workgroupText,
} from './rows.wgsl.ts'

/** The forward kernel for one head size; T, B and nHead stay in the uniform. */
export function attentionForwardWgsl(hs: number, variant: AttentionVariant, subgroup: number | undefined): string {
  const vector = vectors(hs)
  const shared = sharedRows(variant, subgroup, vector)
  const { rows: R, keys: KB } = variant
  const E = vector.count
  return `// Causal attention, forward, one pass over the keys (online softmax):
//   s_ij = q_i·k_j / √hs,  p_ij = exp(s_ij) / Σ_j≤i exp(s_ij),  out_i = Σ_j≤i p_ij v_j
// qkv (B·T, 3·C) = q | k | v, each split into nHead heads of hs = ${hs}; out (B·T, C);
// lse (B·nHead, T) = log2 Σ_j exp(s_ij): scores are kept in base 2, so that backward finds p_ij = exp2(s_ij·log2(e) − lse_i).
// An invocation owns R = ${R} of a head's queries and walks over the keys up to its last query, KB = ${KB} per step.
${workgroupText(variant, subgroup, 'key and value')}
const SCALE: f32 = ${Math.LOG2E / Math.sqrt(hs)};  // log2(e) / √hs
const LOWEST: f32 = -1e30;  // below every score; exp2(LOWEST − s) is 0

struct Dims { B: u32, T: u32, nHead: u32 }
@group(0) @binding(0) var<storage, read> qkv: array<${vector.type}>;
@group(0) @binding(1) var<storage, read_write> out: array<${vector.type}>;
@group(0) @binding(2) var<storage, read_write> lse: array<f32>;
@group(0) @binding(3) var<uniform> dims: Dims;
${MADD}
${mainOfRows(variant, subgroup, vector.width)}
${shared.setup}

  // 1. the lane's queries; per query the running maximum m, sum z and output o
${each(
  R,
  (r) => `  let t${r} = min(first + ${r}u, dims.T - 1u); let at${r} = head + t${r} * stride;
  var m${r} = LOWEST; var z${r} = 0.0;
${each(E, (e) => `  let q${r}_${e} = SCALE * ${vector.load('qkv', `at${r}`, e)}; var o${r}_${e} = vec4f();`)}`,
)}

  // 2. all keys that the group's last query sees
  for (var j = 0u; j < end; j += ${KB}u) {
${shared.load('k', 'qkv', 'head + C', 'stride')}
${shared.load('v', 'qkv', 'head + 2u * C', 'stride')}
${each(
  R,
  (r) =>
    `    ${range(KB)
      .map((k) => `var s${r}_${k} = 0.0;`)
      .join(' ')}`,
)}
${each(KB, (k) =>
  each(
    E,
    (e) =>
      `    { let b = ${shared.at('k', k, e)}; ${range(R)
        .map((r) => `s${r}_${k} = madd(q${r}_${e}, b, s${r}_${k});`)
        .join(' ')} }`,
  ),
)}
${each(
  R,
  (r) => `${each(KB, (k) => `    s${r}_${k} = select(LOWEST, s${r}_${k}, ${shared.row(k)} <= t${r});`)}
    let max${r} = ${range(KB).reduce((text, k) => `max(${text}, s${r}_${k})`, `m${r}`)};
    let c${r} = exp2(m${r} - max${r});  // what was summed so far is relative to the old maximum
    m${r} = max${r};
${each(KB, (k) => `    let p${r}_${k} = exp2(s${r}_${k} - m${r});`)}
    z${r} = z${r} * c${r} + ${range(KB)
      .map((k) => `p${r}_${k}`)
      .join(' + ')};`,
)}
${each(
  E,
  (e) =>
    `    { ${range(KB)
      .map((k) => `let b${k} = ${shared.at('v', k, e)};`)
      .join(' ')} ${range(R)
      .map(
        (r) =>
          `o${r}_${e} = ${range(KB).reduce((sum, k) => `fma(vec4f(p${r}_${k}), b${k}, ${sum})`, `o${r}_${e} * c${r}`)};`,
      )
      .join(' ')} }`,
)}
  }

  // 3. normalise
${each(
  R,
  (r) => `  if (first + ${r}u < dims.T) {
    let o = ohead + t${r} * C; let w = 1.0 / z${r};
${each(E, (e) => `    ${vector.store('out', 'o', e, `o${r}_${e} * w`)}`)}
    lse[bh * dims.T + t${r}] = m${r} + log2(z${r});
  }`,
)}
}
`
}
