// Causal attention, forward and backward, over length and head size.

import { attentionBackward, attentionForward, readFloats } from '@nanoalign/kernels'
import { type Case, noise, programSubject, worstError } from '../subject.ts'
import { denseAttention } from './attention-dense.ts'
import { headReference } from './attention-reference.ts'

export interface AttentionShape {
  /** B·nHead; every batch row has one head, which changes nothing for the kernels but the stride */
  heads: number
  T: number
  hs: number
}

export function attentionCases(quick: boolean): Case[] {
  const shapes: AttentionShape[] = quick
    ? [
        { heads: 8, T: 128, hs: 32 },
        { heads: 8, T: 256, hs: 16 },
        { heads: 8, T: 256, hs: 64 },
      ]
    : [
        ...[64, 128, 256, 512, 1024].map((T) => ({ heads: Math.max(4, 2048 / T), T, hs: 32 })),
        { heads: 1, T: 4096, hs: 32 }, // memory still grows with T, not with its square
        ...[16, 64, 128].flatMap((hs) => [256, 512].map((T) => ({ heads: 8, T, hs }))),
      ]
  return shapes.flatMap((shape) => [attentionCase(shape, 'forward'), attentionCase(shape, 'step')])
}

const pairs = (T: number) => (T * (T + 1)) / 2

/** `step`: forward and backward, as in training. */
export function attentionCase({ heads, T, hs }: AttentionShape, pass: 'forward' | 'step'): Case {
  const common = { id: `attention/${pass}/${heads}x${T}x${hs}`, group: 'attention', bound: 'multiply-add' } as const
  if (pass === 'forward')
    return {
      ...common,
      label: `forward T ${T}, head ${hs}, ${heads} heads`,
      flops: 2 * 2 * heads * hs * pairs(T), // q·k and p·v
      bytes: 4 * 4 * heads * T * hs,
      open: (gpu) => open(gpu, { heads, T, hs }, false),
    }
  return {
    ...common,
    label: `forward + backward T ${T}, head ${hs}, ${heads} heads`,
    flops: (2 + 5) * 2 * heads * hs * pairs(T), // and the scores once more, dP, dQ, dK, dV
    bytes: (4 + 8) * 4 * heads * T * hs,
    open: (gpu) => open(gpu, { heads, T, hs }, true),
    rivals: [
      { name: 'dense form', open: (gpu) => denseAttention(gpu, { heads, T, hs }, { skip: false, backward: true }) },
      { name: 'skipping form', open: (gpu) => denseAttention(gpu, { heads, T, hs }, { skip: true, backward: true }) },
    ],
  }
}

function open(gpu: Parameters<Case['open']>[0], { heads, T, hs }: AttentionShape, backward: boolean) {
  return programSubject(gpu, (program, put) => {
    const dims = { B: heads, T, nHead: 1 }
    const [qkv, dout] = [noise(heads * T * 3 * hs, 1), noise(heads * T * hs, 2)]
    const tensor = put(qkv, heads * T, 3 * hs)
    const out = program.keep(program.tensor([heads * T, hs], 'out'))
    const lse = program.tensor([heads, T], 'lse')
    attentionForward(program, { qkv: tensor, out, lse }, dims)
    const dqkv = program.tensor([heads * T, 3 * hs], 'dqkv')
    if (backward) {
      program.keep(dqkv)
      attentionBackward(program, { qkv: tensor, out, lse, dout: put(dout, heads * T, hs), dqkv }, dims)
    }
    return async () => {
      const head = heads - 1
      const part = (data: Float32Array, width: number) => data.subarray(head * T * width, (head + 1) * T * width)
      const reference = headReference(part(qkv, 3 * hs), part(dout, hs), { T, hs })
      const queries = [0, 1, T >> 1, T - 2, T - 1]
      const got = part(await readFloats(gpu, out), hs)
      const found = queries.flatMap((i) => {
        const want = reference.out(i)
        return Array.from(want, (value, e) => [got[i * hs + e], value] as const)
      })
      if (backward) {
        const gradient = part(await readFloats(gpu, dqkv), 3 * hs)
        const columns = (row: number, which: number, want: Float64Array) =>
          Array.from(want, (value, e) => [gradient[row * 3 * hs + which * hs + e], value] as const)
        for (const i of queries) found.push(...columns(i, 0, reference.dq(i)))
        for (const j of [T - 1, T - 2, Math.max(0, T - 33)]) {
          const { dk, dv } = reference.dkv(j)
          found.push(...columns(j, 1, dk), ...columns(j, 2, dv))
        }
      }
      // sums of up to T products of size 1, through an exponential of size e^(±few)
      return {
        error: worstError(found, { atol: 5e-5, rtol: 1e-4 }),
        compared: `${found.length} entries of one head with f64`,
      }
    }
  })
}
