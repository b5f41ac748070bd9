// The learned verifier: a copy of the base model that is trained to say whether a sampled solution is right, and its
// verdicts on the test samples (after Cobbe et al. 2021, “Training verifiers to solve math word problems”).

import { type Gpu, Random } from '@nanoalign/kernels'
import { createScorer, gptParameters, Parameters, type Sample } from '@nanoalign/model'
import { type LanguageBatch, languageModelTask, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, decodeTrained, encodeJson, encodeTrained, runTraining, type TrainedModel } from '../training.ts'
import { modelBytes, readingWork, samplingWork, total, trainingWork } from '../work.ts'
import { type Answers, openSampler, ROWS } from './evaluate-stage.ts'
import type { Problem } from './families/family.ts'
import { reasoningFamily } from './families/index.ts'
import { type ReasoningLanguage, reasoningLanguage } from './language.ts'
import type { ReasoningOptions } from './options.ts'
import { testProblems, trainingProblem } from './problems.ts'

export interface VerifierInputs {
  task: string
  seed: number
  base: Artifact<TrainedModel>
  /** whose solutions it learns to judge, in equal shares */
  writers: Artifact<TrainedModel>[]
  verifier: ReasoningOptions['verifier']
}

export interface VerifyInputs {
  task: string
  verifier: Artifact<TrainedModel>
  answers: Artifact<Answers>
  test: ReasoningOptions['test']
}

/** Rows of a training step. */
const B = 32

export function verifierStages(gpu: Gpu) {
  const verifier = defineStage<VerifierInputs, TrainedModel>({
    name: 'reasoning-verifier',
    version: 2,
    async run({ task, seed, base, writers, verifier: options }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { family } = language
      const solutions: { problem: Problem; sample: Sample }[] = []
      for (const [w, writer] of writers.entries()) {
        const random = new Random(seed, `reasoning/${task}/verifier/problems/${w}`)
        const problems = Array.from({ length: Math.ceil(options.problems / writers.length) }, () =>
          trainingProblem(family, random, 1 + random.integer(family.maxSize)),
        ).flatMap((problem) => Array<Problem>(options.samples).fill(problem))
        const { sampler, destroy } = await openSampler(gpu, writer.value.model, language, 1, seed)
        const samples = await sampler.sample(problems.map(language.prompt), { stream: 2 })
        destroy()
        solutions.push(...samples.map((sample, i) => ({ problem: problems[i], sample })))
      }
      const { config, values: start } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(start)
      const shape = { B, T: language.length, from: language.promptLength }
      const batchAt = (step: number) =>
        verdictBatch(language, solutions, new Random(seed, `reasoning/${task}/verifier/${step}`))
      await runTraining(context, (more) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          beta2: 0.98,
          weightDecay: 0.01,
          ...more,
          steps: options.steps,
          schedule: { kind: 'cosine', peak: 1e-3, warmup: Math.min(10, options.steps), floor: 0.1 },
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values } }
    },
    encode: encodeTrained,
    decode: decodeTrained<TrainedModel>,
    plan({ task, base, verifier: options }) {
      const { promptLength, length } = reasoningLanguage(reasoningFamily(task))
      const { config } = base.value.model
      const sampling = samplingWork(config, { rows: options.problems * options.samples, promptLength, length })
      const training = trainingWork(config, { B, T: length, steps: options.steps })
      return { ...total(sampling, training), bytes: modelBytes(config), config }
    },
  })

  /** P(right) of every sampled solution, `[problem][sample]`. */
  const verify = defineStage<VerifyInputs, number[][]>({
    name: 'reasoning-verify',
    version: 2,
    async run({ task, verifier, answers, test }) {
      const language = reasoningLanguage(reasoningFamily(task))
      const { config, values } = verifier.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const shape = { rows: ROWS, promptLength: language.promptLength, length: config.blockSize }
      const scorer = await createScorer(gpu, config, parameters, shape)
      const ids = new Map(Array.from({ length: language.size }, (_, id) => [language.word(id), id]))
      const rows = testProblems(language.family, test.problems).flatMap((problem, p) =>
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
    plan({ task, verifier, test }) {
      const { family } = reasoningLanguage(reasoningFamily(task))
      const { config } = verifier.value.model
      const rows = family.maxSize * test.problems * test.samples
      return { ...readingWork(config, { rows, T: config.blockSize, batch: ROWS }), bytes: 20 * rows }
    },
  })

  return { verifier, verify }
}

/** Random solutions, each followed by the one token to be learned: right or wrong. */
function verdictBatch(
  language: ReasoningLanguage,
  solutions: readonly { problem: Problem; sample: Sample }[],
  random: Random,
): LanguageBatch {
  const T = language.length
  const ids = new Uint32Array(B * T)
  const targets = new Uint32Array(B * T)
  const weights = new Float32Array(B * T)
  for (let b = 0; b < B; b++) {
    const { problem, sample } = solutions[random.integer(solutions.length)]
    const row = Uint32Array.of(...language.prompt(problem), ...sample.tokens)
    ids.set(row, b * T)
    const at = b * T + row.length - 1
    targets[at] = language.isRight(problem, sample.tokens) ? language.special.right : language.special.wrong
    weights[at] = 1 / B
  }
  return { ids, targets, weights }
}
