// What a model answers to the test problems: freely, greedily, with the finest grain forced, and within budgets.

import type { Gpu } from '@nanoalign/kernels'
import { createSampler, gptParameters, type ModelFile, Parameters, type Sample } from '@nanoalign/model'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, type TrainedModel } from '../training.ts'
import { samplingWork } from '../work.ts'
import { reasoningFamily } from './families/index.ts'
import { type ReasoningLanguage, reasoningLanguage } from './language.ts'
import type { ReasoningOptions } from './options.ts'
import { testProblems } from './problems.ts'

export interface EvaluateInputs {
  task: string
  seed: number
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

/** Rows side by side. */
export const ROWS = 128

export function evaluateStage(gpu: Gpu) {
  return defineStage<EvaluateInputs, Answers>({
    name: 'reasoning-evaluate',
    version: 2,
    async run({ task, seed, model, test }, context) {
      const language = reasoningLanguage(reasoningFamily(task))
      const problems = testProblems(language.family, test.problems)
      const prompts = problems.map(language.prompt)
      const open = (temperature: number) => openSampler(gpu, model.value.model, language, temperature, seed)
      const [warm, cold] = [await open(1), await open(0)]
      const steps = language.family.maxSize + 4
      let step = 0
      const done = (note: string) => {
        context.signal.throwIfAborted()
        context.report({ step: ++step, steps, note })
      }
      const words = (samples: readonly Sample[]) =>
        samples.map(({ tokens }) => Array.from(tokens, language.word).join(' '))
      try {
        const repeated = prompts.flatMap((prompt) => Array<Uint32Array>(test.samples).fill(prompt))
        const all = words(await warm.sampler.sample(repeated, { stream: 0 }))
        done('sampled')
        const scaffolds = problems.map((problem) => language.scaffold(problem, Infinity))
        const forced = words(await warm.sampler.sample(prompts, { stream: 1, forced: scaffolds }))
        done('finest grain forced')
        const greedy = words(await cold.sampler.sample(prompts))
        done('greedy')
        const budgets: string[][] = []
        for (let lines = 0; lines <= language.family.maxSize; lines++) {
          budgets.push(words(await budgeted(language, warm.sampler, prompts, lines)))
          done(`at most ${lines} lines`)
        }
        const sampled = problems.map((_, p) => all.slice(p * test.samples, (p + 1) * test.samples))
        return { sampled, greedy, forced, budgets }
      } finally {
        warm.destroy()
        cold.destroy()
      }
    },
    encode: (answers) => ({ 'answers.json': encodeJson(answers) }),
    decode: (blobs) => decodeJson(blobs['answers.json']) as Answers,
    plan({ task, model, test }) {
      const { promptLength, length, family } = reasoningLanguage(reasoningFamily(task))
      const problems = family.maxSize * test.problems
      // forced, greedy, and twice for each budget
      const rows = problems * (test.samples + 2 + 2 * (family.maxSize + 1))
      const work = samplingWork(model.value.model.config, { rows, promptLength, length })
      return { ...work, bytes: 3 * rows * (length - promptLength) }
    },
  })
}

export async function openSampler(
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
    return new Map(
      [...tokens.subarray(0, starts[lines]), language.special.equals].map((token, place) => [place, token]),
    )
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
