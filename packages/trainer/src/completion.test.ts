import { createTensor, readFloats } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { gptParameters, Parameters } from '@nanoalign/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { completionReadout, completionTask } from './completion.ts'
import { languageModelTask } from './language-model.ts'
import { train } from './train.ts'

const config = { vocabSize: 11, outputSize: 8, blockSize: 7, nLayer: 2, nHead: 2, nEmbd: 8 }
const [B, T, R] = [3, 6, 2]
// prompts of 2, 4 and 3 tokens
const ids = Uint32Array.from([9, 1, 5, 10, 10, 10, 9, 2, 3, 4, 6, 10, 9, 7, 7, 1, 10, 10])
const places = Uint32Array.of(1, 2, 3, 4, 2, 3)
const targets = Uint32Array.of(5, 0, 6, 1, 1, 2)

let gpu: Awaited<ReturnType<typeof openNodeDevice>>
let parameters: Parameters
beforeAll(async () => {
  gpu = await openNodeDevice()
  parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(1)
})
afterAll(() => gpu.close())

async function gradients(make: (loss: ReturnType<typeof createTensor>) => ReturnType<typeof completionTask>) {
  const loss = createTensor(gpu, [1], 'f32', 'loss')
  const task = await make(loss)
  task.load(0, 0)
  task.program.submit()
  const found = { loss: (await readFloats(gpu, loss))[0], gradients: await parameters.toHost('gradients') }
  task.destroy()
  // the optimizer clears them; here the next task must find zeros
  parameters.load(await parameters.toHost())
  const zero = new Parameters(gpu, gptParameters(config))
  zero.load(await parameters.toHost())
  parameters.destroy()
  parameters = zero
  return found
}

test('the loss and its gradient are those of next-token training with weights at the completion alone', async () => {
  const weights = new Float32Array(B * R).fill(1 / B)
  const own = await gradients((loss) =>
    completionTask(gpu, config, parameters, loss, { B, T, R, K: 1 }, () => ({ ids, places, targets, weights })),
  )
  const full = { targets: new Uint32Array(B * T), weights: new Float32Array(B * T) }
  places.forEach((place, i) => {
    const at = Math.floor(i / R) * T + place
    full.targets[at] = targets[i]
    full.weights[at] = 1 / B
  })
  const same = await gradients((loss) =>
    languageModelTask(gpu, config, parameters, loss, { B, T }, () => ({ ids, ...full })),
  )
  expect(own.loss).toBeCloseTo(same.loss, 5)
  for (const [name, gradient] of Object.entries(own.gradients))
    for (const [i, value] of gradient.entries()) expect(value, name).toBeCloseTo(same.gradients[name][i], 5)
})

test('soft targets that are all on one token are hard targets', async () => {
  const K = config.outputSize
  const hard = { ids, places, targets, weights: new Float32Array(B * R).fill(1 / B) }
  const soft = {
    ids,
    places,
    targets: Uint32Array.from({ length: B * R * K }, (_, i) => i % K),
    weights: Float32Array.from({ length: B * R * K }, (_, i) => (i % K === targets[Math.floor(i / K)] ? 1 / B : 0)),
  }
  const a = await gradients((loss) => completionTask(gpu, config, parameters, loss, { B, T, R, K: 1 }, () => hard))
  const b = await gradients((loss) => completionTask(gpu, config, parameters, loss, { B, T, R, K }, () => soft))
  expect(a.loss).toBeCloseTo(b.loss, 5)
})

test('at α = 1 the labels do not matter, at α = 0 nothing else does', async () => {
  const batch = (labels: Uint32Array<ArrayBuffer>) => () => ({
    ids,
    places,
    targets: labels,
    weights: new Float32Array(B * R).fill(1 / B),
  })
  const lossAt = async (labels: Uint32Array<ArrayBuffer>, alpha?: number) =>
    (
      await gradients((loss) =>
        completionTask(
          gpu,
          config,
          parameters,
          loss,
          { B, T, R, K: 1 },
          batch(labels),
          alpha === undefined ? undefined : () => alpha,
        ),
      )
    ).loss
  const others = targets.map((token) => (token + 1) % 8)
  expect(await lossAt(targets, 1)).toBe(await lossAt(others, 1))
  expect(await lossAt(targets, 0)).toBe(await lossAt(targets))
  expect(await lossAt(targets, 1)).toBeLessThan(await lossAt(targets))
})

test('a model learns completions of prompts of different lengths', async () => {
  const batch = { ids, places, targets, weights: new Float32Array(B * R).fill(1 / B) }
  const options = { steps: 60, schedule: { kind: 'constant' as const, peak: 1e-2, warmup: 0 } }
  for await (const _ of train(
    gpu,
    parameters,
    (loss) => completionTask(gpu, config, parameters, loss, { B, T, R, K: 1 }, () => batch),
    options,
  ));
  const readout = await completionReadout(gpu, config, parameters, { B: 2, T }) // fewer than the items
  for (let r = 0; r < R; r++) {
    const logits = await readout.logits(
      ids,
      places.filter((_, i) => i % R === r),
    )
    for (let b = 0; b < B; b++) {
      const row = [...logits.subarray(b * 8, b * 8 + 8)]
      expect(row.indexOf(Math.max(...row))).toBe(targets[b * R + r])
    }
  }
  await expect(readout.logits(ids, Uint32Array.of(0))).rejects.toThrow('18 tokens but expected 1 rows of 6')
  await expect(readout.logits(new Uint32Array(6).fill(11), Uint32Array.of(0))).rejects.toThrow('token 11 at 0')
  readout.destroy()
})
