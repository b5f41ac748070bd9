// The expensive steps of the study, each a pure function of its inputs: base model, RL, samples, verifier.

import { cumulativeSums, type Gpu, Random } from '@nanoalign/kernels'
import {
  createSampler,
  createScorer,
  type GPTConfig,
  gptParameters,
  type ModelFile,
  Parameters,
  readModel,
  type Sample,
  writeModel,
} from '@nanoalign/model'
import {
  type LanguageBatch,
  languageModelTask,
  type PolicyAlgorithm,
  type PolicyEvent,
  train,
  trainPolicy,
} from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining } from '../training.ts'
import type { Problem } from './families/family.ts'
import { reasoningFamily } from './families/index.ts'
import { type Grain, type ReasoningLanguage, reasoningLanguage } from './language.ts'
import type { ReasoningOptions } from './options.ts'

interface OnTask {
  task: string
  seed: number
}

export interface BaseInputs extends OnTask {
  model: ReasoningOptions['model']
  base: ReasoningOptions['base']
}

export interface TrainedModel {
  model: ModelFile
}

export interface RlInputs extends OnTask {
  start: Artifact<TrainedModel>
  algorithm: PolicyAlgorithm
  rl: ReasoningOptions['rl']
}

export interface Reasoner extends TrainedModel {
  log: Omit<PolicyEvent, 'extra' | 'steps'>[]
}

export interface EvaluateInputs extends OnTask {
  model: Artifact<TrainedModel>
  test: ReasoningOptions['test']
}

/** Completions in words, by problem: `sampled` has several of each. */
export interface Answers {
  sampled: string[][]
  greedy: string[]
  /** with the line numbers of the finest solution dictated, states sampled */
  forced: string[]
  /** with at most `lines` lines of thought, then the answer: `budgets[lines][problem]` */
  budgets: string[][]
}

export interface VerifierInputs extends OnTask {
  base: Artifact<TrainedModel>
  verifier: ReasoningOptions['verifier']
}

export interface VerifyInputs extends OnTask {
  verifier: Artifact<TrainedModel>
  answers: Artifact<Answers>
  test: ReasoningOptions['test']
}

const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01 } as const
const ROWS = 128
/** Share of each grain in pretraining, and in the habit phase (“knows how, but answers fast”). */
const MIX: { grains: Grain[]; shares: number[] } = { grains: [1, 2, 4, 0], shares: [0.3, 0.25, 0.25, 0.2] }
const HABIT: typeof MIX = { grains: [1, 2, 4, 0], shares: [0.08, 0.32, 0.3, 0.3] }

export function reasoningStages(gpu: Gpu) {
  const base = defineStage<BaseInputs, TrainedModel>({
    name: 'reasoning-base',
    version: 1,
    async run({ task, seed, model, base: { steps, batch: B, lr, habitSteps } }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      // one place more than a solution needs: a verifier's verdict
      const config: GPTConfig = { vocabSize: language.size, blockSize: language.length + 1, ...model }
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(seed, `reasoning/${task}/init`).uint32())
      const shape = { B, T: language.length - 1, from: language.promptLength - 1 }
      const batchAt = (step: number) => documents(language, B, step < steps ? MIX : HABIT, seed, step)
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
    encode: encodeModel,
    decode: decodeModel<TrainedModel>,
  })

  const rl = defineStage<RlInputs, Reasoner>({
    name: 'reasoning-rl',
    version: 1,
    async run({ task, seed, start, algorithm, rl: options }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { family, promptLength, length, special } = language
      const { config, values } = start.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const problemsAt = (step: number) => {
        const random = new Random(seed, `reasoning/${task}/rl/${step}`)
        return Array.from({ length: options.problems }, () =>
          family.problem(random, family.rlSizes[random.integer(family.rlSizes.length)]),
        )
      }
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
          steps: options.steps,
          promptsPerStep: options.problems,
          samplesPerPrompt: options.samples,
          promptLength,
          length,
          endToken: special.end,
          schedule: { kind: 'linear', peak: options.lr, warmup: Math.min(5, options.steps), floor: 0.1 },
          seed,
          beta2: 0.98,
          signal: context.signal,
          checkpoint: context.checkpoint,
        },
      )
      for await (const event of events) {
        const { extra, steps, ...numbers } = event
        log = [...((extra as typeof log | undefined) ?? log), numbers]
        event.extra = log
        context.report({ step: event.step, steps, note: `${(100 * event.reward).toFixed(0)} % right` })
      }
      const after = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values: after }, log }
    },
    encode: encodeModel,
    decode: decodeModel<Reasoner>,
  })

  const evaluate = defineStage<EvaluateInputs, Answers>({
    name: 'reasoning-evaluate',
    version: 1,
    async run({ task, seed, model, test }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const problems = testProblems(language, test.problems)
      const prompts = problems.map(language.prompt)
      const open = async (temperature: number) => withSampler(gpu, model.value.model, language, temperature, seed)
      const [warm, cold] = [await open(1), await open(0)]
      try {
        const words = (samples: readonly Sample[]) =>
          samples.map(({ tokens }) => Array.from(tokens, language.word).join(' '))
        const repeated = prompts.flatMap((prompt) => Array<Uint32Array>(test.samples).fill(prompt))
        const all = words(await warm.sampler.sample(repeated, { stream: 0 }))
        context.report({ step: 1, steps: 3, note: 'sampled' })
        const forcedTo = (lines: number) => problems.map((problem) => language.scaffold(problem, lines))
        const forced = words(await warm.sampler.sample(prompts, { stream: 1, forced: forcedTo(Infinity) }))
        const budgets: string[][] = []
        for (let lines = 0; lines <= language.family.maxSize; lines++)
          budgets.push(words(await budgeted(language, warm.sampler, prompts, lines)))
        context.report({ step: 2, steps: 3, note: 'budgets' })
        return {
          sampled: problems.map((_, p) => all.slice(p * test.samples, (p + 1) * test.samples)),
          greedy: words(await cold.sampler.sample(prompts)),
          forced,
          budgets,
        }
      } finally {
        warm.destroy()
        cold.destroy()
      }
    },
    encode: (answers) => ({ 'answers.json': encodeJson(answers) }),
    decode: (blobs) => decodeJson(blobs['answers.json']) as Answers,
  })

  const verifier = defineStage<VerifierInputs, TrainedModel>({
    name: 'reasoning-verifier',
    version: 1,
    async run({ task, seed, base, verifier: options }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { family, special } = language
      const random = new Random(seed, `reasoning/${task}/verifier`)
      const problems = Array.from({ length: options.problems }, () =>
        family.problem(random, 1 + random.integer(family.maxSize)),
      )
      const repeated = problems.flatMap((problem) => Array<Problem>(options.samples).fill(problem))
      const { sampler, destroy } = await withSampler(gpu, base.value.model, language, 1, seed)
      const samples = await sampler.sample(repeated.map(language.prompt), { stream: 2 })
      destroy()
      const { config, values: start } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(start)
      const T = language.length
      const B = 32
      const batchAt = (step: number): LanguageBatch => {
        const draw = new Random(seed, `reasoning/${task}/verifier/${step}`)
        const ids = new Uint32Array(B * T)
        const targets = new Uint32Array(B * T)
        const weights = new Float32Array(B * T)
        for (let b = 0; b < B; b++) {
          const i = draw.integer(samples.length)
          const row = Uint32Array.of(...language.prompt(repeated[i]), ...samples[i].tokens)
          ids.set(row, b * T)
          const at = b * T + row.length - 1
          targets[at] = language.isRight(repeated[i], samples[i].tokens) ? special.right : special.wrong
          weights[at] = 1 / B
        }
        return { ids, targets, weights }
      }
      const shape = { B, T, from: language.promptLength }
      await runTraining(context, (more) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          ...OPTIMIZER,
          ...more,
          steps: options.steps,
          schedule: { kind: 'cosine', peak: 1e-3, warmup: Math.min(10, options.steps), floor: 0.1 },
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values } }
    },
    encode: encodeModel,
    decode: decodeModel<TrainedModel>,
  })

  /** P(right) of every sampled solution, `[problem][sample]`. */
  const verify = defineStage<VerifyInputs, number[][]>({
    name: 'reasoning-verify',
    version: 1,
    async run({ task, verifier, answers, test }) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { config, values } = verifier.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const shape = { rows: ROWS, promptLength: language.promptLength, length: config.blockSize }
      const scorer = await createScorer(gpu, config, parameters, shape)
      const ids = new Map(Array.from({ length: language.size }, (_, id) => [language.word(id), id]))
      const rows = testProblems(language, test.problems).flatMap((problem, p) =>
        answers.value.sampled[p].map((words) => {
          const completion = Uint32Array.from(words.split(' '), (word) => ids.get(word)!)
          return { prompt: language.prompt(problem), completion: Uint32Array.of(...completion, language.special.right) }
        }),
      )
      const scores = (await scorer.score(rows)).map((each) => Math.exp(each[each.length - 1]))
      scorer.destroy()
      parameters.destroy()
      return answers.value.sampled.map((_, p) => scores.slice(p * test.samples, (p + 1) * test.samples))
    },
    encode: (scores) => ({ 'scores.json': encodeJson(scores) }),
    decode: (blobs) => decodeJson(blobs['scores.json']) as number[][],
  })

  return { base, rl, evaluate, verifier, verify }
}

/** The same test problems for every model: `count` of each size. */
export function testProblems({ family }: ReasoningLanguage, count: number): (Problem & { size: number })[] {
  return Array.from({ length: family.maxSize }, (_, i) => i + 1).flatMap((size) => {
    const random = new Random(999, `reasoning/${family.name}/test/${size}`)
    return Array.from({ length: count }, () => ({ ...family.problem(random, size), size }))
  })
}

/** One step's documents: random problems of all sizes, written in a random grain. */
function documents(language: ReasoningLanguage, B: number, mix: typeof MIX, seed: number, step: number): LanguageBatch {
  const { family, promptLength, length } = language
  const random = new Random(seed, `reasoning/${family.name}/documents/${step}`)
  const T = length - 1
  const shares = cumulativeSums(mix.shares)
  const ids = new Uint32Array(B * T)
  const targets = new Uint32Array(B * T)
  const weights = new Float32Array(B * T)
  for (let b = 0; b < B; b++) {
    const problem = family.problem(random, 1 + random.integer(family.maxSize))
    const solution = language.solution(problem, mix.grains[random.fromCumulative(shares)])
    const row = Uint32Array.of(...language.prompt(problem), ...solution)
    ids.set(row.subarray(0, row.length - 1), b * T)
    targets.set(row.subarray(1), b * T)
    weights.fill(1, b * T + promptLength - 1, b * T + row.length - 1)
  }
  const count = weights.reduce((sum, weight) => sum + weight, 0)
  return { ids, targets, weights: weights.map((weight) => weight / count) }
}

async function withSampler(
  gpu: Gpu,
  { config, values }: ModelFile,
  language: ReasoningLanguage,
  temperature: number,
  seed: number,
) {
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.load(values)
  const { promptLength, length, special } = language
  const options = { rows: ROWS, promptLength, length, endToken: special.end, temperature, seed }
  const sampler = await createSampler(gpu, config, parameters, options)
  return {
    sampler,
    destroy() {
      sampler.destroy()
      parameters.destroy()
    },
  }
}

/** Free thoughts; those with more lines than allowed are cut after the last allowed one, and the answer is forced to begin. */
async function budgeted(
  language: ReasoningLanguage,
  sampler: Awaited<ReturnType<typeof createSampler>>,
  prompts: readonly Uint32Array[],
  lines: number,
): Promise<Sample[]> {
  const free = await sampler.sample(prompts, { stream: 3 })
  const isLine = (token: number) => language.word(token).startsWith('#')
  const long = free.flatMap(({ tokens }, i) => (tokens.filter(isLine).length > lines ? [i] : []))
  if (long.length === 0) return free
  const forced = long.map((i) => {
    const { tokens } = free[i]
    const starts = [...tokens.keys()].filter((at) => isLine(tokens[at]))
    const at = starts[lines]
    return new Map([...tokens.subarray(0, at), language.special.equals].map((token, place) => [place, token]))
  })
  const again = await sampler.sample(
    long.map((i) => prompts[i]),
    { stream: 4, forced },
  )
  const result = [...free]
  long.forEach((i, j) => {
    result[i] = again[j]
  })
  return result
}

function encodeModel({ model, ...rest }: TrainedModel) {
  return { 'model.safetensors': writeModel(gptParameters(model.config), model), 'metrics.json': encodeJson(rest) }
}

function decodeModel<Output extends TrainedModel>(blobs: Record<string, Uint8Array>): Output {
  return { model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }
}
