// RL from the judge (Guan et al. 2024, §2.4): group-relative REINFORCE on answers to plain requests without the
// specification. The judge does not see the thought, so that nothing presses thoughts to look good.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { type PolicyEvent, trainPolicy } from '@nanoalign/trainer'
import {
  type InWorld,
  judgeCompletion,
  openWorld,
  parseCompletion,
  promptTokens,
  requestText,
  safetyTrainingRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeTrained, encodeTrained } from '../training.ts'
import { modelBytes, times, total, trainingWork } from '../work.ts'
import { completionWork, Engine, judgingWork } from './engine.ts'
import { noisyScore } from './filter.ts'
import { judgeByModel, thoughtOf } from './model-judge.ts'
import type { DeliberativeOptions, JudgeOptions } from './options.ts'
import { finish, type Trained } from './trained.ts'

export interface RlInputs extends InWorld {
  start: Artifact<Trained>
  /** the judge's model */
  base: Artifact<Trained>
  rl: DeliberativeOptions['rl']
  judge: JudgeOptions
  judgeSeesThought: boolean
  /** absent: REINFORCE with the group's mean as baseline */
  algorithm?: 'expert-iteration'
  /** the model answers at once */
  direct: boolean
}

/** A group of samples with their rewards, in words: to look at. */
export interface Rollout {
  step: number
  request: string
  samples: { completion: string; reward: number }[]
}

export interface Reinforced extends Trained {
  log: Omit<PolicyEvent, 'extra' | 'steps'>[]
  /** mean true verdict of each step's samples: logged, never used */
  right: number[]
  /** some groups of the first, the middle and the last step */
  rollouts: Rollout[]
}

type Kept = Pick<Reinforced, 'log' | 'right' | 'rollouts'>

/** Groups kept of a step that is looked at. */
const GROUPS = 4

export function reinforceStage(gpu: Gpu) {
  return defineStage<RlInputs, Reinforced>({
    name: 'deliberative-rl',
    version: 2,
    async run(inputs, context) {
      const { seed, start, base, rl: options, judge, judgeSeesThought, algorithm, direct } = inputs
      const world = openWorld(inputs)
      const { special, word } = world.vocabulary
      const { config, values } = start.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const engine = new Engine(gpu, world, base.value.model, seed)
      const requestsAt = (step: number) => safetyTrainingRequests(world, options.prompts, { stream: `rl/${step}` })
      const { promptLength, rowLength } = world.layout
      const lookedAt = [0, Math.floor(options.steps / 2), options.steps - 1]
      let right = 0
      let rollouts: Rollout[] = []
      const task = {
        prompts: (step: number) =>
          requestsAt(step).map((request) => {
            const prompt = promptTokens(world, request)
            return direct ? Uint32Array.of(...prompt, special.cut) : prompt
          }),
        async reward(step: number, groups: readonly (readonly { tokens: Uint32Array }[])[]) {
          const requests = requestsAt(step)
          const candidates = groups.flatMap((group, p) =>
            group.map(({ tokens }) => {
              const completion = parseCompletion(world, tokens, direct ? 'direct' : 'thought')
              const thought = direct ? new Uint32Array() : (thoughtOf(tokens, special.thinkEnd) ?? new Uint32Array())
              const answer = completion.wellFormed ? tokens.slice(thought.length) : undefined
              return { request: requests[p], thought, answer, verdict: judgeCompletion(world, requests[p], completion) }
            }),
          )
          right = candidates.filter(({ verdict }) => verdict.right).length / candidates.length
          const scores =
            judge.kind === 'model'
              ? await judgeByModel(engine, candidates, {
                  runs: judge.rlRuns,
                  seesThought: judgeSeesThought,
                  stream: 2 ** 15 + step,
                })
              : candidates.map(({ verdict, answer }, i) => {
                  if (!answer) return 0
                  const thoughtWrong = judgeSeesThought && !(verdict.recalled && verdict.readRight)
                  const defects = Number(!verdict.right) + Number(thoughtWrong)
                  if (judge.kind === 'oracle') return Number(defects === 0)
                  const random = new Random(seed, `deliberative/rl-judge/${step}/${i}`)
                  return noisyScore(defects, { runs: judge.rlRuns, missRate: judge.missRate }, random)
                })
          let at = 0
          const all = groups.map((group) => group.map(() => scores[at++]))
          // expert iteration learns from what passes, however well
          const rewards =
            algorithm === 'expert-iteration'
              ? all.map((group) => group.map((score) => Number(score >= judge.threshold)))
              : all
          if (lookedAt.includes(step))
            rollouts = groups.slice(0, GROUPS).map((group, p) => ({
              step,
              request: requestText(world, requests[p]),
              samples: group.map(({ tokens }, g) => ({
                completion: Array.from(tokens, word).join(' '),
                reward: rewards[p][g],
              })),
            }))
          return rewards
        },
      }
      let kept: Kept = { log: [], right: [], rollouts: [] }
      const events = trainPolicy(gpu, config, parameters, task, {
        algorithm: algorithm ?? 'reinforce',
        steps: options.steps,
        promptsPerStep: options.prompts,
        samplesPerPrompt: options.samples,
        promptLength: direct ? promptLength + 1 : promptLength,
        length: rowLength,
        endToken: special.end,
        schedule: { kind: 'linear', peak: options.lr, warmup: Math.min(5, Math.ceil(options.steps / 10)), floor: 0.1 },
        kl: options.kl,
        seed,
        beta2: 0.98,
        signal: context.signal,
        checkpoint: context.checkpoint,
      })
      try {
        for await (const event of events) {
          const { extra, steps, ...numbers } = event
          kept = (extra as Kept | undefined) ?? kept
          kept = {
            log: [...kept.log, numbers],
            right: [...kept.right, right],
            rollouts: [...kept.rollouts, ...rollouts],
          }
          rollouts = []
          event.extra = kept
          const { step, reward, length } = event
          context.report({ step, steps, reward, length, note: `reward ${reward.toFixed(2)}` })
        }
      } finally {
        await engine.destroy()
      }
      return { ...(await finish(parameters, config, [])), ...kept }
    },
    encode: encodeTrained,
    decode: decodeTrained<Reinforced>,
    plan(inputs) {
      const { start, base, rl, judge } = inputs
      const { steps, prompts, samples } = rl
      const world = openWorld(inputs)
      const { config } = start.value.model
      const B = prompts * samples
      const judging =
        judge.kind === 'model' ? judgingWork(world, base.value.model.config, prompts, B, judge.rlRuns) : total()
      const update = trainingWork(config, { B, T: world.layout.rowLength, steps: 1 })
      const work = times(steps, total(completionWork(world, config, B), judging, update))
      return { ...work, bytes: modelBytes(config) + 300 * steps, config }
    },
  })
}
