// What a study can sweep over: each experiment's options, how one seed of it is run, and how seeds become one result.

import {
  type CardOptions,
  type CardResult,
  cardPresets,
  checkCardOptions,
  checkDeliberativeOptions,
  checkGameOptions,
  checkReasoningOptions,
  checkWeakToStrongOptions,
  type DeliberativeOptions,
  type DeliberativeResult,
  defaultWorld,
  deliberate,
  deliberativePresets,
  type GameOptions,
  type GameResult,
  gameNamed,
  gamePresets,
  games,
  gameWeakToStrong,
  needsText,
  type ReasoningOptions,
  type ReasoningResult,
  type Runner,
  reason,
  reasoningPresets,
  systemCard,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrong,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'
import { z } from 'zod'
import { mobyDickText } from '../data-file.ts'

export interface SweepExperiment {
  /** of its runs, where it is not the experiment's name */
  command?: string
  presets: Record<string, SweptOptions>
  /** of what a study may set; `seeds` is apart */
  schema: z.ZodType<Record<string, unknown>>
  /** @throws Error naming what is wrong. */
  check(options: SweptOptions): void
  /** Why a combination is left out, if it is. */
  excludes?(options: SweptOptions): string | undefined
  /** what is hashed into the run's id, as by the experiment's own command */
  config(options: SweptOptions): Record<string, unknown>
  run(tools: { gpu: Gpu; runner: Runner }, options: SweptOptions): Promise<object>
  /** One result of all seeds from one each, in order. */
  merge(options: SweptOptions, results: object[]): object
}

export interface SweptOptions {
  seeds: number[]
}

const positive = z.number().int().min(1)
const model = z.strictObject({ nLayer: positive, nHead: positive, nEmbd: positive })
const whole = z.number().int().min(0)
const rate = z.number().positive()
const share = z.number().min(0).max(1)
const names = z.array(z.string()).min(1)

/** Erases the options' and results' types: a study file decides at run time which experiment it is about. */
function experiment<Options extends SweptOptions, Result extends object>(typed: {
  command?: string
  presets: Record<string, Options>
  schema: z.ZodType<Record<string, unknown>>
  check(options: Options): void
  excludes?(options: Options): string | undefined
  config?(options: Options): Record<string, unknown>
  run(tools: { gpu: Gpu; runner: Runner }, options: Options): Promise<Result>
  merge(options: Options, results: Result[]): Result
}): SweepExperiment {
  return { config: (options: Options) => ({ ...options }), ...typed } as unknown as SweepExperiment
}

const gameExperiment = (game: string) =>
  experiment<GameOptions, GameResult>({
    command: 'w2s-game',
    presets: Object.fromEntries(Object.entries(gamePresets(game)).map(([name, preset]) => [name, { game, ...preset }])),
    schema: z
      .strictObject({
        weak: z.string(),
        strong: z.string(),
        methods: names,
        grid: z.strictObject({ weak: names, strong: names }),
        analyses: z.array(z.string()),
        counts: z
          .strictObject({ train: positive, fresh: whole, val: positive, test: positive, apart: whole })
          .partial(),
        recipe: z
          .strictObject({
            games: positive,
            steps: positive,
            batch: positive,
            epochs: positive,
            pretrainingRate: rate,
            finetuningRate: rate,
          })
          .partial(),
      })
      .partial(),
    check: checkGameOptions,
    excludes({ weak, strong }) {
      const sizes = Object.keys(gameNamed(game).sizes)
      return sizes.includes(strong) && sizes.indexOf(weak) >= sizes.indexOf(strong)
        ? 'the student would not be larger than its supervisor'
        : undefined
    },
    run: gameWeakToStrong,
    merge: (options, results) => ({ options, seeds: results.flatMap(({ seeds }) => seeds) }),
  })

// how the model of a policy world is trained, by the deliberative study and by the system card
const policyTraining = {
  model,
  base: z.strictObject({ steps: positive, batch: positive, lr: rate }).partial(),
  generation: z.strictObject({ prompts: positive, samples: positive }).partial(),
  sft: z.strictObject({ steps: positive, batch: positive, replay: positive, lr: rate, truncated: share }).partial(),
  rl: z
    .strictObject({ steps: positive, prompts: positive, samples: positive, lr: rate, kl: z.number().min(0) })
    .partial(),
  judge: z
    .strictObject({
      kind: z.enum(['model', 'oracle', 'noisy']),
      runs: positive,
      rlRuns: positive,
      missRate: share,
      threshold: share,
    })
    .partial(),
}

export const sweepExperiments: Record<string, SweepExperiment> = {
  w2s: experiment<WeakToStrongOptions, WeakToStrongResult>({
    presets: weakToStrongPresets,
    schema: z
      .strictObject({
        weak: z.string(),
        strong: z.string(),
        families: names,
        tasks: positive,
        methods: names,
        grid: z.strictObject({ weak: names, strong: names }),
        analyses: z.array(z.string()),
        probe: z.boolean(),
      })
      .partial(),
    check: checkWeakToStrongOptions,
    excludes({ weak, strong }) {
      const sizes = Object.keys(weakToStrongSizes)
      return sizes.includes(strong) && sizes.indexOf(weak) > sizes.indexOf(strong)
        ? 'the student would be smaller than its supervisor'
        : undefined
    },
    run: async (tools, options) =>
      weakToStrong({ ...tools, ...(needsText(options) && { text: await mobyDickText() }) }, options),
    merge: (options, results) => ({ options, seeds: results.flatMap(({ seeds }) => seeds) }),
  }),
  deliberate: experiment<DeliberativeOptions, DeliberativeResult>({
    presets: deliberativePresets,
    schema: z
      .strictObject({
        arms: names,
        ...policyTraining,
        test: z.strictObject({ requests: positive, jailbreaks: z.number().int().min(0) }).partial(),
        dataSizes: z.array(positive).min(1),
        analyses: z.array(z.enum(['compute', 'faithfulness'])),
      })
      .partial(),
    check: checkDeliberativeOptions,
    config: (options) => ({ ...options, world: defaultWorld }),
    run: (tools, options) => deliberate(tools, options, defaultWorld),
    merge: (options, results) => ({ options, world: defaultWorld, seeds: results.flatMap(({ seeds }) => seeds) }),
  }),
  reason: experiment<ReasoningOptions, ReasoningResult>({
    presets: reasoningPresets,
    schema: z
      .strictObject({
        tasks: names,
        algorithms: names,
        model,
        base: z.strictObject({ steps: positive, batch: positive, lr: rate, habitSteps: positive }).partial(),
        rl: z.strictObject({ steps: positive, problems: positive, samples: positive, lr: rate }).partial(),
        verifier: z.strictObject({ problems: positive, samples: positive, steps: positive }).partial(),
        test: z.strictObject({ problems: positive, samples: positive }).partial(),
      })
      .partial(),
    check: checkReasoningOptions,
    run: reason,
    merge: (options, results) => ({ options, tasks: results.flatMap(({ tasks }) => tasks) }),
  }),
  card: experiment<CardOptions, CardResult>({
    presets: cardPresets,
    schema: z
      .strictObject({
        training: z.strictObject({ ...policyTraining, behaviours: positive }).partial(),
        sizes: z
          .strictObject({ questions: positive, jailbreaks: positive, attacks: positive, budget: positive })
          .partial(),
      })
      .partial(),
    check: checkCardOptions,
    config: (options) => ({ ...options, world: defaultWorld }),
    run: (tools, options) => systemCard(tools, options, defaultWorld),
    merge: (_, results) => ({ ...results[0], seeds: results.flatMap(({ seeds }) => seeds) }),
  }),
  ...Object.fromEntries(games.map(({ name }) => [name, gameExperiment(name)])),
}
