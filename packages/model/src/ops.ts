// The differentiable ops: the forward, with its backward directly below. N counts rows (B·T).

import {
  attentionBackward,
  attentionForward,
  columnSum,
  embeddingForward,
  fill,
  gatherRowsBackward,
  gatherRows as gatherRowsForward,
  layerNormBackward,
  layerNormForward,
  linearLayerNorm as linearLayerNormForward,
  matmul,
  positionBackward,
  projectedLoss as projectedLossForward,
  softmaxLoss as softmaxLossForward,
  type Tensor,
} from '@nanoalign/kernels'
import type { Tape } from './tape.ts'

/** wte[ids] + wpe[first + t]. ids (B·T) u32, wte (V, C), wpe (blockSize, C), first (1) u32 → (B·T, C). */
export function embedding(tape: Tape, t: { ids: Tensor; wte: Tensor; wpe: Tensor; first: Tensor }, T: number): Tensor {
  const { program } = tape
  const out = tape.tensor([t.ids.size, t.wte.shape[1]], 'embedding')
  embeddingForward(program, { ids: t.ids, table: t.wte, positions: t.wpe, first: t.first, out }, { T })
  tape.record(() => {
    const dout = tape.gradient(out)
    gatherRowsBackward(program, { ids: t.ids, dout, dtable: tape.gradient(t.wte) })
    positionBackward(program, { dout, dpositions: tape.gradient(t.wpe) }, { T })
  })
  return out
}

/** A layer's parameters: weight (K, M) as in GPT-2's Conv1D, or (C) of a layer norm; bias (M) or (C). */
export interface Layer {
  weight: Tensor
  bias: Tensor
}

/** The parameters `name.weight` and `name.bias`. */
export const layer = (tape: Tape, name: string): Layer => ({
  weight: tape.parameter(`${name}.weight`),
  bias: tape.parameter(`${name}.bias`),
})

/** Layer normalisation over the last dimension. inp (N, C); weight, bias (C) → (N, C). */
export function layerNorm(tape: Tape, inp: Tensor, gain: Layer): Tensor {
  const norm = normTensors(tape, inp.shape)
  layerNormForward(tape.program, { inp, ...gain, ...norm })
  tape.record(() => normBackward(tape, inp, gain, norm))
  return norm.out
}

type Norm = Record<'out' | 'mean' | 'rstd', Tensor>

function normTensors(tape: Tape, shape: readonly number[]): Norm {
  const row = (label: string) => tape.tensor([shape[0]], label)
  return { out: tape.tensor(shape, 'layer-norm'), mean: row('mean'), rstd: row('rstd') }
}

function normBackward(tape: Tape, inp: Tensor, { weight, bias }: Layer, { out, mean, rstd }: Norm): void {
  const [dweight, dbias] = [tape.gradient(weight), tape.gradient(bias)]
  const dout = tape.gradient(out)
  const { tensor: dinp, accumulate } = tape.into(inp)
  layerNormBackward(tape.program, { inp, weight, mean, rstd, dout, dinp, dweight, dbias }, { accumulate })
}

/** inp·weight + bias. inp (N, K) → (N, M). */
export function linear(tape: Tape, inp: Tensor, { weight, bias }: Layer): Tensor {
  const out = tape.tensor([inp.shape[0], weight.shape[1]], 'linear')
  matmul(tape.program, { a: inp, b: weight, out, bias })
  tape.record(() => linearBackward(tape, inp, { weight, bias }, tape.gradient(out)))
  return out
}

/** sum = inp·weight + bias + residual, and its layer norm. inp (N, K), residual (N, C) → both (N, C). */
export function linearLayerNorm(tape: Tape, inp: Tensor, dense: Layer, residual: Tensor, gain: Layer) {
  const sum = tape.tensor(residual.shape, 'sum')
  const norm = normTensors(tape, residual.shape)
  linearLayerNormForward(tape.program, { inp, ...dense, residual, sum }, { ...gain, ...norm })
  tape.record(() => {
    normBackward(tape, sum, gain, norm)
    const dsum = tape.gradient(sum)
    linearBackward(tape, inp, dense, dsum)
    tape.give(residual, dsum)
  })
  return { sum, normed: norm.out }
}

function linearBackward(tape: Tape, inp: Tensor, dense: Layer, dout: Tensor): void {
  const { tensor: dinp, accumulate } = tape.into(inp)
  matmul(tape.program, { a: dout, b: dense.weight, out: dinp }, { transposeB: true, accumulate })
  denseGradients(tape, inp, dense, dout)
}

/** gelu(inp·W + b)·W' + b' + residual, the MLP of a block. inp and residual (N, C), W (C, M), W' (M, C) → (N, C). */
export function mlp(tape: Tape, inp: Tensor, hidden: Layer, projection: Layer, residual: Tensor): Tensor {
  const { program } = tape
  const shape = [inp.shape[0], hidden.weight.shape[1]]
  const [activated, out] = [tape.tensor(shape, 'gelu'), tape.tensor(inp.shape, 'mlp')]
  const slope = tape.training ? tape.tensor(shape, "gelu'") : undefined
  matmul(program, { a: inp, b: hidden.weight, out: activated, bias: hidden.bias, slope }, { gelu: true })
  matmul(program, { a: activated, b: projection.weight, out, bias: projection.bias, residual })
  tape.record(() => {
    const dout = tape.gradient(out)
    const dhidden = tape.tensor(shape, 'd mlp') // before the activation
    matmul(program, { a: dout, b: projection.weight, out: dhidden, factor: slope }, { transposeB: true })
    denseGradients(tape, activated, projection, dout)
    linearBackward(tape, inp, hidden, dhidden)
    tape.give(residual, dout)
  })
  return out
}

function denseGradients(tape: Tape, inp: Tensor, { weight, bias }: Layer, dout: Tensor): void {
  matmul(tape.program, { a: inp, b: dout, out: tape.gradient(weight) }, { transposeA: true, accumulate: true })
  columnSum(tape.program, { inp: dout, out: tape.gradient(bias) }, { accumulate: true })
}

/** inp·tableᵀ: logits against an embedding table. inp (N, C), table (V, C) → (N, V). */
export function unembed(tape: Tape, inp: Tensor, table: Tensor): Tensor {
  const { program } = tape
  const out = tape.tensor([inp.shape[0], table.shape[0]], 'logits')
  matmul(program, { a: inp, b: table, out }, { transposeB: true })
  tape.record(() => {
    const dout = tape.gradient(out)
    const { tensor: dinp, accumulate } = tape.into(inp)
    matmul(program, { a: dout, b: table, out: dinp }, { accumulate })
    matmul(program, { a: dout, b: inp, out: tape.gradient(table) }, { transposeA: true, accumulate: true })
  })
  return out
}

/** Causal multi-head self-attention on packed q | k | v. qkv (B·T, 3C) → (B·T, C). */
export function attention(tape: Tape, qkv: Tensor, dims: { B: number; T: number; nHead: number }): Tensor {
  const { program } = tape
  const { B, T, nHead } = dims
  const out = tape.tensor([B * T, qkv.shape[1] / 3], 'attention')
  const lse = tape.tensor([B * nHead, T], 'log-sum-exp')
  attentionForward(program, { qkv, out, lse }, dims)
  tape.record(() => {
    const { tensor: dqkv, accumulate } = tape.into(qkv)
    if (accumulate) throw new Error('attention: qkv is used by another op, whose gradient would be overwritten')
    attentionBackward(program, { qkv, out, lse, dout: tape.gradient(out), dqkv }, dims)
  })
  return out
}

/** Picks rows: out[r] = inp[rows[r]]. inp (N, C), rows (R) u32 → (R, C). */
export function gatherRows(tape: Tape, inp: Tensor, rows: Tensor): Tensor {
  const { program } = tape
  const out = tape.tensor([rows.size, inp.shape[1]], 'rows')
  gatherRowsForward(program, { ids: rows, table: inp, out })
  tape.record(() => {
    const { tensor: dtable, accumulate } = tape.into(inp)
    if (!accumulate) fill(program, dtable, 0)
    gatherRowsBackward(program, { ids: rows, dout: tape.gradient(out), dtable })
  })
  return out
}

/**
 * losses[n] = −Σₖ weights[n, k]·log softmax(logits[n])[ids[n, k]] → (N). The root of a backward: the loss is Σ losses.
 * While training, the logits are replaced by their gradient.
 */
export function softmaxLoss(tape: Tape, t: { logits: Tensor; ids: Tensor; weights: Tensor }): Tensor {
  const losses = tape.tensor([t.logits.shape[0]], 'losses')
  softmaxLossForward(tape.program, { ...t, losses }, { gradient: tape.training })
  tape.record(() => tape.give(t.logits, t.logits))
  return losses
}

/**
 * {@link unembed} and {@link softmaxLoss} in one, holding a block of the logits at a time. inp (N, C), table (V, C), ids and
 * weights (N, K) → (N). The gradients are made in the forward, as the logits are gone afterwards.
 */
export function projectedLoss(tape: Tape, t: { inp: Tensor; table: Tensor; ids: Tensor; weights: Tensor }): Tensor {
  const losses = tape.tensor([t.inp.shape[0]], 'losses')
  if (!tape.training) {
    projectedLossForward(tape.program, { ...t, losses })
    return losses
  }
  const { tensor: dinp, accumulate } = tape.into(t.inp)
  if (accumulate) throw new Error('projectedLoss: its input has a gradient already, which would be overwritten')
  projectedLossForward(tape.program, { ...t, losses }, { gradients: { dinp, dtable: tape.gradient(t.table) } })
  return losses
}
