// Reinforcement learning of a language model from rewards of whole completions: sample groups, score, update.

import { type Gpu, readFloats, write } from '@nanoalign/kernels'
import { createSampler, createScorer, type GPTConfig, gptParameters, Parameters, type Sample } from '@nanoalign/model'
import { type CheckpointSlot, decodeState, encodeState } from '../checkpoint.ts'
import { type LanguageBatch, languageModelTask } from '../language-model.ts'
import { Optimizer, type OptimizerOptions } from '../optimizer.ts'
import { learningRate, type Schedule } from '../schedule.ts'
import { DivergenceError } from '../train.ts'
import { advantages, divisor, isClipped, k3, k3Slope, type PolicyAlgorithm } from './advantages.ts'

export interface PolicyTask {
  /** the prompts of step `step` (from 0), all of promptLength tokens: a pure function of the step */
  prompts(step: number): Uint32Array[]
  /** a reward for each sample; `samples[p][g]` is the g-th completion of prompt p */
  reward(step: number, samples: readonly (readonly Sample[])[]): Promise<number[][]> | number[][]
}

export interface PolicyOptions extends OptimizerOptions {
  algorithm: PolicyAlgorithm
  steps: number
  promptsPerStep: number
  samplesPerPrompt: number
  promptLength: number
  /** prompt and completion at most */
  length: number
  endToken: number
  schedule: Schedule
  /** weight of the KL penalty to the parameters at the start. Default 0 */
  kl?: number
  /** `ppo`: updates on each batch of samples, and the clip range. Defaults 3 and 0.2 */
  epochs?: number
  clip?: number
  seed: number
  signal?: AbortSignal
  checkpoint?: CheckpointSlot
}

/** What one step did. */
export interface PolicyEvent {
  /** steps done */
  step: number
  steps: number
  reward: number
  /** standard deviation of all rewards */
  rewardSpread: number
  /** share of the groups whose samples all had one reward, and so taught nothing */
  zeroVariance: number
  /** −log p of the sampled tokens, nats per token: an estimate of the policy's entropy */
  entropy: number
  /** KL to the start by k3, nats per token */
  kl: number
  /** tokens per completion, and share of those that never ended */
  length: number
  truncated: number
  gradNorm: number
  /** `ppo`: share of the tokens whose ratio was clipped */
  clipped: number
  /** the event's own notes, saved in checkpoints */
  extra: unknown
}

/**
 * Trains `parameters` in place, one event per step. Whoever resumes from a checkpoint passes the parameters of the
 * start again: they are the reference of the KL penalty.
 * @throws DivergenceError when a gradient is not finite, Error when `reward` returns another shape than it was given.
 */
export async function* trainPolicy(
  gpu: Gpu,
  config: GPTConfig,
  parameters: Parameters,
  task: PolicyTask,
  options: PolicyOptions,
): AsyncGenerator<PolicyEvent, void> {
  const { algorithm, steps, promptsPerStep, samplesPerPrompt, promptLength, length, endToken, schedule, seed } = options
  const { kl = 0, clip = 0.2, signal, checkpoint } = options
  const epochs = algorithm === 'ppo' ? (options.epochs ?? 3) : 1
  const B = promptsPerStep * samplesPerPrompt
  const reference = new Parameters(gpu, gptParameters(config))
  write(gpu, reference.values, await readFloats(gpu, parameters.values))
  const shape = { rows: B, promptLength, length }
  const sampler = await createSampler(gpu, config, parameters, { ...shape, endToken, temperature: 1, seed })
  const own = await createScorer(gpu, config, parameters, shape)
  const start = await createScorer(gpu, config, reference, shape)
  const optimizer = await Optimizer.create(gpu, parameters, options)
  let batch: LanguageBatch | undefined
  const update = await languageModelTask(
    gpu,
    config,
    parameters,
    optimizer.loss,
    { B, T: length - 1, from: promptLength - 1 },
    () => batch!,
  )
  let extra: unknown
  let step = 0
  let updates = 0
  try {
    const saved = await checkpoint?.load()
    if (saved) {
      const state = decodeState(saved, parameters.values.size)
      const notes = state.extra as { steps: number; extra: unknown }
      write(gpu, parameters.values, state.values)
      optimizer.restore(state.step, state)
      updates = state.step
      step = notes.steps
      extra = notes.extra
    }
    const save = async () => {
      const values = await readFloats(gpu, parameters.values)
      const state = { step: updates, values, ...(await optimizer.moments()), extra: { steps: step, extra } }
      await checkpoint?.save(encodeState(state))
    }
    for (; step < steps; ) {
      signal?.throwIfAborted()
      const prompts = task.prompts(step)
      if (prompts.length !== promptsPerStep)
        throw new Error(`trainPolicy: step ${step} has ${prompts.length} prompts but must have ${promptsPerStep}`)
      const repeated = prompts.flatMap((prompt) => Array<Uint32Array>(samplesPerPrompt).fill(prompt))
      const samples = await sampler.sample(repeated, { stream: step })
      const groups = prompts.map((_, p) => samples.slice(p * samplesPerPrompt, (p + 1) * samplesPerPrompt))
      const rewards = await task.reward(step, groups)
      checkRewards(rewards, promptsPerStep, samplesPerPrompt)
      const rows = samples.map(({ tokens }, i) => ({ prompt: repeated[i], completion: tokens }))
      const before = await own.score(rows)
      const anchored = await start.score(rows)
      const each = rewards.flatMap((group) => advantages(algorithm, group))
      const learnedTokens = samples.reduce((sum, { tokens }, i) => sum + (each[i] === 0 ? 0 : tokens.length), 0)
      const scale = samples.map(({ tokens }) =>
        divisor(algorithm, {
          samples: B,
          completionLength: tokens.length,
          longest: length - promptLength,
          learnedTokens,
        }),
      )
      let clippedTokens = 0
      let gradNorm = 0
      const tokens = samples.reduce((sum, sample) => sum + sample.tokens.length, 0)
      for (let epoch = 0; epoch < epochs; epoch++) {
        const now = epoch === 0 ? before : await own.score(rows)
        const weightOf = (i: number, t: number) => {
          const ratio = Math.exp(now[i][t] - before[i][t])
          const clipped = algorithm === 'ppo' && isClipped(ratio, each[i], clip)
          clippedTokens += Number(clipped)
          const gain = clipped ? 0 : (each[i] * ratio) / scale[i]
          return gain - (kl * k3Slope(now[i][t], anchored[i][t])) / B
        }
        batch = policyBatch(rows, length - 1, weightOf)
        // nothing to learn from: Adam would still move on its momentum
        if (batch.weights!.every((weight) => weight === 0)) continue
        update.load(updates, 0)
        update.program.submit()
        optimizer.prepare(updates + 1, learningRate(schedule, step, steps))
        optimizer.program.submit()
        updates++
        const { losses, gradNorms } = await optimizer.history(updates, 1)
        gradNorm = gradNorms[0]
        if (!Number.isFinite(gradNorm)) throw new DivergenceError(step + 1, 'the gradient norm', gradNorm)
        if (!Number.isFinite(losses[0])) throw new DivergenceError(step + 1, 'the loss', losses[0])
      }
      step++
      const all = rewards.flat()
      const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
      const average = (value: (i: number, t: number) => number) =>
        rows.reduce((sum, { completion }, i) => sum + completion.reduce((s, _, t) => s + value(i, t), 0), 0) / tokens
      const reward = mean(all)
      const event: PolicyEvent = {
        step,
        steps,
        reward,
        rewardSpread: Math.sqrt(mean(all.map((r) => (r - reward) ** 2))),
        zeroVariance: mean(rewards.map((group) => Number(group.every((r) => r === group[0])))),
        entropy: average((i, t) => -before[i][t]),
        kl: average((i, t) => k3(before[i][t], anchored[i][t])),
        length: tokens / B,
        truncated: mean(samples.map(({ ended }) => Number(!ended))),
        gradNorm,
        clipped: clippedTokens / (tokens * epochs),
        extra,
      }
      yield event
      extra = event.extra
      if (step < steps && (signal?.aborted || checkpoint?.due())) await save()
    }
    signal?.throwIfAborted()
  } finally {
    for (const each of [sampler, own, start, update, optimizer, reference]) each.destroy()
  }
}

function checkRewards(rewards: readonly (readonly number[])[], prompts: number, samples: number): void {
  if (rewards.length !== prompts || rewards.some((group) => group.length !== samples))
    throw new Error(
      `trainPolicy: reward returned groups of ${rewards.map((group) => group.length).join(', ')} ` +
        `but must return ${prompts} groups of ${samples}`,
    )
  const bad = rewards.flat().find((reward) => !Number.isFinite(reward))
  if (bad !== undefined) throw new Error(`trainPolicy: a reward is ${bad} but must be a finite number`)
}

/** Rows of T inputs and targets; `weightOf(i, t)` weighs token t of completion i, positive for more of it. */
function policyBatch(
  rows: readonly { prompt: Uint32Array; completion: Uint32Array }[],
  T: number,
  weightOf: (i: number, t: number) => number,
): LanguageBatch {
  const ids = new Uint32Array(rows.length * T)
  const targets = new Uint32Array(rows.length * T)
  const weights = new Float32Array(rows.length * T)
  rows.forEach(({ prompt, completion }, i) => {
    ids.set(prompt, i * T)
    ids.set(completion.subarray(0, completion.length - 1), i * T + prompt.length)
    const at = i * T + prompt.length - 1
    targets.set(completion, at)
    completion.forEach((_, t) => {
      weights[at + t] = weightOf(i, t)
    })
  })
  return { ids, targets, weights }
}
