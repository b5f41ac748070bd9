import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { type GPTConfig, Parameters } from '@nanoalign/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  classifierParameters,
  classifierReadout,
  classifierTask,
  featureReadout,
  nextTokenReadout,
  type StudentTargets,
} from './classifier.ts'
import { train } from './train.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu.close())

const config: GPTConfig = { vocabSize: 12, blockSize: 4, nLayer: 1, nHead: 1, nEmbd: 16 }
// the label is whether the second token is odd
const inputs = Uint32Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? 0 : 2 + (((i >> 1) * 7) % 10)))
const truth = Float32Array.from({ length: 60 }, (_, i) => inputs[2 * i + 1] % 2)
const batchAt = (step: number) => {
  const items = Array.from({ length: 12 }, (_, i) => (step * 12 + i) % 60)
  return {
    inputs: Uint32Array.from(items.flatMap((i) => [inputs[2 * i], inputs[2 * i + 1]])),
    labels: Float32Array.from(items, (i) => truth[i]),
  }
}

async function finetune(own?: StudentTargets) {
  const parameters = new Parameters(gpu, classifierParameters(config))
  parameters.initialise(2)
  // 60 items in batches of 32: the last one is not full
  const readout = await classifierReadout(gpu, config, parameters, { B: 32, T: 2 })
  const before = await readout.run(inputs)
  const losses: number[] = []
  const events = train(
    gpu,
    parameters,
    (loss) => classifierTask(gpu, config, parameters, loss, { B: 12, T: 2 }, batchAt, own),
    {
      steps: 60,
      schedule: { kind: 'cosine', peak: 0.01, warmup: 6, floor: 0.05 },
    },
  )
  for await (const event of events) losses.push(...event.losses)
  return {
    before,
    losses,
    after: await readout.run(inputs),
    values: await parameters.toHost(),
    parameters,
  }
}

test('a classifier starts exactly at chance and learns its task', async () => {
  const { before, after, losses, parameters } = await finetune()
  expect([...before].every((p) => p === 0.5)).toBe(true)
  expect(losses[0]).toBeCloseTo(Math.log(2), 6)
  expect([...after].filter((p, i) => p > 0.5 === (truth[i] === 1))).toHaveLength(60)
  const language = await nextTokenReadout(gpu, config, parameters, { B: 60, T: 2 })
  expect(await language.run(inputs)).toHaveLength(60 * 12)
  await expect(language.run(new Uint32Array([0, 12]))).rejects.toThrow('token 12 at 1 is beyond vocabSize 12')
})

test('the confidence loss with α = 0 is the naive loss, bit for bit; with α > 0 it is not', async () => {
  const naive = await finetune()
  const zero = await finetune({ rule: 'confidence', alpha: () => 0 })
  expect(zero.values).toEqual(naive.values)
  const half = await finetune({ rule: 'confidence', alpha: (step) => 0.5 * Math.min(1, step / 12) })
  expect(half.values).not.toEqual(naive.values)
})

test.each(['released-confidence', 'product', 'reverse-kl'] as const)(
  '%s targets train, each in its own way',
  async (rule) => {
    const naive = await finetune()
    const own: StudentTargets = rule === 'released-confidence' ? { rule, alpha: () => 0.5 } : { rule }
    const { after, values } = await finetune(own)
    expect(values).not.toEqual(naive.values)
    // an untrained student's beliefs are all ½, where product targets and labels agree; labels of 0 and 1 are not in doubt
    expect([...after].filter((p, i) => p > 0.5 === (truth[i] === 1)).length).toBeGreaterThan(55)
  },
)

test('features are what the head reads', async () => {
  const { after, parameters, values } = await finetune()
  const readout = await featureReadout(gpu, config, parameters, { B: 32, T: 2 })
  const features = await readout.run(inputs)
  expect(features).toHaveLength(60 * 16)
  const [weight, bias] = [values['head.weight'], values['head.bias']]
  const margin = (i: number) =>
    features.slice(16 * i, 16 * i + 16).reduce((sum, x, c) => sum + x * (weight[2 * c + 1] - weight[2 * c]), 0)
  for (const i of [0, 31, 32, 59]) expect(after[i]).toBeCloseTo(1 / (1 + Math.exp(-(margin(i) + bias[1] - bias[0]))), 5)
})
