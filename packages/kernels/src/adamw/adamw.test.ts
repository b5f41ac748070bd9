import { expect, test } from 'vitest'
import { Program } from '../program.ts'
import { sum } from '../reduce/reduce.ts'
import { createTensor, readFloats, upload, write } from '../tensor.ts'
import { expectClose, randomFloats, useGpu } from '../testing.ts'
import { type AdamWSettings, adamw, adamwReference, adamwSettings } from './adamw.ts'

const gpu = useGpu()
const base: Omit<AdamWSettings, 'step'> = { lr: 0.01, beta1: 0.9, beta2: 0.98, eps: 1e-8, weightDecay: 0.1, maxNorm: 1 }

async function train(
  n: number,
  decayed: number,
  gradientOf: (step: number) => Float32Array<ArrayBuffer>,
  maxNorm: number,
) {
  const started = randomFloats(n, 1)
  const t = {
    parameters: upload(gpu(), started, [n]),
    gradients: createTensor(gpu(), [n]),
    m: createTensor(gpu(), [n]),
    v: createTensor(gpu(), [n]),
    settings: createTensor(gpu(), [8]),
    squaredNorm: createTensor(gpu(), [1]),
  }
  const program = new Program(gpu(), 'adamw')
  sum(program, { inp: t.gradients, out: t.squaredNorm }, { square: true })
  adamw(program, t, { decayed })
  await program.build()
  const want = { parameters: Float64Array.from(started), m: new Float64Array(n), v: new Float64Array(n) }
  for (let step = 1; step <= 5; step++) {
    const gradient = gradientOf(step)
    const settings = { ...base, maxNorm, step }
    write(gpu(), t.gradients, gradient)
    write(gpu(), t.settings, adamwSettings(settings))
    program.submit()
    adamwReference({ ...want, gradients: Float64Array.from(gradient) }, settings, decayed)
  }
  const got = { parameters: await readFloats(gpu(), t.parameters), gradients: await readFloats(gpu(), t.gradients) }
  program.destroy()
  return { started, got, want }
}

test.each([
  [4, 4],
  [64, 0],
  [260, 128],
  [100_000, 50_000],
] as const)('5 AdamW steps on %i parameters, %i decayed', async (n, decayed) => {
  for (const maxNorm of [0, 1]) {
    const { got, want } = await train(n, decayed, (step) => randomFloats(n, 10 + step, 0.3), maxNorm)
    expectClose(got.parameters, want.parameters, { atol: 2e-6, label: `maxNorm ${maxNorm}` })
    expect(got.gradients.every((g) => g === 0)).toBe(true)
  }
})

test.each([Number.NaN, Infinity])('a gradient of %f leaves the parameters as they were', async (bad) => {
  const { started, got } = await train(64, 64, () => randomFloats(64, 2).fill(bad, 7, 8), 1)
  expect(got.parameters).toEqual(started)
})
