// What the reasoning study can be asked for, and its presets.

import { type PolicyAlgorithm, policyAlgorithms } from '@nanoalign/trainer'
import { checkAmounts } from '../check-amounts.ts'
import { reasoningFamily } from './families/index.ts'

export interface ReasoningOptions {
  tasks: string[]
  algorithms: PolicyAlgorithm[]
  seeds: number[]
  model: { nLayer: number; nHead: number; nEmbd: number }
  /** solutions of mixed grain, then a short phase that makes fast answers the habit */
  base: { steps: number; batch: number; lr: number; habitSteps: number }
  /** `steps`: of REINFORCE; the other algorithms get the same compute */
  rl: { steps: number; problems: number; samples: number; lr: number }
  /** the learned verifier: solutions sampled from the base and from the main algorithm's model, and training steps */
  verifier: { problems: number; samples: number; steps: number }
  /** problems per size, and samples of each */
  test: { problems: number; samples: number }
}

const shared = { model: { nLayer: 2, nHead: 4, nEmbd: 64 } } as const

export const reasoningPresets = {
  smoke: {
    tasks: ['arithmetic'],
    algorithms: ['reinforce'],
    seeds: [1],
    model: { nLayer: 1, nHead: 1, nEmbd: 16 },
    base: { steps: 10, batch: 8, lr: 5e-3, habitSteps: 4 },
    rl: { steps: 3, problems: 2, samples: 4, lr: 1e-3 },
    verifier: { problems: 8, samples: 2, steps: 4 },
    test: { problems: 4, samples: 4 },
  },
  quick: {
    ...shared,
    tasks: ['arithmetic'],
    algorithms: ['reinforce'],
    seeds: [1],
    base: { steps: 2500, batch: 32, lr: 5e-3, habitSteps: 150 },
    rl: { steps: 80, problems: 16, samples: 8, lr: 1e-3 },
    verifier: { problems: 128, samples: 8, steps: 150 },
    test: { problems: 40, samples: 32 },
  },
  laptop: {
    ...shared,
    tasks: ['addition', 'expressions', 'homing'],
    algorithms: [...policyAlgorithms],
    seeds: [1, 2, 3],
    base: { steps: 2500, batch: 32, lr: 5e-3, habitSteps: 150 },
    rl: { steps: 100, problems: 16, samples: 8, lr: 1e-3 },
    verifier: { problems: 128, samples: 8, steps: 150 },
    test: { problems: 40, samples: 32 },
  },
  full: {
    tasks: ['addition', 'expressions', 'homing'],
    algorithms: [...policyAlgorithms],
    seeds: [1, 2, 3, 4, 5],
    model: { nLayer: 4, nHead: 4, nEmbd: 96 },
    base: { steps: 6000, batch: 64, lr: 3e-3, habitSteps: 300 },
    rl: { steps: 300, problems: 32, samples: 16, lr: 5e-4 },
    verifier: { problems: 512, samples: 16, steps: 600 },
    test: { problems: 200, samples: 64 },
  },
} satisfies Record<string, ReasoningOptions>

/**
 * Forward passes of a step, per sampled token: 1 to sample it and 1 each to score it under the policy and under the
 * start; an update counts for 3. PPO makes three updates, and scores again before the second and the third.
 */
const cost = (algorithm: PolicyAlgorithm) => (algorithm === 'ppo' ? 3 + 3 * 3 + 2 : 3 + 3)

/** How much of REINFORCE's compute per step an algorithm needs. */
export const relativeCost = (algorithm: PolicyAlgorithm) => cost(algorithm) / cost('reinforce')

/** The steps that cost as much as `steps` of REINFORCE. */
export function stepsOnEqualCompute(algorithm: PolicyAlgorithm, steps: number): number {
  return Math.max(1, Math.round(steps / relativeCost(algorithm)))
}

/** @throws RangeError or Error naming what is wrong. */
export function checkReasoningOptions(options: ReasoningOptions): void {
  checkAmounts(options)
  const { tasks, algorithms, seeds } = options
  for (const [name, list] of Object.entries({ tasks, algorithms, seeds }))
    if (list.length === 0) throw new RangeError(`${name} is empty but must name at least one`)
  tasks.forEach(reasoningFamily)
  const unknown = algorithms.find((each) => !policyAlgorithms.includes(each))
  if (unknown !== undefined) throw new RangeError(`algorithm "${unknown}" is not one of ${policyAlgorithms.join(', ')}`)
}

/** How many stages of each name a run asks for. */
export function reasoningStageCounts({ tasks, algorithms, seeds }: ReasoningOptions): Record<string, number> {
  const each = tasks.length * seeds.length
  return {
    'reasoning-base': each,
    'reasoning-rl': each * algorithms.length,
    'reasoning-evaluate': each * (1 + algorithms.length),
    'reasoning-verifier': each,
    'reasoning-verify': 2 * each,
  }
}
