// What ends a step: the optimizer, and sampling.

import { adamw, adamwReference, adamwSettings } from '../adamw/adamw.ts'
import { recordStep } from '../adamw/record-step.ts'
import { sum } from '../reduce/reduce.ts'
import { advance } from '../sampling/advance.ts'
import { appendTokens, FREE } from '../sampling/append.ts'
import { sample, sampleScoresReference } from '../sampling/sampling.ts'
import type { TensorData } from '../tensor.ts'
import { type Bench, type Check, largestError, type SelfTestCase } from './bench.ts'

export const stepCases: SelfTestCase[] = [
  { shape: '260 parameters, 3 steps', record: adamwChecks },
  { shape: '5 rows of 37, top 7', record: sampleCheck },
  { shape: '3 rows of 5', record: advanceChecks },
  { shape: '3 rows of 4', record: appendChecks },
]

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
