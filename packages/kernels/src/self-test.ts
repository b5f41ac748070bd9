// Every kernel once against its f64 reference, on the device it will run on: for `nanoalign doctor` and the web page.
// Shapes are odd on purpose, so that the edges of tiles and vectors take part. The thorough tests lie beside the kernels.

import { adamw, adamwReference, adamwSettings } from './adamw/adamw.ts'
import { recordStep } from './adamw/record-step.ts'
import { attentionBackwardReference, attentionForwardReference } from './attention/attention.reference.ts'
import { attentionBackward } from './attention/attention-backward.ts'
import { attentionDecode } from './attention/attention-decode.ts'
import { attentionForward } from './attention/attention-forward.ts'
import { storeKeysValues } from './attention/store-keys-values.ts'
import type { Gpu } from './device.ts'
import { add, addInto, fill } from './elementwise/elementwise.ts'
import { embeddingBackwardReference, embeddingForwardReference } from './embedding/embedding.reference.ts'
import { embeddingForward, gatherRows, gatherRowsBackward, positionBackward } from './embedding/embedding.ts'
import { geluDerivativeReference, geluReference } from './gelu/gelu.reference.ts'
import { geluBackward, geluForward } from './gelu/gelu.ts'
import { layerNormBackwardReference, layerNormForwardReference } from './layer-norm/layer-norm.reference.ts'
import { layerNormBackward, layerNormForward } from './layer-norm/layer-norm.ts'
import { matmulReference } from './matmul/matmul.reference.ts'
import { matmul } from './matmul/matmul.ts'
import { transpose } from './matmul/transpose.ts'
import { Program } from './program.ts'
import { Random } from './random.ts'
import { columnSum, sum } from './reduce/reduce.ts'
import { advance } from './sampling/advance.ts'
import { appendTokens, FREE } from './sampling/append.ts'
import { sample, sampleScoresReference } from './sampling/sampling.ts'
import { confidenceTargets, confidenceTargetsReference } from './softmax-loss/confidence-targets.ts'
import { hardenedTargets, hardenedTargetsReference } from './softmax-loss/hardened-targets.ts'
import { productTargets, productTargetsReference } from './softmax-loss/product-targets.ts'
import { releasedConfidenceReference, releasedConfidenceTargets } from './softmax-loss/released-confidence-targets.ts'
import { reverseKlReference, reverseKlTargets } from './softmax-loss/reverse-kl-targets.ts'
import { softmaxLossReference } from './softmax-loss/softmax-loss.reference.ts'
import { softmaxLoss } from './softmax-loss/softmax-loss.ts'
import { destroyTensor, read, sizeOf, type Tensor, type TensorData, upload } from './tensor.ts'

/** What one kernel's comparison found. */
export interface SelfTestResult {
  kernel: string
  shape: string
  /** the largest |got − want| / (1 + |want|) */
  worst: number
  tolerance: number
  ok: boolean
}

interface Check {
  kernel: string
  got: Tensor
  want: ArrayLike<number>
  tolerance?: number
  /** where elements are not simply compared: the error of what was got */
  error?: (got: TensorData) => number
}

// f32 rounds each operation by 2⁻²⁴ = 6e-8; sums of up to a hundred products of size 1 stay within this
const TOLERANCE = 2e-5

/** Tests kernel by kernel, in a few seconds even on a software adapter. Errors of the device are thrown. */
export async function* selfTest(gpu: Gpu): AsyncGenerator<SelfTestResult, void> {
  for (const { shape, record } of CASES) {
    const bench = new Bench(gpu, shape)
    try {
      const checks = record(bench)
      for (const { got } of checks) bench.program.keep(got)
      await bench.program.build()
      bench.program.submit()
      for (const { kernel, got, want, tolerance = TOLERANCE, error } of checks) {
        const data = await read(gpu, got)
        const worst = error ? error(data) : largestError(data, want)
        yield { kernel, shape, worst, tolerance, ok: worst <= tolerance }
      }
    } finally {
      bench.destroy()
    }
  }
}

function largestError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length < want.length) return Infinity
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const error = Math.abs(got[i] - want[i]) / (1 + Math.abs(want[i]))
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error
  }
  return worst
}

/** A program with its inputs. */
class Bench {
  readonly program: Program
  readonly #gpu: Gpu
  readonly #random: Random
  readonly #inputs: Tensor[] = []

  constructor(gpu: Gpu, name: string) {
    this.program = new Program(gpu, 'self-test')
    this.#gpu = gpu
    this.#random = new Random(1, `self-test/${name}`)
  }

  /** Normal noise, on the host and on the device. */
  noise(...shape: number[]): { tensor: Tensor; data: Float32Array<ArrayBuffer> } {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => this.#random.normal())
    return { tensor: this.put(data, ...shape), data }
  }

  integers(below: number, ...shape: number[]): { tensor: Tensor; data: Uint32Array<ArrayBuffer> } {
    const data = Uint32Array.from({ length: sizeOf(shape) }, () => this.#random.integer(below))
    return { tensor: this.put(data, ...shape), data }
  }

  put(data: TensorData, ...shape: number[]): Tensor {
    const tensor = upload(this.#gpu, data, shape, 'self-test')
    this.#inputs.push(tensor)
    return tensor
  }

  out(...shape: number[]): Tensor {
    return this.program.tensor(shape, 'out')
  }

  destroy(): void {
    this.program.destroy()
    this.#inputs.forEach(destroyTensor)
  }
}

const CASES: { shape: string; record: (bench: Bench) => Check[] }[] = [
  ...[
    { M: 37, N: 41, K: 53 },
    { M: 64, N: 96, K: 40 },
    { M: 1, N: 7, K: 13 },
  ].map((size) => ({
    shape: `M ${size.M}, N ${size.N}, K ${size.K}`,
    record: (bench: Bench) => matmulChecks(bench, size),
  })),
  { shape: '2 × (19, 33)', record: transposeCheck },
  { shape: 'B 2, T 37, 3 heads of 8', record: (bench) => attentionChecks(bench, { B: 2, T: 37, nHead: 3, hs: 8 }) },
  { shape: 'B 1, T 65, 2 heads of 5', record: (bench) => attentionChecks(bench, { B: 1, T: 65, nHead: 2, hs: 5 }) },
  { shape: 'B 3, 9 tokens, 2 heads of 12', record: decodeCheck },
  { shape: '33 rows of 37, 3 targets', record: softmaxLossChecks },
  { shape: '33 rows', record: targetChecks },
  { shape: '(35, 29)', record: layerNormChecks },
  { shape: '1,001 elements', record: geluChecks },
  { shape: 'B 3, T 7, C 10, 11 tokens', record: embeddingChecks },
  { shape: '517 elements', record: elementwiseChecks },
  { shape: '(67, 21)', record: columnSumCheck },
  { shape: '10,007 elements', record: sumChecks },
  { shape: '260 parameters, 3 steps', record: adamwChecks },
  { shape: '5 rows of 37, top 7', record: sampleCheck },
  { shape: '3 rows of 5', record: advanceChecks },
  { shape: '3 rows of 4', record: appendChecks },
  { shape: '2 × 3 tokens, 2 heads of 3', record: storeChecks },
]

function matmulChecks(bench: Bench, { M, N, K }: { M: number; N: number; K: number }): Check[] {
  return (['A·B', 'Aᵀ·B', 'A·Bᵀ'] as const).map((form) => {
    const [transposeA, transposeB] = [form === 'Aᵀ·B', form === 'A·Bᵀ']
    const a = bench.noise(2, ...(transposeA ? [K, M] : [M, K]))
    const b = bench.noise(2, ...(transposeB ? [N, K] : [K, N]))
    const [bias, residual, before] = [bench.noise(N), bench.noise(2, M, N), bench.noise(2, M, N)]
    const out = before.tensor
    const inputs = { a: a.tensor, b: b.tensor, bias: bias.tensor, residual: residual.tensor }
    matmul(bench.program, { ...inputs, out }, { transposeA, transposeB, accumulate: true })
    const data = { a: a.data, b: b.data, bias: bias.data, residual: residual.data, accumulate: before.data }
    return {
      kernel: `matmul ${form}`,
      got: out,
      want: matmulReference({ M, N, K, batch: 2, ...data, transposeA, transposeB }),
    }
  })
}

function transposeCheck(bench: Bench): Check[] {
  const [batch, R, C] = [2, 19, 33]
  const inp = bench.noise(batch, R, C)
  const out = bench.out(batch, C, R)
  transpose(bench.program, { inp: inp.tensor, out })
  const want = new Float32Array(batch * R * C)
  for (let z = 0; z < batch; z++)
    for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) want[(z * C + c) * R + r] = inp.data[(z * R + r) * C + c]
  return [{ kernel: 'transpose', got: out, want, tolerance: 0 }]
}

function attentionChecks(bench: Bench, shape: { B: number; T: number; nHead: number; hs: number }): Check[] {
  const { B, T, nHead, hs } = shape
  const C = nHead * hs
  const [qkv, dout] = [bench.noise(B * T, 3 * C), bench.noise(B * T, C)]
  const [out, lse, dqkv] = [bench.out(B * T, C), bench.out(B * nHead, T), bench.out(B * T, 3 * C)]
  attentionForward(bench.program, { qkv: qkv.tensor, out, lse }, shape)
  attentionBackward(bench.program, { qkv: qkv.tensor, out, lse, dout: dout.tensor, dqkv }, shape)
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

function softmaxLossChecks(bench: Bench): Check[] {
  const [N, V, K] = [33, 37, 3]
  const [logits, ids, weights] = [bench.noise(N, V), bench.integers(V, N, K), bench.noise(N, K)]
  const losses = bench.out(N)
  const inputs = { logits: logits.tensor, ids: ids.tensor, weights: weights.tensor }
  softmaxLoss(bench.program, { ...inputs, losses }, { gradient: true })
  const want = softmaxLossReference(logits.data, ids.data, weights.data, { N, V, K })
  return [
    { kernel: 'softmax loss', got: losses, want: want.losses },
    { kernel: 'softmax loss gradient', got: logits.tensor, want: want.dlogits },
  ]
}

function targetChecks(bench: Bench): Check[] {
  const N = 33
  const { tensor: logits, data } = bench.noise(N, 2)
  const beliefs = bench.noise(N).data.map((x) => 1 / (1 + Math.exp(-x)))
  const weak = bench.put(beliefs, N)
  const alpha = bench.put(new Float32Array([0.75]), 1)
  const [confidence, released, product, reverse] = Array.from({ length: 4 }, () => bench.out(N, 2))
  confidenceTargets(bench.program, { logits, weak, alpha, weights: confidence })
  releasedConfidenceTargets(bench.program, { logits, weak, alpha, weights: released })
  productTargets(bench.program, { logits, weak, weights: product })
  reverseKlTargets(bench.program, { logits, weak, weights: reverse })
  const [V, K] = [37, 3]
  const [many, labels, shares] = [bench.noise(N, V), bench.integers(V, N, K), bench.noise(N, K)]
  const [ids, hardened] = [bench.program.tensor([N, K + 1], 'ids', 'u32'), bench.out(N, K + 1)]
  const inputs = { logits: many.tensor, labels: labels.tensor, labelWeights: shares.tensor, alpha }
  hardenedTargets(bench.program, { ...inputs, ids, weights: hardened })
  const own = hardenedTargetsReference(many.data, labels.data, shares.data, 0.75, { N, V, K })
  return [
    { kernel: 'confidence targets', got: confidence, want: confidenceTargetsReference(data, beliefs, 0.75) },
    { kernel: 'confidence targets, released', got: released, want: releasedConfidenceReference(data, beliefs, 0.75) },
    { kernel: 'hardened targets', got: hardened, want: own.weights },
    { kernel: 'product targets', got: product, want: productTargetsReference(data, beliefs) },
    { kernel: 'reverse KL targets', got: reverse, want: reverseKlReference(data, beliefs).weights },
  ]
}

function layerNormChecks(bench: Bench): Check[] {
  const [N, C] = [35, 29]
  const [inp, weight, bias, dout] = [bench.noise(N, C), bench.noise(C), bench.noise(C), bench.noise(N, C)]
  const [out, dinp, mean, rstd] = [bench.out(N, C), bench.out(N, C), bench.out(N), bench.out(N)]
  const [dweight, dbias] = [bench.put(new Float32Array(C), C), bench.put(new Float32Array(C), C)]
  const shared = { inp: inp.tensor, weight: weight.tensor, mean, rstd }
  layerNormForward(bench.program, { ...shared, bias: bias.tensor, out })
  layerNormBackward(bench.program, { ...shared, dout: dout.tensor, dinp, dweight, dbias })
  const backward = layerNormBackwardReference(inp.data, weight.data, dout.data, { N, C })
  return [
    {
      kernel: 'layer norm forward',
      got: out,
      want: layerNormForwardReference(inp.data, weight.data, bias.data, { N, C }).out,
    },
    { kernel: 'layer norm backward: input', got: dinp, want: backward.dinp },
    { kernel: 'layer norm backward: weight', got: dweight, want: backward.dweight },
    { kernel: 'layer norm backward: bias', got: dbias, want: backward.dbias },
  ]
}

function geluChecks(bench: Bench): Check[] {
  const N = 1001
  const inp = bench.noise(N).data.map((x) => 3 * x)
  const dout = bench.noise(N)
  const [inpTensor, out, dinp] = [bench.put(inp, N), bench.out(N), bench.out(N)]
  geluForward(bench.program, { inp: inpTensor, out })
  geluBackward(bench.program, { inp: inpTensor, dout: dout.tensor, dinp })
  return [
    { kernel: 'gelu forward', got: out, want: Array.from(inp, geluReference) },
    {
      kernel: 'gelu backward',
      got: dinp,
      want: Array.from(inp, (x, i) => geluDerivativeReference(x) * dout.data[i]),
    },
  ]
}

function embeddingChecks(bench: Bench): Check[] {
  const [B, T, C, rows] = [3, 7, 10, 11]
  const ids = bench.integers(rows, B * T)
  const [table, positions, dout] = [bench.noise(rows, C), bench.noise(T + 2, C), bench.noise(B * T, C)]
  const [out, gathered] = [bench.out(B * T, C), bench.out(B * T, C)]
  const dtable = bench.put(new Float32Array(rows * C), rows, C)
  const dpositions = bench.put(new Float32Array(T * C), T, C)
  const first = bench.put(new Uint32Array([2]), 1)
  const { program } = bench
  embeddingForward(program, { ids: ids.tensor, table: table.tensor, positions: positions.tensor, first, out }, { T })
  gatherRows(program, { ids: ids.tensor, table: table.tensor, out: gathered })
  gatherRowsBackward(program, { ids: ids.tensor, dout: dout.tensor, dtable })
  positionBackward(program, { dout: dout.tensor, dpositions }, { T })
  const forward = embeddingForwardReference(ids.data, table.data, positions.data, { C, T, first: 2 })
  const rowsOnly = embeddingForwardReference(ids.data, table.data, undefined, { C, T })
  const backward = embeddingBackwardReference(ids.data, dout.data, { rows, C, T })
  return [
    { kernel: 'embedding forward', got: out, want: forward },
    { kernel: 'gather rows', got: gathered, want: rowsOnly, tolerance: 0 },
    { kernel: 'embedding backward', got: dtable, want: backward.dtable },
    { kernel: 'position backward', got: dpositions, want: backward.dpositions },
  ]
}

function elementwiseChecks(bench: Bench): Check[] {
  const N = 517
  const [a, b, into] = [bench.noise(N), bench.noise(N), bench.noise(N)]
  const [out, filled] = [bench.out(N), bench.out(N)]
  add(bench.program, { a: a.tensor, b: b.tensor, out })
  addInto(bench.program, { a: a.tensor, out: into.tensor })
  fill(bench.program, filled, 0.5)
  return [
    { kernel: 'add', got: out, want: Array.from(a.data, (x, i) => x + b.data[i]) },
    { kernel: 'add into', got: into.tensor, want: Array.from(a.data, (x, i) => x + into.data[i]) },
    { kernel: 'fill', got: filled, want: new Float32Array(N).fill(0.5), tolerance: 0 },
  ]
}

function columnSumCheck(bench: Bench): Check[] {
  const [N, C] = [67, 21]
  const inp = bench.noise(N, C)
  const out = bench.out(C)
  columnSum(bench.program, { inp: inp.tensor, out })
  const want = new Float64Array(C)
  inp.data.forEach((x, i) => {
    want[i % C] += x
  })
  return [{ kernel: 'column sum', got: out, want }]
}

function sumChecks(bench: Bench): Check[] {
  const inp = bench.noise(10_007)
  const [total, squares] = [bench.out(1), bench.out(1)]
  sum(bench.program, { inp: inp.tensor, out: total })
  sum(bench.program, { inp: inp.tensor, out: squares }, { square: true })
  return [
    { kernel: 'sum', got: total, want: [inp.data.reduce((a, x) => a + x, 0)], tolerance: 1e-4 },
    { kernel: 'sum of squares', got: squares, want: [inp.data.reduce((a, x) => a + x * x, 0)] },
  ]
}

function adamwChecks(bench: Bench): Check[] {
  const [N, decayed] = [260, 128]
  const options = { lr: 0.01, beta1: 0.9, beta2: 0.98, eps: 1e-8, weightDecay: 0.1, maxNorm: 1 }
  const parameters = bench.noise(N)
  const [m, v] = [bench.put(new Float32Array(N), N), bench.put(new Float32Array(N), N)]
  const [squaredNorm, counter, history] = [bench.out(1), bench.put(new Uint32Array(1), 1), bench.out(2, 2)]
  const want = { parameters: Float64Array.from(parameters.data), m: new Float64Array(N), v: new Float64Array(N) }
  let last = 0
  for (let step = 1; step <= 3; step++) {
    const gradients = bench.noise(N)
    const settings = bench.put(adamwSettings({ ...options, step }), 8)
    const moments = { parameters: parameters.tensor, m, v, settings, squaredNorm }
    sum(bench.program, { inp: gradients.tensor, out: squaredNorm }, { square: true })
    adamw(bench.program, { ...moments, gradients: gradients.tensor }, { decayed })
    const loss = bench.put(new Float32Array([step]), 1)
    recordStep(bench.program, { loss, squaredNorm, counter, history })
    adamwReference({ ...want, gradients: Float64Array.from(gradients.data) }, { ...options, step }, decayed)
    if (step === 2) last = Math.hypot(...gradients.data)
  }
  // a ring of two: the third step has overwritten the first
  const third = (got: TensorData) => largestError([got[0], got[2], got[3]], [3, 2, last])
  return [
    { kernel: 'AdamW', got: parameters.tensor, want: want.parameters },
    { kernel: 'step record', got: history, want: [], error: third },
  ]
}

function sampleCheck(bench: Bench): Check[] {
  const [B, V] = [5, 37]
  const logits = bench.noise(B, V)
  const ids = bench.put(new Uint32Array(B), B)
  const position = bench.put(new Uint32Array([3]), 1)
  const options = { temperature: 0.8, topK: 7, seed: 5, stream: 9 }
  sample(bench.program, { logits: logits.tensor, position, ids }, options)
  // the choice is right when no other class has a better score, but for what f32's logarithm cannot tell
  const error = (got: TensorData) => {
    const gaps = Array.from(got, (id, row) => {
      const scores = sampleScoresReference(logits.data.slice(row * V, (row + 1) * V), { ...options, row, position: 3 })
      return Math.max(...scores) - scores[id]
    })
    return Math.max(...gaps)
  }
  return [{ kernel: 'sample', got: ids, want: [], error, tolerance: 1e-4 }]
}

function advanceChecks(bench: Bench): Check[] {
  const tokens = bench.put(
    Uint32Array.from({ length: 15 }, (_, i) => i),
    3,
    5,
  )
  const ids = bench.put(new Uint32Array(3), 3)
  const sampled = bench.put(new Uint32Array([90, 91, 92]), 3)
  const promptLengths = bench.put(new Uint32Array([1, 3, 4]), 3)
  const position = bench.put(new Uint32Array([2]), 1)
  advance(bench.program, { sampled, promptLengths, position, tokens, ids })
  // position 2 → 3: the third prompt dictates its token, the others take the sampled one
  return [
    {
      kernel: 'advance: tokens',
      got: tokens,
      want: [0, 1, 2, 90, 4, 5, 6, 7, 91, 9, 10, 11, 12, 13, 14],
      tolerance: 0,
    },
    { kernel: 'advance: ids', got: ids, want: [90, 91, 13], tolerance: 0 },
  ]
}

function appendChecks(bench: Bench): Check[] {
  const tokens = bench.put(new Uint32Array(12).fill(7), 3, 4)
  const ids = bench.put(new Uint32Array(3), 3)
  const sampled = bench.put(new Uint32Array([90, 91, 92]), 3)
  const forced = bench.put(new Uint32Array(12).fill(FREE).fill(55, 6, 7), 3, 4)
  const next = bench.put(new Uint32Array([2]), 1)
  appendTokens(bench.program, { sampled, forced, next, tokens, ids })
  // place 2: the second row's token is dictated, the others take the sampled one
  return [
    {
      kernel: 'append: tokens',
      got: tokens,
      want: [7, 7, 90, 7, 7, 7, 55, 7, 7, 7, 92, 7],
      tolerance: 0,
    },
    { kernel: 'append: ids', got: ids, want: [90, 55, 92], tolerance: 0 },
  ]
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
