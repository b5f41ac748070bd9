// Attention over whole sequences and token by token.

import { attentionBackwardReference, attentionForwardReference } from '../attention/attention.reference.ts'
import { attentionBackward } from '../attention/attention-backward.ts'
import { attentionDecode } from '../attention/attention-decode.ts'
import { attentionForward } from '../attention/attention-forward.ts'
import { storeKeysValues } from '../attention/store-keys-values.ts'
import type { Bench, Check, SelfTestCase } from './bench.ts'

export const attentionCases: SelfTestCase[] = [
  { shape: 'B 2, T 37, 3 heads of 8', record: (bench) => attentionChecks(bench, { B: 2, T: 37, nHead: 3, hs: 8 }) },
  { shape: 'B 1, T 65, 2 heads of 5', record: (bench) => attentionChecks(bench, { B: 1, T: 65, nHead: 2, hs: 5 }) },
  {
    shape: 'B 2, T 70, 2 heads of 12, in blocks',
    record: (bench) => attentionChecks(bench, { B: 2, T: 70, nHead: 2, hs: 12 }, 64),
  },
  { shape: 'B 3, 9 tokens, 2 heads of 12', record: decodeCheck },
  { shape: '2 × 3 tokens, 2 heads of 3', record: storeChecks },
]

function attentionChecks(
  bench: Bench,
  shape: { B: number; T: number; nHead: number; hs: number },
  rowBlock?: number,
): Check[] {
  const { B, T, nHead, hs } = shape
  const C = nHead * hs
  const [qkv, dout] = [bench.noise(B * T, 3 * C), bench.noise(B * T, C)]
  const [out, lse, dqkv] = [bench.out(B * T, C), bench.out(B * nHead, T), bench.out(B * T, 3 * C)]
  attentionForward(bench.program, { qkv: qkv.tensor, out, lse }, shape, { rowBlock })
  attentionBackward(bench.program, { qkv: qkv.tensor, out, lse, dout: dout.tensor, dqkv }, shape, { rowBlock })
  const want = attentionForwardReference(qkv.data, shape)
  return [
    { kernel: 'attention forward', got: out, want: want.out },
    { kernel: 'attention log-sum-exp', got: lse, want: want.lse },
    {
      kernel: 'attention backward',
      got: dqkv,
      want: attentionBackwardReference(qkv.data, dout.data, shape),
      tolerance: 4e-5, // a product of two sums
    },
  ]
}

function decodeCheck(bench: Bench): Check[] {
  const [B, nHead, hs, T] = [3, 2, 12, 9]
  const C = nHead * hs
  const qkv = bench.noise(B * T, 3 * C)
  const caches = { keys: bench.noise(B, nHead, T, hs).tensor, values: bench.noise(B, nHead, T, hs).tensor }
  let out = bench.out(B, C)
  for (let t = 0; t < T; t++) {
    const rows = Float32Array.from({ length: B * 3 * C }, (_, i) => {
      return qkv.data[(Math.floor(i / (3 * C)) * T + t) * 3 * C + (i % (3 * C))]
    })
    out = bench.out(B, C)
    const [token, position] = [bench.put(rows, B, 3 * C), bench.put(new Uint32Array([t]), 1)]
    attentionDecode(bench.program, { qkv: token, ...caches, out, position }, { B, nHead, blockSize: T })
  }
  const all = attentionForwardReference(qkv.data, { B, T, nHead }).out
  const want = Float64Array.from({ length: B * C }, (_, i) => all[(Math.floor(i / C) * T + T - 1) * C + (i % C)])
  return [{ kernel: 'attention decode', got: out, want }]
}

function storeChecks(bench: Bench): Check[] {
  const [B, T, nHead, hs, blockSize] = [2, 3, 2, 3, 4]
  const C = nHead * hs
  const qkv = bench.noise(B * T, 3 * C)
  const old = () => bench.put(new Float32Array(B * nHead * blockSize * hs), B, nHead, blockSize, hs)
  const [keys, values] = [old(), old()]
  storeKeysValues(bench.program, { qkv: qkv.tensor, keys, values }, { B, T, nHead })
  const want = (part: number) =>
    Float32Array.from({ length: B * nHead * blockSize * hs }, (_, i) => {
      const [b, h] = [Math.floor(i / (nHead * blockSize * hs)), Math.floor(i / (blockSize * hs)) % nHead]
      const [t, d] = [Math.floor(i / hs) % blockSize, i % hs]
      return t < T ? qkv.data[(b * T + t) * 3 * C + part * C + h * hs + d] : 0
    })
  return [
    { kernel: 'store keys', got: keys, want: want(1), tolerance: 0 },
    { kernel: 'store values', got: values, want: want(2), tolerance: 0 },
  ]
}
