// The invariants of training: same seed, same bits; resume equals straight; accumulation equals the large batch.

import { createTensor, type Gpu, pipelineCount, write } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { type GPTConfig, gptParameters, Parameters } from '@nanoalign/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LanguageBatch, languageEvaluator, languageModelTask } from './language-model.ts'
import { evaluationBatches, unigramEntropy, windowBatches } from './text-batches.ts'
import { DivergenceError, type TrainOptions, train } from './train.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu.close())

const config: GPTConfig = { vocabSize: 11, blockSize: 8, nLayer: 1, nHead: 2, nEmbd: 16 }
const text = Uint32Array.from({ length: 500 }, (_, i) => (i * i + (i >> 2)) % 11)
const OPTIONS: TrainOptions = {
  steps: 30,
  schedule: { kind: 'cosine', peak: 0.02, warmup: 3, floor: 0.05 },
  weightDecay: 0.1,
}

async function run(
  options: Partial<TrainOptions> = {},
  B = 8,
  batchAt?: (step: number, micro: number) => LanguageBatch,
) {
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(1)
  const batches = batchAt ?? windowBatches(text, { B, T: 8 }, { seed: 1, microBatches: options.microBatches })
  const losses: number[] = []
  const events = train(
    gpu,
    parameters,
    (loss) => languageModelTask(gpu, config, parameters, loss, { B, T: 8 }, batches),
    { ...OPTIONS, ...options },
  )
  for await (const event of events) {
    losses.push(...event.losses)
    event.extra = losses.length
  }
  return { losses, values: await parameters.toHost(), parameters }
}

test('the same seed gives the same bits, the loss falls below the unigram entropy, nothing is compiled twice', async () => {
  const first = await run()
  const compiled = pipelineCount(gpu)
  const second = await run()
  expect(second.losses).toEqual(first.losses)
  expect(second.values).toEqual(first.values)
  expect(pipelineCount(gpu)).toBe(compiled)
  expect(first.losses).toHaveLength(30)
  expect(first.losses[29]).toBeLessThan(unigramEntropy(text))
})

test('stopped anywhere and resumed, training ends in the same bits', async () => {
  const straight = await run()
  for (const stopAt of [1, 13, 29]) {
    const controller = new AbortController()
    let saved: Uint8Array | undefined
    const checkpoint = {
      load: async () => saved,
      save: async (bytes: Uint8Array) => void (saved = bytes),
      due: () => false,
    }
    const stopping = (step: number) => {
      if (step >= stopAt) controller.abort(new Error('stopped by the test'))
    }
    const batches = windowBatches(text, { B: 8, T: 8 }, { seed: 1 })
    const stopped = run({ signal: controller.signal, checkpoint, pauseEvery: stopAt }, 8, (step, micro) => {
      stopping(step + 1)
      return batches(step, micro)
    })
    await expect(stopped).rejects.toThrow('stopped by the test')
    expect(saved, `stop at ${stopAt}`).toBeDefined()
    const resumed = await run({ checkpoint })
    expect(resumed.values).toEqual(straight.values)
    expect(resumed.losses).toEqual(straight.losses.slice(30 - resumed.losses.length))
  }
})

test('four micro-batches equal one batch four times as large, up to rounding', async () => {
  const large = windowBatches(text, { B: 8, T: 8 }, { seed: 1 })
  const part = (step: number, micro: number) => {
    const { ids, targets } = large(step, 0)
    const slice = (data: Uint32Array<ArrayBuffer>) => data.slice(micro * 16, micro * 16 + 16)
    return { ids: slice(ids), targets: slice(targets), weights: new Float32Array(16).fill(1 / 64) }
  }
  const whole = await run({ steps: 5 }, 8, large)
  const accumulated = await run({ steps: 5, microBatches: 4 }, 2, part)
  accumulated.losses.forEach((loss, i) => {
    expect(Math.abs(loss - whole.losses[i])).toBeLessThan(2e-5)
  })
})

test('divergence names the step and the tensor and keeps the last good parameters', async () => {
  const batches = windowBatches(text, { B: 8, T: 8 }, { seed: 1 })
  const poisoned = (step: number, micro: number) => {
    const batch = batches(step, micro)
    return step === 6 ? { ...batch, weights: batch.weights!.map(() => Number.NaN) } : batch
  }
  const error = await run({}, 8, poisoned).catch((e) => e)
  expect(error).toBeInstanceOf(DivergenceError)
  expect(error.message).toMatch(/diverged at step 7: the gradient of \S+ is NaN/)
})

test('evaluation: a uniform model has loss log V; a batch with a bad token is refused', async () => {
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(1)
  const zeroed = await parameters.toHost()
  zeroed['wte.weight'].fill(0)
  parameters.load(zeroed)
  const evaluator = await languageEvaluator(gpu, config, parameters, { B: 4, T: 8 })
  expect(await evaluator.loss(evaluationBatches(text, { B: 4, T: 8 }, 3))).toBeCloseTo(Math.log(11), 5)
  const bad = { ids: new Uint32Array(32).fill(11), targets: new Uint32Array(32) }
  await expect(evaluator.loss([bad])).rejects.toThrow('token 11 at 0 is beyond vocabSize 11')
  expect(() => windowBatches(text.subarray(0, 8), { B: 1, T: 8 }, { seed: 1 })).toThrow('has 8 tokens')
})

test('a lost device is an error with a name, not a hang', async () => {
  const own = await openNodeDevice()
  const tensor = createTensor(own, [4])
  own.device.destroy()
  await own.device.lost
  expect(() => {
    write(own, tensor, new Float32Array(4))
    own.check()
  }).toThrow(/device was lost/)
})
