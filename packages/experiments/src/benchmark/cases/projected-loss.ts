// Output projection and loss over the size of the vocabulary: block by block of rows against the logits stored whole.

import { type Gpu, matmul, projectedLoss, readFloats, softmaxLoss, type Tensor } from '@nanoalign/kernels'
import { type Case, noise, programSubject, type Subject, worstError } from '../subject.ts'

export function projectedLossCases(quick: boolean): Case[] {
  return (quick ? [4096] : [256, 4096, 50257]).map((V) => projectedLossCase({ N: 512, C: 64, V }))
}

interface Shape {
  N: number
  C: number
  V: number
}

function projectedLossCase(shape: Shape): Case {
  const { N, C, V } = shape
  return {
    id: `projected-loss/${N}x${C}x${V}`,
    group: 'softmax-loss',
    label: `with the output projection, ${N} rows of ${V} classes, width ${C}`,
    flops: 6 * N * C * V + 5 * N * V, // logits, gradients of input and table; the loss
    bytes: 4 * (2 * N * C + 3 * V * C),
    bound: 'multiply-add',
    open: (gpu) => open(gpu, shape, false),
    rivals: [{ name: 'stored logits', open: (gpu) => open(gpu, shape, true) }],
  }
}

function open(gpu: Gpu, { N, C, V }: Shape, stored: boolean): Promise<Subject> {
  return programSubject(gpu, (program, put) => {
    const [x, w] = [noise(N * C, 1), noise(V * C, 2, 0.3)]
    const labels = Uint32Array.from({ length: N }, (_, n) => (n * 7919) % V)
    const [inp, table, ids] = [put(x, N, C), put(w, V, C), put(labels, N, 1)]
    const weights = put(new Float32Array(N).fill(1), N, 1)
    const dtable = put(new Float32Array(V * C), V, C) // added to in every run: the check looks at the input's gradient
    const make = (label: string, ...size: number[]): Tensor => program.keep(program.tensor(size, label))
    const [losses, dinp] = [make('losses', N), make('dinp', N, C)]
    if (stored) {
      const logits = program.tensor([N, V], 'logits')
      matmul(program, { a: inp, b: table, out: logits }, { transposeB: true })
      softmaxLoss(program, { logits, ids, weights, losses }, { gradient: true })
      matmul(program, { a: logits, b: table, out: dinp })
      matmul(program, { a: logits, b: inp, out: dtable }, { transposeA: true, accumulate: true })
    } else {
      projectedLoss(program, { inp, table, ids, weights, losses }, { gradients: { dinp, dtable } })
    }
    return async () => {
      const [loss, gradient] = [await readFloats(gpu, losses), await readFloats(gpu, dinp)]
      const pairs = [0, 1, N - 1].flatMap((n) => {
        const want = row(x.subarray(n * C, (n + 1) * C), w, labels[n], { C, V })
        const entries = Array.from(want.gradient, (value, c) => [gradient[n * C + c], value] as const)
        return [[loss[n], want.loss] as const, ...entries]
      })
      return { error: worstError(pairs, { atol: 5e-5, rtol: 5e-5 }), compared: '3 rows with f64' }
    }
  })
}

function row(x: Float32Array, table: Float32Array, label: number, { C, V }: Omit<Shape, 'N'>) {
  const logits = Float64Array.from({ length: V }, (_, v) =>
    x.reduce((sum, value, c) => sum + value * table[v * C + c], 0),
  )
  const highest = logits.reduce((a, b) => Math.max(a, b))
  const z = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
  const gradient = new Float64Array(C)
  for (let v = 0; v < V; v++) {
    const d = Math.exp(logits[v] - highest) / z - (v === label ? 1 : 0)
    for (let c = 0; c < C; c++) gradient[c] += d * table[v * C + c]
  }
  return { loss: highest + Math.log(z) - logits[label], gradient }
}
