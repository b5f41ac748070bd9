// out[..., M, N] = op(A)·op(B) and what its epilogue adds: checks shapes, picks a variant, records its dispatches.

import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { chooseVariant, type Variant } from './choose-variant.ts'
import type { Epilogue } from './epilogue.wgsl.ts'
import { fitsQuads, quadTile } from './quad-tile.wgsl.ts'
import { registerTile } from './register-tile.wgsl.ts'
import { subgroupTile } from './subgroup-tile.wgsl.ts'
import { sumPartials } from './sum-partials.wgsl.ts'
import type { Form, Operands } from './tile.wgsl.ts'
import { transpose } from './transpose.ts'
import { workgroupTile } from './workgroup-tile.wgsl.ts'

export interface MatmulTensors {
  /** [..., M, K], or [..., K, M] with transposeA */
  a: Tensor
  /** [..., K, N], or [..., N, K] with transposeB; without the leading dimensions it is shared by the batch */
  b: Tensor
  /** [..., M, N] */
  out: Tensor
  /** [N], added to every row */
  bias?: Tensor
  /** [..., M, N], added to the result */
  residual?: Tensor
  /** [..., M, N], multiplies the result (and its bias), as the derivative of an activation does; not with a residual */
  factor?: Tensor
  /** [..., M, N], with `gelu`: gets GELU's derivative at op(a)·op(b) + bias, all that its backward needs */
  slope?: Tensor
}

export interface MatmulOptions {
  transposeA?: boolean
  transposeB?: boolean
  /** GELU (tanh form) of op(a)·op(b) + bias, in the same pass and with the bits of geluForward */
  gelu?: boolean
  /** add to what out holds instead of overwriting it */
  accumulate?: boolean
  /** of every matrix of a batch b or out, only so many rows (as they are stored) take part; the others are left alone */
  firstRows?: { b?: number; out?: number }
  /** overrides parts of the choice of choose-variant.ts (tests, benchmarks) */
  variant?: Partial<Variant>
  label?: string
}

/**
 * Records out = op(a)·op(b), with bias, GELU, factor and residual in the same pass, in this order. Tensors are f32; a and b may be f16x2 where
 * K and all row lengths are multiples of 4: halves are read, sums are made in f32. out must not share
 * memory with an input (to add to out in place use `accumulate`).
 * @throws Error naming the tensor whose shape does not fit.
 */
export function matmul(program: Program, tensors: MatmulTensors, options: MatmulOptions = {}): void {
  const { form, M, N, K, batch, bStride, outStride, halves } = check(tensors, options)
  const { a, out, bias, slope } = tensors
  const other = tensors.residual ?? tensors.factor
  const { gpu } = program
  const wide = K % 4 === 0 && N % 4 === 0 && (form !== 'tn' || M % 4 === 0)
  const chosen = chooseVariant(gpu, { form, M, N, K, batch, wide })
  const variant = { ...chosen, ...options.variant }
  if ((halves.a || halves.b) && !wide)
    throw new Error(`matmul: halves need K and all row lengths to be multiples of 4, not ${M} × ${N} × ${K}`)
  if (variant.kernel === 'subgroup' && !gpu.subgroupSize)
    throw new Error(`matmul: the subgroup variant needs subgroups of one fixed size, which ${gpu.adapter.name} lacks`)
  const label = options.label ?? 'matmul'

  if (form === 'nt' && variant.transposeFirst && !halves.b && !options.firstRows) {
    const { b } = tensors
    const transposed = program.tensor([...b.shape.slice(0, -2), K, N], `${label}/bᵀ`)
    transpose(program, { inp: b, out: transposed })
    const again = { ...options, transposeB: false, variant: { ...variant, transposeFirst: false } }
    matmul(program, { ...tensors, b: transposed }, again)
    return
  }

  const b = tensors.b
  const kPerSplit = 4 * Math.ceil(K / variant.splits / 4)
  const splits = Math.ceil(K / kPerSplit)
  const partials = splits > 1 ? program.tensor([batch, splits, M, N], `${label}/partials`) : undefined
  const epilogue: Epilogue = {
    BIAS: bias !== undefined,
    GELU: options.gelu ?? false,
    FACTOR: tensors.factor !== undefined,
    RESIDUAL: tensors.residual !== undefined,
    ACCUMULATE: options.accumulate ?? false,
  }
  const withSlope = slope && { slope }
  const tile = tileOf(gpu.subgroupSize, { form, wide, halves, slope: !partials && slope !== undefined }, variant)
  program.dispatch(
    shader(tile.name, tile.code, partials ? {} : { ...epilogue }),
    partials
      ? { a, b, bias: a, other: a, out: partials }
      : // a stands in for what is absent, which the shader then never reads
        { a, b, bias: bias ?? a, other: other ?? a, out, ...withSlope },
    {
      ...{ M, N, K, splits, k_per_split: kPerSplit },
      ...{ a_stride: M * K, b_stride: bStride, out_stride: partials ? M * N : outStride },
    },
    workgroups(Math.ceil(N / tile.columns), Math.ceil(M / tile.rows), batch * splits),
    label,
  )
  if (partials)
    program.dispatch(
      shader('matmul-sum-partials', sumPartials(slope !== undefined), { ...epilogue }),
      { partials, bias: bias ?? partials, other: other ?? partials, out, ...withSlope },
      { size: batch * M * N, splits, MN: M * N, N, out_stride: outStride },
      grid(Math.ceil((batch * M * N) / 64)),
      `${label}/sum`,
    )
}

function tileOf(subgroupSize: number | undefined, operands: Required<Operands>, variant: Variant) {
  const { form, wide, halves, slope } = operands
  const { kernel, rows, groups } = variant
  const more = `${halves.a ? '-half-a' : ''}${halves.b ? '-half-b' : ''}${slope ? '-slope' : ''}`
  const name = `matmul-${kernel}-${form}-${rows}x${groups}${wide ? '' : '-narrow'}${more}`
  if (kernel === 'subgroup') {
    const lanes = subgroupSize!
    if (variant.exchange && lanes === 4 && fitsQuads(form, rows))
      return { name: `${name}-quads`, rows, columns: 16 * groups, code: quadTile({ ...operands, rows, groups }) }
    return { name, rows, columns: 4 * lanes * groups, code: subgroupTile({ ...operands, lanes, rows, groups }) }
  }
  const [lanesX, lanesY] = variant.lanes
  const make = kernel === 'workgroup' ? workgroupTile : registerTile
  const code = make({ ...operands, lanesX, lanesY, rows, groups })
  return { name, rows: rows * lanesY, columns: 4 * lanesX * groups, code }
}

function workgroups(x: number, y: number, z: number): [number, number, number] {
  if (x > 65535 || y > 65535 || z > 65535)
    throw new Error(`matmul: ${x} × ${y} × ${z} workgroups are more than WebGPU's 65535; split the batch or the rows`)
  return [x, y, z]
}

// bStride, outStride: elements from one matrix to the next; bStride is 0 when B is shared
function check({ a, b, out, bias, residual, factor, slope }: MatmulTensors, options: MatmulOptions) {
  const { transposeA, transposeB } = options
  if (residual && factor) throw new Error('matmul: residual and factor together are not supported')
  if (slope && !options.gelu) throw new Error('matmul: slope is the derivative of GELU, so it needs `gelu: true`')
  if (transposeA && transposeB) throw new Error('matmul: transposeA and transposeB together are not supported')
  for (const [name, tensor] of Object.entries({ a, b, out, bias, residual, factor, slope })) {
    if (!tensor) continue
    const half = tensor.dtype === 'f16x2' && (name === 'a' || name === 'b')
    if (tensor.dtype !== 'f32' && !half) throw new Error(`matmul: ${name} is ${tensor.dtype} but must be f32`)
    if (name !== 'bias' && tensor.shape.length < 2)
      throw new Error(`matmul: ${name} is ${show(tensor)} but must have at least two dimensions`)
    if (name !== 'out' && tensor.storage === out.storage)
      throw new Error(
        `matmul: ${name} and out share memory${name === 'residual' ? '; leave residual out and use accumulate' : ''}`,
      )
  }
  const halves = { a: a.dtype === 'f16x2', b: b.dtype === 'f16x2' }
  const [rowsA, colsA] = elements(a)
  const { firstRows = {} } = options
  const [allRowsB, colsB] = elements(b)
  const rowsB = firstRows.b ?? allRowsB
  if (!(rowsB >= 1 && rowsB <= allRowsB)) throw new Error(`matmul: firstRows.b is ${rowsB} but B is ${show(b)}`)
  const [M, K] = transposeA ? [colsA, rowsA] : [rowsA, colsA]
  const [wantedK, N] = transposeB ? [colsB, rowsB] : [rowsB, colsB]
  if (K !== wantedK)
    throw new Error(
      `matmul: A is ${show(a)}${transposeA ? ' transposed' : ''} but B ${show(b)}${transposeB ? ' transposed' : ''} expects K = ${wantedK}`,
    )
  const lead = a.shape.slice(0, -2)
  const sharedB = b.shape.length === 2 && lead.length > 0
  if (!sharedB && b.shape.slice(0, -2).join() !== lead.join())
    throw new Error(`matmul: B is ${show(b)} but its leading dimensions must be those of A ${show(a)}, or none`)
  const rowsOut = firstRows.out === M && out.shape[out.shape.length - 2] > M ? out.shape[out.shape.length - 2] : M
  const wanted = [...lead, rowsOut, N].join(', ')
  if (out.shape.join(', ') !== wanted) throw new Error(`matmul: out is ${show(out)} but must be (${wanted})`)
  for (const [name, tensor] of Object.entries({ residual, factor, slope }))
    if (tensor && tensor.shape.join(', ') !== wanted)
      throw new Error(`matmul: ${name} is ${show(tensor)} but must be (${wanted})`)
  if (bias && (bias.shape.length !== 1 || bias.size !== N))
    throw new Error(`matmul: bias is ${show(bias)} but must be (${N})`)
  const batch = lead.reduce((product, n) => product * n, 1)
  const form: Form = transposeA ? 'tn' : transposeB ? 'nt' : 'nn'
  // rows of a batch that share B lie one after the other: one tall matrix
  if (sharedB && !transposeA && rowsOut === M)
    return { form, M: batch * M, N, K, batch: 1, bStride: 0, outStride: 0, halves }
  return { form, M, N, K, batch, bStride: sharedB ? 0 : allRowsB * colsB, outStride: rowsOut * N, halves }
}

/** Rows and columns of a matrix, in numbers. */
function elements({ shape, dtype }: Tensor): [rows: number, columns: number] {
  const [rows, columns] = shape.slice(-2)
  return [rows, dtype === 'f16x2' ? 2 * columns : columns]
}

const show = ({ shape }: Tensor) => `(${shape.join(', ')})`
