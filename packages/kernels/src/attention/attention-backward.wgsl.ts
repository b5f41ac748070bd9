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

const FORMULA = `// Causal attention, backward. With p_ij = exp2(q_i·k_j·SCALE − lse_i), recomputed, and delta_i = dout_i·out_i:
//   ds_ij = p_ij (dout_i·v_j − delta_i)
//   dq_i = Σ_j≤i ds_ij k_j / √hs,  dk_j = Σ_i≥j ds_ij q_i / √hs,  dv_j = Σ_i≥j p_ij dout_i
// qkv, dqkv (B·T, 3·C) = q | k | v, each split into nHead heads; out, dout (B·T, C); lse, delta (B·nHead, T).`

const constants = (hs: number) => `const SCALE: f32 = ${Math.LOG2E / Math.sqrt(hs)};  // log2(e) / √hs
const ROOT: f32 = ${1 / Math.sqrt(hs)};  // 1 / √hs`

/** dQ, and delta for the kernel below. */
export function attentionBackwardQueriesWgsl(
  hs: number,
  variant: AttentionVariant,
  subgroup: number | undefined,
): string {
  const vector = vectors(hs)
  const shared = sharedRows(variant, subgroup, vector)
  const { rows: R, keys: KB } = variant
  const E = vector.count
  const pair = (k: number, left: string, sum: string) =>
    each(
      E,
      (e) =>
        `    { let b = ${shared.at(left === 'q' ? 'k' : 'v', k, e)}; ${range(R)
          .map((r) => `${sum}${r}_${k} = madd(${left}${r}_${e}, b, ${sum}${r}_${k});`)
          .join(' ')} }`,
    )
  return `${FORMULA}
// This kernel writes dq and delta. An invocation owns R = ${R} of a head's queries (hs = ${hs}) and walks over the keys
// up to its last query, KB = ${KB} per step.
${workgroupText(variant, subgroup, 'row of the other operand')}
${constants(hs)}

struct Dims { B: u32, T: u32, nHead: u32 }
@group(0) @binding(0) var<storage, read> qkv: array<${vector.type}>;
@group(0) @binding(1) var<storage, read> out: array<${vector.type}>;
@group(0) @binding(2) var<storage, read> lse: array<f32>;
@group(0) @binding(3) var<storage, read> dout: array<${vector.type}>;
@group(0) @binding(4) var<storage, read_write> dqkv: array<${vector.type}>;
@group(0) @binding(5) var<storage, read_write> delta: array<f32>;
@group(0) @binding(6) var<uniform> dims: Dims;
${MADD}
${mainOfRows(variant, subgroup, vector.width)}
${shared.setup}

  // 1. the lane's queries q, output gradients g, lse and delta
${each(
  R,
  (
    r,
  ) => `  let t${r} = min(first + ${r}u, dims.T - 1u); let at${r} = head + t${r} * stride; let o${r} = ohead + t${r} * C;
  let lse${r} = lse[bh * dims.T + t${r}]; var delta${r} = 0.0;
${each(
  E,
  (
    e,
  ) => `  let q${r}_${e} = SCALE * ${vector.load('qkv', `at${r}`, e)}; let g${r}_${e} = ${vector.load('dout', `o${r}`, e)};
  delta${r} = madd(g${r}_${e}, ${vector.load('out', `o${r}`, e)}, delta${r}); var dq${r}_${e} = vec4f();`,
)}`,
)}

  // 2. all keys that the group's last query sees
  for (var j = 0u; j < end; j += ${KB}u) {
${shared.load('k', 'qkv', 'head + C', 'stride')}
${shared.load('v', 'qkv', 'head + 2u * C', 'stride')}
${each(
  R,
  (r) =>
    `    ${range(KB)
      .map((k) => `var s${r}_${k} = 0.0; var u${r}_${k} = 0.0;`)
      .join(' ')}`,
)}
${each(KB, (k) => `${pair(k, 'q', 's')}\n${pair(k, 'g', 'u')}`)}
${each(R, (r) =>
  each(
    KB,
    (k) =>
      `    let ds${r}_${k} = select(0.0, exp2(s${r}_${k} - lse${r}) * (u${r}_${k} - delta${r}), ${shared.row(k)} <= t${r});`,
  ),
)}
${each(
  E,
  (e) =>
    `    { ${range(KB)
      .map((k) => `let b${k} = ${shared.at('k', k, e)};`)
      .join(' ')} ${range(R)
      .map(
        (r) =>
          `dq${r}_${e} = ${range(KB).reduce((sum, k) => `fma(vec4f(ds${r}_${k}), b${k}, ${sum})`, `dq${r}_${e}`)};`,
      )
      .join(' ')} }`,
)}
  }

  // 3. write
${each(
  R,
  (r) => `  if (first + ${r}u < dims.T) {
${each(E, (e) => `    ${vector.store('dqkv', `at${r}`, e, `ROOT * dq${r}_${e}`)}`)}
    delta[bh * dims.T + t${r}] = delta${r};
  }`,
)}
}
`
}

/** dK and dV, from the delta that the kernel above has left. */
export function attentionBackwardKeysWgsl(hs: number, variant: AttentionVariant, subgroup: number | undefined): string {
  const vector = vectors(hs)
  const shared = sharedRows(variant, subgroup, vector)
  const { rows: R, keys: KB } = variant
  const E = vector.count
  const rows = (line: (r: number) => string) => range(R).map(line).join(' ')
  return `${FORMULA}
// This kernel writes dk and dv. An invocation owns R = ${R} of a head's keys (hs = ${hs}) and walks over the queries from
// its first key to the end, KB = ${KB} per step.
${workgroupText(variant, subgroup, 'row of the other operand')}
${constants(hs)}

struct Dims { B: u32, T: u32, nHead: u32 }
@group(0) @binding(0) var<storage, read> qkv: array<${vector.type}>;
@group(0) @binding(1) var<storage, read> lse: array<f32>;
@group(0) @binding(2) var<storage, read> dout: array<${vector.type}>;
@group(0) @binding(3) var<storage, read> delta: array<f32>;
@group(0) @binding(4) var<storage, read_write> dqkv: array<${vector.type}>;
@group(0) @binding(5) var<uniform> dims: Dims;
${MADD}
${mainOfRows(variant, subgroup, vector.width)}
${shared.setup}

  // 1. the lane's keys and values
${each(
  R,
  (
    r,
  ) => `  let t${r} = min(first + ${r}u, dims.T - 1u); let at${r} = head + C + t${r} * stride; let atv${r} = at${r} + C;
${each(
  E,
  (e) => `  let k${r}_${e} = SCALE * ${vector.load('qkv', `at${r}`, e)}; var dk${r}_${e} = vec4f();
  let v${r}_${e} = ${vector.load('qkv', `atv${r}`, e)}; var dv${r}_${e} = vec4f();`,
)}`,
)}

  // 2. all queries from the group's first key on
  for (var j = begin; j < dims.T; j += ${KB}u) {
${shared.load('q', 'qkv', 'head', 'stride')}
${shared.load('g', 'dout', 'ohead', 'C')}
${each(
  KB,
  (
    k,
  ) => `    let i${k} = bh * dims.T + min(${shared.row(k)}, dims.T - 1u); let lse${k} = lse[i${k}]; let delta${k} = delta[i${k}];
    ${rows((r) => `var s${r}_${k} = 0.0; var u${r}_${k} = 0.0;`)}
${each(E, (e) => `    { let b = ${shared.at('q', k, e)}; ${rows((r) => `s${r}_${k} = madd(k${r}_${e}, b, s${r}_${k});`)} }`)}
${each(E, (e) => `    { let b = ${shared.at('g', k, e)}; ${rows((r) => `u${r}_${k} = madd(v${r}_${e}, b, u${r}_${k});`)} }`)}
${each(
  R,
  (
    r,
  ) => `    let p${r}_${k} = select(0.0, exp2(s${r}_${k} - lse${k}), ${shared.row(k)} >= t${r}${KB > 1 ? ` && ${shared.row(k)} < dims.T` : ''});
    let ds${r}_${k} = p${r}_${k} * (u${r}_${k} - delta${k});`,
)}
${each(E, (e) => `    { let b = ${shared.at('g', k, e)}; ${rows((r) => `dv${r}_${e} = fma(vec4f(p${r}_${k}), b, dv${r}_${e});`)} }`)}
${each(E, (e) => `    { let b = ${shared.at('q', k, e)}; ${rows((r) => `dk${r}_${e} = fma(vec4f(ds${r}_${k}), b, dk${r}_${e});`)} }`)}`,
)}
  }

  // 3. write
${each(
  R,
  (r) => `  if (first + ${r}u < dims.T) {
${each(
  E,
  (e) => `    ${vector.store('dqkv', `at${r}`, e, `ROOT * dk${r}_${e}`)}
    ${vector.store('dqkv', `atv${r}`, e, `dv${r}_${e}`)}`,
)}
  }`,
)}
}
`
}
