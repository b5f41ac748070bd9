// The expensive steps of the study, each a pure function of its inputs: base model, generation, SFT, RL, answers.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, Parameters } from '@nanoalign/model'
import { languageModelTask, train } from '@nanoalign/trainer'
import {
  capabilityRows,
  type InWorld,
  judgeCompletion,
  openWorld,
  parseCompletion,
  promptTokens,
  safetyTrainingRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, decodeTrained, encodeJson, encodeTrained, runTraining } from '../training.ts'
import { modelBytes, total, trainingWork } from '../work.ts'
import { answerStage } from './answer-stage.ts'
import type { Selection, Supervision } from './arms.ts'
import { capabilityStage } from './capabilities.ts'
import { completionWork, Engine, judgingWork, policyConfig } from './engine.ts'
import type { FilterQuality, Generated } from './filter.ts'
import { judgeByModel, thoughtOf } from './model-judge.ts'
import type { DeliberativeOptions, JudgeOptions } from './options.ts'
import { reinforceStage } from './reinforce-stage.ts'
import { type SafetyExample, safetyBatch } from './safety-batch.ts'
import { scoreStage } from './score-stage.ts'
import { type Kept, selectExamples } from './select.ts'
import { packRows, unpackRows } from './token-rows.ts'
import { finish, type Trained } from './trained.ts'

export interface BaseInputs extends InWorld {
  model: DeliberativeOptions['model']
  base: DeliberativeOptions['base']
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
  /** further examples, of other behaviours than the policy's: half of the fresh rows */
  behaviours?: Artifact<SafetyExample[]>
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
  /** what the examples are made of */
  kept: Kept[]
}

const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01 } as const

export function deliberativeStages(gpu: Gpu) {
  const base = defineStage<BaseInputs, Trained>({
    name: 'deliberative-base',
    version: 1,
    async run(inputs, context) {
      const {
        seed,
        model,
        base: { steps, batch: B, lr },
      } = inputs
      const world = openWorld(inputs)
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
    plan(inputs) {
      const { model, base } = inputs
      const { steps, batch } = base
      const world = openWorld(inputs)
      const config = policyConfig(world, model)
      const work = trainingWork(config, { B: batch, T: world.layout.rowLength - 1, steps })
      return { ...work, bytes: modelBytes(config), config }
    },
  })

  const generate = defineStage<GenerateInputs, Generated[]>({
    name: 'deliberative-generate',
    version: 1,
    async run(inputs, context) {
      const { seed, base, drafts, encoded, judgeRuns } = inputs
      const { prompts, samples } = inputs.generation
      const world = openWorld(inputs)
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
    plan(inputs) {
      const { base, generation, judgeRuns } = inputs
      const { prompts, samples } = generation
      const world = openWorld(inputs)
      const { config } = base.value.model
      const rows = prompts * samples
      const judging = judgingWork(world, config, prompts, rows, judgeRuns)
      return {
        ...total(completionWork(world, config, rows), judging),
        bytes: rows * (150 + world.layout.thoughtLength),
      }
    },
  })

  const sft = defineStage<SftInputs, Tuned>({
    name: 'deliberative-sft',
    version: 2,
    async run(inputs, context) {
      const {
        seed,
        base,
        data,
        drafts,
        behaviours,
        prompts,
        encoded,
        selection,
        supervision,
        judge,
        sft: options,
      } = inputs
      const world = openWorld(inputs)
      const requests = safetyTrainingRequests(world, prompts, { encoded })
      const { examples, quality, kept } = selectExamples(
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
      // documents that the behaviours are to correct are not rehearsed
      const rehearsed = behaviours ? { ...world, kinds: [] } : world
      const batchAt = (step: number) => {
        const random = new Random(seed, `deliberative/sft/${step}`)
        return safetyBatch(rehearsed, examples, supervision, options, step, random, behaviours?.value)
      }
      const { steps, lr } = options
      const losses = await runTraining(context, (more) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          ...OPTIMIZER,
          ...more,
          steps,
          schedule: { kind: 'cosine', peak: lr, warmup: Math.min(10, Math.ceil(steps / 10)), floor: 0.05 },
        }),
      )
      return { ...(await finish(parameters, config, losses)), quality, kept }
    },
    encode: encodeTrained,
    decode: decodeTrained<Tuned>,
    plan(inputs) {
      const { base, prompts, sft } = inputs
      const { steps, batch } = sft
      const { config } = base.value.model
      const { rowLength } = openWorld(inputs).layout
      const work = trainingWork(config, { B: batch, T: rowLength - 1, steps })
      return { ...work, bytes: modelBytes(config) + 300 * prompts, config }
    },
  })

  return {
    base,
    capability: capabilityStage(gpu),
    generate,
    sft,
    rl: reinforceStage(gpu),
    answer: answerStage(gpu),
    score: scoreStage(gpu),
  }
}

export type DeliberativeStages = ReturnType<typeof deliberativeStages>
