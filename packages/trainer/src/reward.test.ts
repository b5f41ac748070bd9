import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { type GPTConfig, Parameters } from '@nanoalign/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewardParameters, rewardReadout, rewardTask } from './reward.ts'
import { train } from './train.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu.close())

const config: GPTConfig = { vocabSize: 12, blockSize: 4, nLayer: 1, nHead: 1, nEmbd: 16 }
const T = 4
// a text has one or two tokens and an end; the better text of a pair has the larger first token
const first = Array.from({ length: 96 }, (_, i) => 2 + ((i * 7) % 10))
const lengths = Uint32Array.from(first, (_, i) => 2 + (i % 3 === 0 ? 1 : 0))
const inputs = Uint32Array.from(first.flatMap((token, i) => (lengths[i] === 2 ? [token, 1, 0, 0] : [token, 5, 1, 0])))
const truth = Float32Array.from({ length: 48 }, (_, b) => Number(first[2 * b + 1] > first[2 * b]))

const batchAt = (step: number) => {
  const pairs = Array.from({ length: 12 }, (_, i) => (step * 12 + i) % 48)
  const texts = pairs.flatMap((pair) => [2 * pair, 2 * pair + 1])
  return {
    inputs: Uint32Array.from(texts.flatMap((text) => [...inputs.slice(text * T, (text + 1) * T)])),
    lengths: Uint32Array.from(texts, (text) => lengths[text]),
    labels: Float32Array.from(pairs, (pair) => truth[pair]),
  }
}

test('a reward model starts with equal rewards and learns comparisons', async () => {
  const parameters = new Parameters(gpu, rewardParameters(config))
  parameters.initialise(3)
  const readout = await rewardReadout(gpu, config, parameters, { texts: 40, T })
  expect([...(await readout.run({ inputs, lengths }))].every((reward) => reward === 0)).toBe(true)
  const losses: number[] = []
  const events = train(gpu, parameters, (loss) => rewardTask(gpu, config, parameters, loss, { B: 12, T }, batchAt), {
    steps: 80,
    schedule: { kind: 'cosine', peak: 0.01, warmup: 8, floor: 0.05 },
  })
  for await (const event of events) losses.push(...event.losses)
  expect(losses[0]).toBeCloseTo(Math.log(2), 6)
  expect(losses[79]).toBeLessThan(0.2)
  const rewards = await readout.run({ inputs, lengths })
  expect([...truth].filter((label, b) => Number(rewards[2 * b + 1] > rewards[2 * b]) === label)).toHaveLength(48)

  // what follows a text's last token does not count
  const filled = Uint32Array.from(inputs, (id, i) => (i % T >= lengths[Math.floor(i / T)] ? 9 : id))
  expect(await readout.run({ inputs: filled, lengths })).toEqual(rewards)
  await expect(readout.run({ inputs: inputs.slice(1), lengths })).rejects.toThrow('383 tokens but 96 texts of 4')
})

test('a larger loss of a pair lowers the reward of the worse text and raises the better one', async () => {
  const parameters = new Parameters(gpu, rewardParameters(config))
  parameters.initialise(3)
  const steps = train(gpu, parameters, (loss) => rewardTask(gpu, config, parameters, loss, { B: 12, T }, batchAt), {
    steps: 2,
    schedule: { kind: 'constant', peak: 0.01, warmup: 0 },
  })
  for await (const _ of steps);
  const readout = await rewardReadout(gpu, config, parameters, { texts: 96, T })
  const rewards = await readout.run({ inputs, lengths })
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const better = Array.from(truth, (label, b) => rewards[2 * b + label])
  const worse = Array.from(truth, (label, b) => rewards[2 * b + 1 - label])
  expect(mean(better)).toBeGreaterThan(mean(worse))
})
