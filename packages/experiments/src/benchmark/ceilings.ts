// What this adapter can do at most, measured: multiply-adds in registers, and copying between buffers.

import { createTensor, destroyTensor, type Gpu, grid, Program, type Shader, shader, submit } from '@nanoalign/kernels'
import type { Subject } from './subject.ts'

// Independent chains hide the latency of a multiply-add; unrolling hides the loop, whose carried values cost extra on
// software adapters. Which form is best differs between adapters, so a few are tried.
function multiplyAddWgsl(type: 'f32' | 'vec4f', chains: number, unroll: number): string {
  const names = Array.from({ length: chains }, (_, i) => `c${i}`)
  const steps = Array.from({ length: unroll }, () => names.map((c) => `${c} = fma(${c}, m, a);`).join(' '))
  return /* wgsl */ `
// c ← c·m + a, over and over. One invocation has ${chains} independent chains.
struct Dims { N: u32, steps: u32, m: f32, a: f32 }
@group(0) @binding(0) var<storage, read_write> out: array<${type}>;
@group(0) @binding(1) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (wid.y * nwg.x + wid.x) * 64u + lane;
  if (i >= dims.N) { return; }
  let m = ${type}(dims.m);
  let a = ${type}(dims.a);
${names.map((c, j) => `  var ${c} = ${type}(f32(i) + ${j}.0);`).join('\n')}
  for (var s = 0u; s < dims.steps; s++) {
${steps.map((step) => `    ${step}`).join('\n')}
  }
  out[i] = ${names.join(' + ')};
}
`
}

function copyWgsl(each: number): string {
  return /* wgsl */ `
// out = inp, ${each} vec4 per invocation, consecutive invocations on consecutive addresses.
struct Dims { N: u32 } // in vec4
@group(0) @binding(0) var<storage, read> inp: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;
@group(0) @binding(2) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(num_workgroups) nwg: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = (wid.y * nwg.x + wid.x) * ${64 * each}u + lane;
${Array.from({ length: each }, (_, j) => `  if (first + ${64 * j}u < dims.N) { out[first + ${64 * j}u] = inp[first + ${64 * j}u]; }`).join('\n')}
}
`
}

/** One way to reach a ceiling. */
export interface CeilingCase {
  kind: 'multiply-add' | 'copy'
  name: string
  /** flops or bytes per run */
  amount: number
  open(gpu: Gpu): Promise<Pick<Subject, 'run' | 'destroy'>>
}

export function ceilingCases(): CeilingCase[] {
  return [...MULTIPLY_ADD.map(multiplyAdd), ...[1, 4].map(copy)]
}

const MULTIPLY_ADD: ['f32' | 'vec4f', chains: number, unroll: number][] = [
  ['vec4f', 2, 64],
  ['f32', 8, 32],
  ['f32', 12, 32],
]

function multiplyAdd([type, chains, unroll]: (typeof MULTIPLY_ADD)[number]): CeilingCase {
  const N = 2 ** 15
  const width = type === 'f32' ? 1 : 4
  const steps = Math.round(2 ** 13 / (chains * unroll * width))
  return {
    kind: 'multiply-add',
    name: `${chains} chains of ${type}, ×${unroll}`,
    amount: 2 * N * steps * chains * unroll * width,
    open: (gpu) => {
      const kernel = shader(`ceiling-${type}-${chains}`, multiplyAddWgsl(type, chains, unroll))
      return openKernel(gpu, kernel, { out: N * width }, { N, steps, m: 0.999, a: 0.001 }, N / 64)
    },
  }
}

function copy(each: number): CeilingCase {
  const N = 2 ** 21 // 32 MiB
  return {
    kind: 'copy',
    name: `${each} vec4 per invocation`,
    amount: 2 * N * 16,
    open: (gpu) =>
      openKernel(gpu, shader(`copy-${each}`, copyWgsl(each)), { inp: 4 * N, out: 4 * N }, { N }, N / 64 / each),
  }
}

async function openKernel(
  gpu: Gpu,
  kernel: Shader,
  sizes: Record<string, number>,
  dims: Record<string, number>,
  workgroups: number,
): Promise<Pick<Subject, 'run' | 'destroy'>> {
  const tensors = Object.entries(sizes).map(([name, size]) => [name, createTensor(gpu, [size], 'f32', name)] as const)
  const program = new Program(gpu, kernel.name)
  program.dispatch(kernel, Object.fromEntries(tensors), dims, grid(workgroups))
  await program.build()
  return {
    run: (times) => submit(gpu, new Array(times).fill(program)),
    destroy() {
      program.destroy()
      for (const [, tensor] of tensors) destroyTensor(tensor)
    },
  }
}
