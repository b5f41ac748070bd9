// The study: for each task and seed a base model, RL by each algorithm, a verifier, and what all of them answer.

import type { Gpu } from '@nanoalign/kernels'
import type { PolicyAlgorithm } from '@nanoalign/trainer'
import type { Runner } from '../stages/stage.ts'
import { reasoningFamily } from './families/index.ts'
import { reasoningLanguage } from './language.ts'
import { checkReasoningOptions, type ReasoningOptions } from './options.ts'
import { type Answers, type Reasoner, reasoningStages, testProblems } from './stages.ts'

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
  const tasks: TaskResult[] = []
  const { model, base: pretraining, rl, verifier: verification, test } = options
  for (const seed of options.seeds)
    for (const task of options.tasks) {
      const on = { task, seed }
      const label = (name: string) => ({ label: `${task}, seed ${seed}: ${name}` })
      const base = await runner.stage(stages.base, { ...on, model, base: pretraining }, label('base model'))
      const before = await runner.stage(stages.evaluate, { ...on, model: base, test }, label('base answers'))
      const verifier = await runner.stage(stages.verifier, { ...on, base, verifier: verification }, label('verifier'))
      const baseScores = await runner.stage(
        stages.verify,
        { ...on, verifier, answers: before, test },
        label('verdicts on the base'),
      )
      const after: TaskResult['after'] = {}
      let afterScores: number[][] = []
      for (const [i, algorithm] of options.algorithms.entries()) {
        const trained = await runner.stage(stages.rl, { ...on, start: base, algorithm, rl }, label(`RL, ${algorithm}`))
        const answers = await runner.stage(
          stages.evaluate,
          { ...on, model: trained, test },
          label(`answers after ${algorithm}`),
        )
        after[algorithm] = { answers: answers.value, log: trained.value.log }
        if (i === 0)
          afterScores = (
            await runner.stage(stages.verify, { ...on, verifier, answers, test }, label('verdicts after RL'))
          ).value
      }
      const problems = testProblems(reasoningLanguage(reasoningFamily(task)), test.problems).map(
        ({ size, question, states }) => ({
          size,
          question: question.join(' '),
          answer: states[states.length - 1].join(' '),
        }),
      )
      tasks.push({ ...on, problems, base: before.value, baseScores: baseScores.value, after, afterScores })
    }
  return { options, tasks }
}
