// What the deliberative study can be asked for, and its presets by the hardware they suit.

import { checkAmounts } from '../check-amounts.ts'
import { type Arm, type ArmName, armNames, arms } from './arms.ts'
import { interventions } from './interventions.ts'

/** One experiment: a base model that knows no policy, and the arms that are trained from it. */
export interface DeliberativeOptions {
  seeds: number[]
  arms: ArmName[]
  model: { nLayer: number; nHead: number; nEmbd: number }
  /** pretraining for capability only */
  base: { steps: number; batch: number; lr: number }
  /** safety prompts before filtering, and samples for each */
  generation: { prompts: number; samples: number }
  /** `truncated`: share of the safety rows whose thought is cut short, so that thinking budgets mean something */
  sft: { steps: number; batch: number; replay: number; lr: number; truncated: number }
  rl: { steps: number; prompts: number; samples: number; lr: number; kl: number }
  judge: JudgeOptions
  /** requests per test set, and forbidden requests under all jailbreaks */
  test: { requests: number; jailbreaks: number }
  /** numbers of safety prompts, for the data-efficiency curve; absent = not measured */
  dataSizes?: number[]
  /** thinking budgets (tokens), votes and best-of-n; causal interventions on the thought */
  analyses: ('compute' | 'faithfulness')[]
}

export const judgeKinds = ['model', 'oracle', 'noisy'] as const
export type JudgeKind = (typeof judgeKinds)[number]

/**
 * `model`: the base model with the specification in its context, which thinks for itself and scores the answer;
 * `oracle`: the world's own verdict; `noisy`: the oracle, each of whose runs overlooks a defect with probability
 * `missRate`, taken as the minimum of `runs`.
 */
export interface JudgeOptions {
  kind: JudgeKind
  /** thoughts of the model judge, or runs of the noisy one: when filtering, and in RL */
  runs: number
  rlRuns: number
  missRate: number
  /** lowest score that is kept */
  threshold: number
}

const shared = {
  model: { nLayer: 2, nHead: 4, nEmbd: 64 },
  judge: { kind: 'model', runs: 4, rlRuns: 2, missRate: 0.3, threshold: 0.5 },
} as const

export const deliberativePresets = {
  smoke: {
    ...shared,
    seeds: [1],
    arms: ['none', 'sft', 'direct', 'sft-rl'],
    model: { nLayer: 1, nHead: 2, nEmbd: 16 },
    base: { steps: 20, batch: 8, lr: 3e-3 },
    generation: { prompts: 8, samples: 2 },
    sft: { steps: 4, batch: 8, replay: 2, lr: 1e-3, truncated: 0.2 },
    rl: { steps: 2, prompts: 2, samples: 2, lr: 5e-4, kl: 0.02 },
    test: { requests: 8, jailbreaks: 1 },
    analyses: [],
  },
  quick: {
    ...shared,
    seeds: [1],
    arms: ['none', 'sft', 'direct', 'sft-rl'],
    base: { steps: 1000, batch: 64, lr: 3e-3 },
    generation: { prompts: 128, samples: 4 },
    sft: { steps: 150, batch: 32, replay: 8, lr: 1e-3, truncated: 0.2 },
    rl: { steps: 40, prompts: 16, samples: 8, lr: 5e-4, kl: 0.02 },
    test: { requests: 200, jailbreaks: 20 },
    analyses: [],
  },
  laptop: {
    ...shared,
    seeds: [1, 2, 3],
    arms: [...armNames],
    base: { steps: 1000, batch: 64, lr: 3e-3 },
    generation: { prompts: 128, samples: 4 },
    sft: { steps: 150, batch: 32, replay: 8, lr: 1e-3, truncated: 0.2 },
    rl: { steps: 40, prompts: 32, samples: 8, lr: 5e-4, kl: 0.02 },
    test: { requests: 200, jailbreaks: 25 },
    dataSizes: [16, 64, 256, 1024],
    analyses: ['compute', 'faithfulness'],
  },
  full: {
    ...shared,
    seeds: [1, 2, 3, 4, 5],
    arms: [...armNames],
    model: { nLayer: 4, nHead: 4, nEmbd: 128 },
    base: { steps: 4000, batch: 128, lr: 2e-3 },
    generation: { prompts: 1024, samples: 8 },
    sft: { steps: 600, batch: 64, replay: 16, lr: 5e-4, truncated: 0.2 },
    rl: { steps: 150, prompts: 64, samples: 16, lr: 3e-4, kl: 0.02 },
    test: { requests: 2000, jailbreaks: 200 },
    dataSizes: [16, 64, 256, 1024, 4096],
    analyses: ['compute', 'faithfulness'],
  },
} satisfies Record<string, DeliberativeOptions>

/** How many stages of each name a run asks for, those found in the store included; for an estimate of the time left. */
export function deliberativeStageCounts(options: DeliberativeOptions): Record<string, number> {
  const { seeds, dataSizes = [], analyses } = options
  const counts: Record<string, number> = { 'deliberative-base': 1, 'deliberative-capability': 1 }
  const add = (name: string, more = 1) => {
    counts[`deliberative-${name}`] = (counts[`deliberative-${name}`] ?? 0) + more
  }
  const trained = new Set<string>()
  const train = (name: ArmName, prompts = options.generation.prompts) => {
    if (trained.has(`${name} ${prompts}`)) return
    trained.add(`${name} ${prompts}`)
    const { sft, rl }: Arm = arms[name]
    if (sft) {
      add('generate', sft.selection === 'critique' ? 2 : 1)
      add('sft')
    }
    if (rl) add('rl')
  }
  for (const name of options.arms) {
    train(name)
    add('answer')
  }
  add('score')
  if (options.arms.some((name) => (arms[name] as Arm).sft)) add('generate')
  for (const prompts of dataSizes)
    for (const name of ['sft', 'direct'] as const) {
      train(name, prompts)
      add('answer')
    }
  const thinking = options.arms.filter((name) => name === 'sft' || name === 'sft-rl')
  for (const analysis of analyses)
    for (const _ of thinking) {
      add('answer', analysis === 'compute' ? BUDGETS + 1 : interventions.length)
      if (analysis === 'compute') add('score')
    }
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * seeds.length]))
}

/** Thinking budgets of the analysis `compute`. */
const BUDGETS = 8

/** @throws RangeError naming what is wrong. */
export function checkDeliberativeOptions(options: DeliberativeOptions): void {
  checkAmounts(options)
  const { seeds, arms: chosen } = options
  if (seeds.length === 0) throw new RangeError('seeds is empty but must name at least one')
  const unknown = chosen.find((arm) => !armNames.includes(arm))
  if (unknown !== undefined) throw new RangeError(`arm "${unknown}" is not one of ${armNames.join(', ')}`)
  const { judge } = options
  if (!judgeKinds.includes(judge.kind))
    throw new RangeError(`judge "${judge.kind}" is not one of ${judgeKinds.join(', ')}`)
  if (chosen.length === 0) throw new RangeError(`arms is empty but must name at least one of ${armNames.join(', ')}`)
}
