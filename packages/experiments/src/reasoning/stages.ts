// The trainings of the study, each a pure function of its inputs: the base model, and RL from it.

import { type Gpu, Random } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, Parameters } from '@nanoalign/model'
import { languageModelTask, type PolicyAlgorithm, type PolicyEvent, train, trainPolicy } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeTrained, encodeTrained, runTraining, type TrainedModel } from '../training.ts'
import { modelBytes, samplingWork, times, total, trainingWork } from '../work.ts'
import { documents, habit, mixed } from './documents.ts'
import { evaluateStage } from './evaluate-stage.ts'
import { reasoningFamily } from './families/index.ts'
import { reasoningLanguage } from './language.ts'
import { type ReasoningOptions, stepsOnEqualCompute } from './options.ts'
import { trainingProblem } from './problems.ts'
import { verifierStages } from './verifier-stages.ts'

export interface OnTask {
  task: string
  seed: number
}

export interface BaseInputs extends OnTask {
  model: ReasoningOptions['model']
  base: ReasoningOptions['base']
}

export interface RlInputs extends OnTask {
  start: Artifact<TrainedModel>
  algorithm: PolicyAlgorithm
  rl: ReasoningOptions['rl']
}

export interface Reasoner extends TrainedModel {
  log: Omit<PolicyEvent, 'extra' | 'steps'>[]
}

export const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01 } as const

export function reasoningStages(gpu: Gpu) {
  const base = defineStage<BaseInputs, TrainedModel>({
    name: 'reasoning-base',
    version: 2,
    async run({ task, seed, model, base: { steps, batch: B, lr, habitSteps } }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      // one place more than a solution needs: a verifier's verdict
      const config: GPTConfig = { vocabSize: language.size, blockSize: language.length + 1, ...model }
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(seed, `reasoning/${task}/init`).uint32())
      const shape = { B, T: language.length - 1, from: language.promptLength - 1 }
      const batchAt = (step: number) => documents(language, B, step < steps ? mixed : habit, seed, step)
      // the habit comes last, where the learning rate is low already
      await runTraining(context, (options) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          ...OPTIMIZER,
          ...options,
          steps: steps + habitSteps,
          schedule: { kind: 'cosine', peak: lr, warmup: Math.min(20, steps), floor: 0.1 },
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values } }
    },
    encode: encodeTrained,
    decode: decodeTrained<TrainedModel>,
    plan({ task, model, base: { steps, batch, habitSteps } }) {
      const language = reasoningLanguage(reasoningFamily(task))
      const config: GPTConfig = { vocabSize: language.size, blockSize: language.length + 1, ...model }
      const work = trainingWork(config, { B: batch, T: language.length - 1, steps: steps + habitSteps })
      return { ...work, bytes: modelBytes(config), config }
    },
  })

  const rl = defineStage<RlInputs, Reasoner>({
    name: 'reasoning-rl',
    version: 2,
    async run({ task, seed, start, algorithm, rl: options }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { family, promptLength, length, special } = language
      const { config, values } = start.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const problemsAt = (step: number) => {
        const random = new Random(seed, `reasoning/${task}/rl/${step}`)
        return Array.from({ length: options.problems }, () =>
          trainingProblem(family, random, family.rlSizes[random.integer(family.rlSizes.length)]),
        )
      }
      const steps = stepsOnEqualCompute(algorithm, options.steps)
      let log: Reasoner['log'] = []
      const events = trainPolicy(
        gpu,
        config,
        parameters,
        {
          prompts: (step) => problemsAt(step).map(language.prompt),
          reward: (step, groups) => {
            const problems = problemsAt(step)
            return groups.map((group, p) => group.map(({ tokens }) => Number(language.isRight(problems[p], tokens))))
          },
        },
        {
          algorithm,
          steps,
          promptsPerStep: options.problems,
          samplesPerPrompt: options.samples,
          promptLength,
          length,
          endToken: special.end,
          schedule: { kind: 'linear', peak: options.lr, warmup: Math.min(5, steps), floor: 0.1 },
          seed,
          beta2: 0.98,
          signal: context.signal,
          checkpoint: context.checkpoint,
        },
      )
      for await (const event of events) {
        const { extra, steps: all, ...numbers } = event
        log = [...((extra as typeof log | undefined) ?? log), numbers]
        event.extra = log
        const { step, reward, length: tokens } = event
        context.report({ step, steps: all, reward, length: tokens, note: `${(100 * reward).toFixed(0)} % right` })
      }
      const after = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values: after }, log }
    },
    encode: encodeTrained,
    decode: decodeTrained<Reasoner>,
    plan({ task, start, algorithm, rl: options }) {
      const { promptLength, length } = reasoningLanguage(reasoningFamily(task))
      const { config } = start.value.model
      const B = options.problems * options.samples
      const steps = stepsOnEqualCompute(algorithm, options.steps)
      const sampling = samplingWork(config, { rows: B, promptLength, length })
      const update = trainingWork(config, { B, T: length, steps: 1 })
      return { ...times(steps, total(sampling, update)), bytes: modelBytes(config) + 200 * steps, config }
    },
  })

  return { base, rl, evaluate: evaluateStage(gpu), ...verifierStages(gpu) }
}
