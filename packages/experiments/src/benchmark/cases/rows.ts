// Row-wise kernels, which move more than they compute: softmax-loss, layer norm, AdamW.

import { adamw, adamwSettings, layerNormBackward, layerNormForward, readFloats, softmaxLoss } from '@nanoalign/kernels'
import { type Case, noise, programSubject, worstError } from '../subject.ts'

export function softmaxLossCases(quick: boolean): Case[] {
  const shapes: [N: number, V: number][] = [
    [4096, 96],
    [4096, 256],
    [512, 4096],
    [64, 50257],
  ]
  return (quick ? shapes.slice(1, 3) : shapes).map(([N, V]) => softmaxLossCase(N, V))
}

/** Loss and gradient: reads the logits once and writes the gradient over them once, at least. */
export function softmaxLossCase(N: number, V: number): Case {
  return {
    id: `softmax-loss/${N}x${V}`,
    group: 'softmax-loss',
    label: `${N} rows of ${V} classes`,
    flops: 5 * N * V, // maximum, subtraction, exponential, sum, multiplication
    bytes: 2 * 4 * N * V,
    bound: 'copy',
    open: (gpu) =>
      programSubject(gpu, (program, put) => {
        const data = noise(N * V, 1, 2)
        const targets = Uint32Array.from({ length: N }, (_, n) => (n * 7919) % V)
        const logits = put(data, N, V)
        const losses = program.keep(program.tensor([N], 'losses'))
        const weights = put(new Float32Array(N).fill(1 / N), N)
        softmaxLoss(program, { logits, ids: put(targets, N), weights, losses }, { gradient: true })
        return async () => {
          const [loss, gradient] = [await readFloats(gpu, losses), await readFloats(gpu, logits)]
          const rows = [0, 1, N >> 1, N - 1]
          const pairs = rows.flatMap((n) => {
            const row = Float64Array.from(data.subarray(n * V, (n + 1) * V))
            const highest = row.reduce((a, b) => Math.max(a, b))
            const lse = highest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - highest), 0))
            const want = row.map((z, v) => Math.exp(z - lse) - (v === targets[n] ? 1 : 0))
            return [
              [loss[n] * N, lse - row[targets[n]]] as const,
              ...Array.from(want, (value, v) => [gradient[n * V + v] * N, value] as const),
            ]
          })
          const error = worstError(pairs, { atol: 2e-5, rtol: 2e-5 })
          return { error, compared: `${rows.length} rows with f64` }
        }
      }),
  }
}

export function layerNormCases(quick: boolean): Case[] {
  const shapes = quick
    ? [[2048, 128]]
    : [
        [2048, 64],
        [2048, 128],
        [2048, 256],
      ]
  return shapes.flatMap(([N, C]) => [layerNormCase(N, C, 'forward'), layerNormCase(N, C, 'backward')])
}

export function layerNormCase(N: number, C: number, pass: 'forward' | 'backward'): Case {
  const backward = pass === 'backward'
  return {
    id: `layer-norm/${pass}/${N}x${C}`,
    group: 'layer-norm',
    label: `${pass} ${N} rows of ${C}`,
    bytes: (backward ? 3 : 2) * 4 * N * C,
    flops: (backward ? 13 : 7) * N * C,
    bound: 'copy',
    open: (gpu) =>
      programSubject(gpu, (program, put) => {
        const [x, w, g] = [noise(N * C, 1), noise(C, 2), noise(N * C, 3)]
        const [inp, weight, bias] = [put(x, N, C), put(w, C), put(noise(C, 4), C)]
        const [mean, rstd] = [put(new Float32Array(N), N), put(new Float32Array(N), N)]
        const out = program.keep(program.tensor([N, C], 'out'))
        const statistics = rowStatistics(x, N, C)
        if (backward) {
          const [dweight, dbias] = [put(new Float32Array(C), C), put(new Float32Array(C), C)]
          const [means, rstds] = [Float32Array.from(statistics.mean), Float32Array.from(statistics.rstd)]
          const given = { mean: put(means, N), rstd: put(rstds, N) }
          layerNormBackward(program, { inp, weight, ...given, dout: put(g, N, C), dinp: out, dweight, dbias })
        } else {
          layerNormForward(program, { inp, weight, bias, out, mean, rstd })
        }
        return async () => {
          const got = await readFloats(gpu, out)
          const shift = backward ? undefined : await readFloats(gpu, bias)
          const rows = [0, 1, N >> 1, N - 1]
          const pairs = rows.flatMap((n) => {
            const [mean, rstd] = [statistics.mean[n], statistics.rstd[n]]
            const xHat = Array.from({ length: C }, (_, c) => (x[n * C + c] - mean) * rstd)
            if (shift) return xHat.map((value, c) => [got[n * C + c], value * w[c] + shift[c]] as const)
            const dHat = xHat.map((_, c) => g[n * C + c] * w[c])
            const dMean = dHat.reduce((sum, d) => sum + d, 0) / C
            const dxMean = dHat.reduce((sum, d, c) => sum + d * xHat[c], 0) / C
            return dHat.map((d, c) => [got[n * C + c], rstd * (d - dMean - xHat[c] * dxMean)] as const)
          })
          return { error: worstError(pairs, { atol: 2e-5, rtol: 2e-5 }), compared: `${rows.length} rows with f64` }
        }
      }),
  }
}

function rowStatistics(x: Float32Array, N: number, C: number) {
  const rows = Array.from({ length: N }, (_, n) => {
    const row = Float64Array.from(x.subarray(n * C, (n + 1) * C))
    const mean = row.reduce((a, b) => a + b) / C
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / C
    return { mean, rstd: 1 / Math.sqrt(variance + 1e-5) }
  })
  return { mean: rows.map((row) => row.mean), rstd: rows.map((row) => row.rstd) }
}

export function adamwCases(quick: boolean): Case[] {
  return (quick ? [2 ** 20] : [2 ** 18, 2 ** 20, 2 ** 22]).map(adamwCase)
}

/** Reads parameter, gradient and both moments; writes them all (the gradient is zeroed). */
export function adamwCase(size: number): Case {
  return {
    id: `adamw/${size}`,
    group: 'adamw',
    label: `${size.toLocaleString('en')} parameters`,
    flops: 15 * size,
    bytes: 8 * 4 * size,
    bound: 'copy',
    open: (gpu) =>
      programSubject(gpu, (program, put) => {
        const settings = { lr: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, maxNorm: 1, step: 1 }
        const [p, g] = [noise(size, 1), noise(size, 2)]
        const parameters = put(p, size)
        const squares = g.reduce((sum, x) => sum + x * x, 0)
        const state = {
          gradients: put(g, size),
          m: put(new Float32Array(size), size),
          v: put(new Float32Array(size), size),
          settings: put(adamwSettings(settings), 8),
          squaredNorm: put(new Float32Array([squares]), 1),
        }
        adamw(program, { parameters, ...state }, { decayed: size / 2 })
        return async () => {
          const got = await readFloats(gpu, parameters)
          const scale = Math.min(1, settings.maxNorm / (Math.sqrt(squares) + 1e-6))
          const pairs = Array.from({ length: 1000 }, (_, k) => {
            const i = (k * 104729) % size
            const clipped = g[i] * scale
            const decayed = p[i] * (i < size / 2 ? 1 - settings.lr * settings.weightDecay : 1)
            // at step 1 the corrected moments are the gradient and its square
            return [got[i], decayed - (settings.lr * clipped) / (Math.abs(clipped) + settings.eps)] as const
          })
          return { error: worstError(pairs, { atol: 2e-6, rtol: 1e-6 }), compared: '1000 parameters with f64' }
        }
      }),
  }
}
