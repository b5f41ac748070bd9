import { test } from 'vitest'
import { shader } from '../shader.ts'
import { upload } from '../tensor.ts'
import { expectClose, randomFloats, runKernel, useGpu } from '../testing.ts'
import { matmulReference } from './matmul.reference.ts'
import { subgroupTile } from './subgroup-tile.wgsl.ts'

const gpu = useGpu()

// SwiftShader has 4 lanes. The kernels for other subgroup sizes run here with broadcasts through workgroup memory.
test.each([8, 16, 32, 64])('subgroup tiles written for %i lanes', async (lanes) => {
  for (const form of ['nn', 'tn', 'nt'] as const) {
    for (const [rows, M, N, K] of [
      [4, 5, 8, 8],
      [16, 20, 36, 4],
      [8, 11, 35, 6],
    ]) {
      const wide = K % 4 === 0 && N % 4 === 0 && (form !== 'tn' || M % 4 === 0)
      const code = subgroupTile({ form, wide, lanes, rows, groups: 1 })
        .replace('enable subgroups;', `var<workgroup> shared_value: f32;`)
        .replace('@builtin(subgroup_invocation_id)', '@builtin(local_invocation_index)')
        .replaceAll('subgroupBroadcast(', 'broadcast(lane, ')
      const broadcast = /* wgsl */ `
fn broadcast(lane: u32, value: f32, source: u32) -> f32 {
  workgroupBarrier();
  if (lane == source) { shared_value = value; }
  workgroupBarrier();
  return shared_value;
}`
      const a = randomFloats(M * K, 1)
      const b = randomFloats(K * N, 2)
      const { out } = await runKernel(gpu(), (program) => {
        const [ta, tb] = [upload(gpu(), a, [a.length]), upload(gpu(), b, [b.length])]
        const out = program.tensor([M, N], 'out')
        const dims = { M, N, K, a_stride: 0, b_stride: 0, out_stride: 0, splits: 1, k_per_split: K + 3 }
        const tensors = { a: ta, b: tb, bias: ta, other: ta, out }
        const workgroups = [Math.ceil(N / (4 * lanes)), Math.ceil(M / rows), 1] as const
        program.dispatch(shader('emulated', code + broadcast), tensors, dims, workgroups)
        return { out }
      })
      const want = matmulReference({ M, N, K, a, b, transposeA: form === 'tn', transposeB: form === 'nt' })
      expectClose(out, want, { label: `${form} ${rows} rows ${M}×${N}×${K}` })
    }
  }
})
