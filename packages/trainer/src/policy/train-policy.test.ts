import { readFloats } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, Parameters, type Sample } from '@nanoalign/model'
import { describe, expect, test } from 'vitest'
import { useGpu } from '../../../kernels/src/testing.ts'
import { advantages, divisor, isClipped, k3, k3Slope, type PolicyAlgorithm, policyAlgorithms } from './advantages.ts'
import { type PolicyEvent, type PolicyOptions, trainPolicy } from './train-policy.ts'

const gpu = useGpu()
const config: GPTConfig = { vocabSize: 8, blockSize: 6, nLayer: 1, nHead: 1, nEmbd: 16 }
const WANTED = 3

const task = {
  prompts: (step: number) => [
    Uint32Array.of(1, step % 2),
    Uint32Array.of(2, 1),
    Uint32Array.of(0, 1),
    Uint32Array.of(4, 4),
  ],
  reward: (_: number, groups: readonly (readonly Sample[])[]) =>
    groups.map((group) => group.map(({ tokens }) => Number(tokens[0] === WANTED))),
}

const options: PolicyOptions = {
  algorithm: 'reinforce',
  steps: 25,
  promptsPerStep: 4,
  samplesPerPrompt: 8,
  promptLength: 2,
  length: 4,
  endToken: 7,
  schedule: { kind: 'constant', peak: 3e-2, warmup: 0 },
  seed: 1,
}

async function learn(change: Partial<PolicyOptions> = {}, stopAfter = Infinity, parameters = start()) {
  const events: PolicyEvent[] = []
  for await (const event of trainPolicy(gpu(), config, parameters, task, { ...options, ...change })) {
    events.push(event)
    if (event.step >= stopAfter) break
  }
  return { events, parameters }
}

function start() {
  const parameters = new Parameters(gpu(), gptParameters(config))
  parameters.initialise(2)
  return parameters
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('trainPolicy', () => {
  test.each(policyAlgorithms)('%s learns which token is rewarded', async (algorithm: PolicyAlgorithm) => {
    const { events } = await learn({ algorithm })
    expect(events).toHaveLength(25)
    expect(mean(events.slice(0, 2).map(({ reward }) => reward))).toBeLessThan(0.5)
    expect(mean(events.slice(-3).map(({ reward }) => reward))).toBeGreaterThan(0.9)
    expect(events[0].kl).toBeCloseTo(0, 5)
    expect(events[24].kl).toBeGreaterThan(0.1)
    expect(events[24].zeroVariance).toBeGreaterThan(events[0].zeroVariance)
    for (const { entropy, length, truncated } of events) {
      expect(entropy).toBeGreaterThan(0)
      expect(length).toBeLessThanOrEqual(2)
      expect(truncated).toBeGreaterThanOrEqual(0)
    }
  })

  test('a strong KL penalty keeps the policy near its start', async () => {
    const free = await learn()
    const held = await learn({ kl: 20 })
    expect(held.events[24].kl).toBeLessThan(0.2 * free.events[24].kl)
  })

  test('the same seed gives the same bits', async () => {
    const [a, b] = [await learn({ steps: 6 }), await learn({ steps: 6 })]
    expect(await readFloats(gpu(), a.parameters.values)).toEqual(await readFloats(gpu(), b.parameters.values))
    expect(a.events).toEqual(b.events)
  })

  test.each(['reinforce', 'ppo'] as const)('%s resumed equals a straight run', async (algorithm) => {
    let saved: Uint8Array | undefined
    const checkpoint = {
      load: async () => saved,
      save: async (bytes: Uint8Array) => {
        saved = bytes
      },
      due: () => saved === undefined,
    }
    const change = { algorithm, steps: 8, kl: 0.05 }
    await learn({ ...change, checkpoint }, 4)
    expect(saved).toBeDefined()
    const resumed = await learn({ ...change, checkpoint: { ...checkpoint, due: () => false } })
    const straight = await learn(change)
    expect(resumed.events.length).toBeLessThan(8)
    expect(await readFloats(gpu(), resumed.parameters.values)).toEqual(
      await readFloats(gpu(), straight.parameters.values),
    )
  })

  test('rewards of a wrong shape, or that are no numbers, are refused', async () => {
    const run = async (reward: () => number[][]) => {
      for await (const _ of trainPolicy(gpu(), config, start(), { ...task, reward }, options)) void _
    }
    await expect(run(() => [[1]])).rejects.toThrow('must return 4 groups of 8')
    const bad = () => Array.from({ length: 4 }, () => new Array<number>(8).fill(Number.NaN))
    await expect(run(bad)).rejects.toThrow('a reward is NaN')
  })
})

describe('advantages', () => {
  test('by their formulas', () => {
    expect(advantages('reinforce', [1, 0, 0, 1])).toEqual([0.5, -0.5, -0.5, 0.5])
    expect(advantages('dr-grpo', [1, 0])).toEqual([0.5, -0.5])
    expect(advantages('grpo', [1, 0])[0]).toBeCloseTo(1, 3)
    expect(advantages('grpo', [1, 1])).toEqual([0, 0])
    expect(advantages('expert-iteration', [1, 0.5])).toEqual([1, 0])
    const sizes = { samples: 4, completionLength: 5, longest: 10, learnedTokens: 7 }
    expect(
      ['reinforce', 'grpo', 'dr-grpo', 'expert-iteration'].map((each) => divisor(each as PolicyAlgorithm, sizes)),
    ).toEqual([4, 20, 40, 7])
  })

  test('k3 is 0 at equality and its slope is its derivative', () => {
    expect(k3(-1, -1)).toBe(0)
    const h = 1e-5
    for (const [p, r] of [
      [-1, -2],
      [-3, -0.5],
    ]) {
      expect(k3(p, r)).toBeGreaterThan(0)
      expect(k3Slope(p, r)).toBeCloseTo((k3(p + h, r) - k3(p - h, r)) / (2 * h), 6)
    }
  })

  test('clipping stops what went far enough in the wanted direction, and only that', () => {
    expect([isClipped(1.3, 1, 0.2), isClipped(0.7, 1, 0.2), isClipped(0.7, -1, 0.2), isClipped(1.3, -1, 0.2)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})
