// The study: for each task and seed a base model, RL by each algorithm, a verifier, and what all of them answer.

import type { Gpu } from '@nanoalign/kernels'
import type { PolicyAlgorithm } from '@nanoalign/trainer'
import type { Artifact, Runner } from '../stages/stage.ts'
import type { Answers } from './evaluate-stage.ts'
import { reasoningFamily } from './families/index.ts'
import { checkReasoningOptions, type ReasoningOptions } from './options.ts'
import { testProblems } from './problems.ts'
import { type Reasoner, reasoningStages } from './stages.ts'

export interface TaskResult {
  task: string
  seed: number
  /** the test problems: size and the right answer, in words */
  problems: { size: number; question: string; answer: string }[]
  base: Answers
  /** P(right) of the base's samples, by the learned verifier */
  baseScores: number[][]
  after: Partial<Record<PolicyAlgorithm, { answers: Answers; log: Reasoner['log'] }>>
  /** of the first algorithm's samples */
  afterScores: number[][]
}

export interface ReasoningResult {
  options: ReasoningOptions
  tasks: TaskResult[]
}

export async function reason(
  { gpu, runner }: { gpu: Gpu; runner: Runner },
  options: ReasoningOptions,
): Promise<ReasoningResult> {
  checkReasoningOptions(options)
  const stages = reasoningStages(gpu)
  const { model, base: pretraining, rl, verifier: verification, test } = options

  const oneTask = async (task: string, seed: number): Promise<TaskResult> => {
    const on = { task, seed }
    const label = (name: string) => ({ label: `${task}, seed ${seed}: ${name}` })
    const base = await runner.stage(stages.base, { ...on, model, base: pretraining }, label('base model'))
    const before = runner.stage(stages.evaluate, { ...on, model: base, test }, label('base answers'))
    const learn = async (algorithm: PolicyAlgorithm) => {
      const trained = await runner.stage(stages.rl, { ...on, start: base, algorithm, rl }, label(`RL, ${algorithm}`))
      const inputs = { ...on, model: trained, test }
      const answers = await runner.stage(stages.evaluate, inputs, label(`answers after ${algorithm}`))
      return { trained, answers, log: trained.value.log }
    }
    const verdicts = async (main: ReturnType<typeof learn>) => {
      const { trained, answers } = await main
      const inputs = { ...on, base, writers: [base, trained], verifier: verification }
      const verifier = await runner.stage(stages.verifier, inputs, label('verifier'))
      const of = async (each: Artifact<Answers>, whose: string) =>
        (await runner.stage(stages.verify, { task, verifier, answers: each, test }, label(`verdicts ${whose}`))).value
      return Promise.all([of(await before, 'on the base'), of(answers, 'after RL')])
    }
    const learning = options.algorithms.map(learn)
    const [[baseScores, afterScores], learned] = await Promise.all([verdicts(learning[0]), Promise.all(learning)])
    const problems = testProblems(reasoningFamily(task), test.problems).map(({ size, question, states }) => ({
      size,
      question: question.join(' '),
      answer: states[states.length - 1].join(' '),
    }))
    const after: TaskResult['after'] = Object.fromEntries(
      learned.map(({ answers, log }, i) => [options.algorithms[i], { answers: answers.value, log }]),
    )
    return { ...on, problems, base: (await before).value, baseScores, after, afterScores }
  }

  // stages that do not need each other are asked for at once: a queue can spread them, one device takes them in turn
  const all = options.seeds.flatMap((seed) => options.tasks.map((task) => oneTask(task, seed)))
  return { options, tasks: await Promise.all(all) }
}
