// The expensive steps of the study, each a pure function of its inputs: base model, generation, SFT, RL, answers.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, Parameters, readModel, writeModel } from '@nanoalign/model'
import { languageModelTask, type PolicyEvent, train, trainPolicy } from '@nanoalign/trainer'
import {
  capabilityRows,
  createPolicyWorld,
  judgeCompletion,
  type PolicyWorldFile,
  parseCompletion,
  promptTokens,
  safetyTrainingRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining } from '../training.ts'
import { answerStage } from './answer-stage.ts'
import type { Selection, Supervision } from './arms.ts'
import { capabilityStage } from './capabilities.ts'
import { Engine, policyConfig } from './engine.ts'
import type { FilterQuality, Generated } from './filter.ts'
import { judgeByModel, thoughtOf } from './model-judge.ts'
import type { DeliberativeOptions, JudgeOptions } from './options.ts'
import { safetyBatch } from './safety-batch.ts'
import { scoreStage } from './score-stage.ts'
import { selectExamples } from './select.ts'
import { packRows, unpackRows } from './token-rows.ts'

/** The world that a stage works in. */
interface InWorld {
  world: PolicyWorldFile
  seed: number
}

export interface BaseInputs extends InWorld {
  model: DeliberativeOptions['model']
  base: DeliberativeOptions['base']
}

export interface Trained {
  model: ModelFile
  /** mean loss of consecutive tenths of the training, nats per predicted token */
  losses: number[]
}

export interface GenerateInputs extends InWorld {
  base: Artifact<Trained>
  generation: DeliberativeOptions['generation']
  /** without the specification in the prompt: drafts for critique-and-revise */
  drafts?: boolean
  /** half of the prompts in an encoding */
  encoded: boolean
  /** the model judge's thoughts per request */
  judgeRuns: number
}

export interface SftInputs extends InWorld {
  base: Artifact<Trained>
  data: Artifact<Generated[]>
  /** for the selection `critique` */
  drafts?: Artifact<Generated[]>
  /** as in the data's inputs */
  prompts: number
  encoded: boolean
  selection: Selection
  supervision: Supervision
  judge: JudgeOptions
  sft: DeliberativeOptions['sft']
}

export interface Tuned extends Trained {
  quality: FilterQuality
}

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

export interface Reinforced extends Trained {
  log: Omit<PolicyEvent, 'extra' | 'steps'>[]
  /** mean true verdict of each step's samples: logged, never used */
  right: number[]
}

const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01 } as const

export function deliberativeStages(gpu: Gpu) {
  const base = defineStage<BaseInputs, Trained>({
    name: 'deliberative-base',
    version: 1,
    async run({ world: file, seed, model, base: { steps, batch: B, lr } }, context) {
      const world = createPolicyWorld(file, seed)
      const config = policyConfig(world, model)
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(seed, 'deliberative/init').uint32())
      const shape = { B, T: world.layout.rowLength - 1, from: world.layout.promptLength - 1 }
      const batchAt = (step: number) => capabilityRows(world, new Random(seed, `deliberative/base/${step}`), B)
      return finish(
        parameters,
        config,
        await runTraining(context, (options) =>
          train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
            ...OPTIMIZER,
            ...options,
            steps,
            schedule: { kind: 'cosine', peak: lr, warmup: Math.min(20, Math.ceil(steps / 10)), floor: 0.05 },
          }),
        ),
      )
    },
    encode: encodeTrained,
    decode: decodeTrained<Trained>,
  })

  const generate = defineStage<GenerateInputs, Generated[]>({
    name: 'deliberative-generate',
    version: 1,
    async run({ world: file, seed, base, generation: { prompts, samples }, drafts, encoded, judgeRuns }, context) {
      const world = createPolicyWorld(file, seed)
      const requests = safetyTrainingRequests(world, prompts, { encoded })
      const engine = new Engine(gpu, world, base.value.model, seed)
      try {
        const asked = requests.flatMap((request) => {
          const specification = drafts ? undefined : world.policy(world.category(request.facts))
          const prompt = promptTokens(world, request, specification)
          return Array<Uint32Array>(samples).fill(prompt)
        })
        const made = await engine.complete(asked, { temperature: 1 })
        context.report({ step: 1, steps: 2, note: 'judging' })
        const candidates = made.map(({ tokens }, i) => {
          const completion = parseCompletion(world, tokens)
          const thought = thoughtOf(tokens, world.vocabulary.special.thinkEnd) ?? new Uint32Array()
          const answer = completion.wellFormed ? tokens.slice(thought.length) : undefined
          return { request: requests[Math.floor(i / samples)], tokens, completion, thought, answer }
        })
        // the judge's noise must not be that of the samples
        const judge = { runs: judgeRuns, stream: 2 ** 15 }
        const scores = await judgeByModel(engine, candidates, judge)
        return candidates.map(({ request, tokens, completion }, i): Generated => {
          const { right, recalled, readRight } = judgeCompletion(world, request, completion)
          return {
            item: Math.floor(i / samples),
            tokens,
            wellFormed: completion.wellFormed,
            score: scores[i],
            answerRight: right,
            thoughtRight: recalled === true && readRight === true,
          }
        })
      } finally {
        await engine.destroy()
      }
    },
    encode: (all) => ({
      'tokens.u16': packRows(all.map(({ tokens }) => tokens)),
      'samples.json': encodeJson(all.map(({ tokens, ...rest }) => rest)),
    }),
    decode: (blobs) => {
      const rows = unpackRows(blobs['tokens.u16'])
      return decodeJson(blobs['samples.json']).map((rest: Omit<Generated, 'tokens'>, i: number) => ({
        ...rest,
        tokens: rows[i],
      }))
    },
  })

  const sft = defineStage<SftInputs, Tuned>({
    name: 'deliberative-sft',
    version: 1,
    async run(inputs, context) {
      const {
        world: file,
        seed,
        base,
        data,
        drafts,
        prompts,
        encoded,
        selection,
        supervision,
        judge,
        sft: options,
      } = inputs
      const world = createPolicyWorld(file, seed)
      const requests = safetyTrainingRequests(world, prompts, { encoded })
      const { examples, quality } = selectExamples(
        world,
        requests,
        data.value,
        drafts?.value ?? [],
        selection,
        judge,
        seed,
      )
      const { config, values } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const shape = { B: options.batch, T: world.layout.rowLength - 1, from: world.layout.promptLength - 1 }
      const batchAt = (step: number) =>
        safetyBatch(world, examples, supervision, options, step, new Random(seed, `deliberative/sft/${step}`))
      const { steps, lr } = options
      const losses = await runTraining(context, (more) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          ...OPTIMIZER,
          ...more,
          steps,
          schedule: { kind: 'cosine', peak: lr, warmup: Math.min(10, Math.ceil(steps / 10)), floor: 0.05 },
        }),
      )
      return { ...(await finish(parameters, config, losses)), quality }
    },
    encode: encodeTrained,
    decode: decodeTrained<Tuned>,
  })

  const rl = defineStage<RlInputs, Reinforced>({
    name: 'deliberative-rl',
    version: 1,
    async run({ world: file, seed, start, base, rl: options, judge, judgeSeesThought, algorithm, direct }, context) {
      const world = createPolicyWorld(file, seed)
      const { special } = world.vocabulary
      const { config, values } = start.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const engine = new Engine(gpu, world, base.value.model, seed)
      const requestsAt = (step: number) => safetyTrainingRequests(world, options.prompts, { stream: `rl/${step}` })
      const { promptLength, rowLength } = world.layout
      let right = 0
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
          const runs = { runs: judge.rlRuns, seesThought: judgeSeesThought, stream: 2 ** 15 + step }
          const scores =
            judge.kind === 'model'
              ? await judgeByModel(engine, candidates, runs)
              : candidates.map((each) => Number(each.verdict.right))
          let at = 0
          const rewards = groups.map((group) => group.map(() => scores[at++]))
          // expert iteration learns from what passes, however well
          return algorithm === 'expert-iteration'
            ? rewards.map((group) => group.map((score) => Number(score >= judge.threshold)))
            : rewards
        },
      }
      let kept: Pick<Reinforced, 'log' | 'right'> = { log: [], right: [] }
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
          kept = (extra as typeof kept | undefined) ?? kept
          kept = { log: [...kept.log, numbers], right: [...kept.right, right] }
          event.extra = kept
          context.report({ step: event.step, steps, note: `reward ${event.reward.toFixed(2)}` })
        }
      } finally {
        await engine.destroy()
      }
      return { ...(await finish(parameters, config, [])), ...kept }
    },
    encode: encodeTrained,
    decode: decodeTrained<Reinforced>,
  })

  return {
    base,
    capability: capabilityStage(gpu),
    generate,
    sft,
    rl,
    answer: answerStage(gpu),
    score: scoreStage(gpu),
  }
}

export type DeliberativeStages = ReturnType<typeof deliberativeStages>

async function finish(parameters: Parameters, config: ModelFile['config'], losses: number[]): Promise<Trained> {
  const values = await parameters.toHost()
  parameters.destroy()
  const tenth = (i: number) => losses.slice((i * losses.length) / 10, ((i + 1) * losses.length) / 10)
  const means = Array.from({ length: losses.length < 10 ? 0 : 10 }, (_, i) => {
    const part = tenth(i)
    return part.reduce((a, b) => a + b, 0) / part.length
  })
  return { model: { config, values }, losses: means }
}

function encodeTrained({ model, ...rest }: Trained) {
  return { 'model.safetensors': writeModel(gptParameters(model.config), model), 'metrics.json': encodeJson(rest) }
}

function decodeTrained<Output extends Trained>(blobs: Record<string, Uint8Array>): Output {
  return { model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }
}
