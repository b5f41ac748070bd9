// The other layers of a model, and sums.

import { add, addInto, fill } from '../elementwise/elementwise.ts'
import { embeddingBackwardReference, embeddingForwardReference } from '../embedding/embedding.reference.ts'
import { embeddingForward, gatherRows, gatherRowsBackward, positionBackward } from '../embedding/embedding.ts'
import { geluDerivativeReference, geluReference } from '../gelu/gelu.reference.ts'
import { geluBackward, geluForward } from '../gelu/gelu.ts'
import { layerNormBackwardReference, layerNormForwardReference } from '../layer-norm/layer-norm.reference.ts'
import { layerNormBackward, layerNormForward } from '../layer-norm/layer-norm.ts'
import { columnSum, sum } from '../reduce/reduce.ts'
import type { Bench, Check, SelfTestCase } from './bench.ts'

export const layerCases: SelfTestCase[] = [
  { shape: '(35, 29)', record: layerNormChecks },
  { shape: '1,001 elements', record: geluChecks },
  { shape: 'B 3, T 7, C 10, 11 tokens', record: embeddingChecks },
  { shape: '517 elements', record: elementwiseChecks },
  { shape: '(67, 21)', record: columnSumCheck },
  { shape: '10,007 elements', record: sumChecks },
]

function layerNormChecks(bench: Bench): Check[] {
  const [N, C] = [35, 29]
  const [inp, weight, bias, dout] = [bench.noise(N, C), bench.noise(C), bench.noise(C), bench.noise(N, C)]
  const [out, dinp, mean, rstd] = [bench.out(N, C), bench.out(N, C), bench.out(N), bench.out(N)]
  const [dweight, dbias] = [bench.put(new Float32Array(C), C), bench.put(new Float32Array(C), C)]
  const shared = { inp: inp.tensor, weight: weight.tensor, mean, rstd }
  layerNormForward(bench.program, { ...shared, bias: bias.tensor, out })
  const residual = bench.noise(N, C)
  const [sum, outOfSum] = [bench.out(N, C), bench.out(N, C)]
  const rows = { mean: bench.out(N), rstd: bench.out(N) }
  const added = { inp: inp.tensor, residual: residual.tensor, sum, weight: weight.tensor, bias: bias.tensor }
  layerNormForward(bench.program, { ...added, out: outOfSum, ...rows })
  layerNormBackward(bench.program, { ...shared, dout: dout.tensor, dinp, dweight, dbias })
  const backward = layerNormBackwardReference(inp.data, weight.data, dout.data, { N, C })
  return [
    {
      kernel: 'layer norm forward',
      got: out,
      want: layerNormForwardReference(inp.data, weight.data, bias.data, { N, C }).out,
    },
    {
      kernel: 'layer norm of a sum',
      got: outOfSum,
      want: layerNormForwardReference(
        inp.data.map((x, i) => x + residual.data[i]),
        weight.data,
        bias.data,
        { N, C },
      ).out,
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
