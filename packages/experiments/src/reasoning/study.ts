// The study: for each task and seed a base model, RL by each algorithm, a verifier, and what all of them answer.

import type { Gpu } from '@nanoalign/kernels'
import type { PolicyAlgorithm } from '@nanoalign/trainer'
import { askEach } from '../stages/ask-each.ts'
import { type OnPart, type Part, seedsLeft } from '../stages/part.ts'
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
  /** P(right) of the base's samples, by the learned verifier; empty in a part that has no verifier yet */
  baseScores: number[][]
  after: Partial<Record<PolicyAlgorithm, { answers: Answers; log: Reasoner['log'] }>>
  /** of the first algorithm's samples */
  afterScores: number[][]
}

export interface ReasoningResult {
  options: ReasoningOptions
  tasks: TaskResult[]
}

export interface ReasoningContext {
  gpu: Gpu
  runner: Runner
  /** Of the first task and seed what is done, from the base model's answers on; later all tasks and seeds that are done. */
  onPart?: OnPart<ReasoningResult>
}

export async function reason(
  { gpu, runner, onPart }: ReasoningContext,
  options: ReasoningOptions,
): Promise<ReasoningResult> {
  checkReasoningOptions(options)
  const stages = reasoningStages(gpu)
  const places = options.seeds.flatMap((seed) => options.tasks.map((task) => ({ task, seed })))
  const done: TaskResult[] = []
  // stages that do not need each other are asked for at once where a queue can spread them
  const tasks = await askEach(runner, places, async (place) => {
    const result = await oneTask({ runner, stages, options }, place, (soFar) => {
      if (done.length === 0) onPart?.(() => partOfTask(options, soFar))
    })
    done.push(result)
    if (done.length < places.length) onPart?.(() => partOfTasks(options, done))
    return result
  })
  return { options, tasks }
}

interface TaskContext {
  runner: Runner
  stages: ReturnType<typeof reasoningStages>
  options: ReasoningOptions
}

/** One task of one seed; `tell` hears of what is done so far. */
async function oneTask(
  { runner, stages, options }: TaskContext,
  on: { task: string; seed: number },
  tell: (soFar: TaskResult) => void,
): Promise<TaskResult> {
  const { task, seed } = on
  const { model, base: pretraining, rl, verifier: verification, test, algorithms } = options
  const label = (name: string) => ({ label: `${task}, seed ${seed}: ${name}` })
  const base = await runner.stage(stages.base, { ...on, model, base: pretraining }, label('base model'))
  const before = runner.stage(stages.evaluate, { ...on, model: base, test }, label('base answers'))
  const problems = testProblems(reasoningFamily(task), test.problems).map(({ size, question, states }) => ({
    size,
    question: question.join(' '),
    answer: states[states.length - 1].join(' '),
  }))
  const after: TaskResult['after'] = {}
  const told = async () =>
    tell({ ...on, problems, base: (await before).value, baseScores: [], after: { ...after }, afterScores: [] })
  const train = async (algorithm: PolicyAlgorithm) => {
    const trained = await runner.stage(stages.rl, { ...on, start: base, algorithm, rl }, label(`RL, ${algorithm}`))
    const inputs = { ...on, model: trained, test }
    const answers = await runner.stage(stages.evaluate, inputs, label(`answers after ${algorithm}`))
    after[algorithm] = { answers: answers.value, log: trained.value.log }
    await told()
    return { trained, answers }
  }
  const learned = new Map<PolicyAlgorithm, ReturnType<typeof train>>()
  const learn = (algorithm: PolicyAlgorithm) => {
    if (!learned.has(algorithm)) learned.set(algorithm, train(algorithm))
    return learned.get(algorithm)!
  }
  const verdicts = async () => {
    const { trained, answers } = await learn(algorithms[0])
    const inputs = { ...on, base, writers: [base, trained], verifier: verification }
    const verifier = await runner.stage(stages.verifier, inputs, label('verifier'))
    const of = async (each: Artifact<Answers>, whose: string) =>
      (await runner.stage(stages.verify, { task, verifier, answers: each, test }, label(`verdicts ${whose}`))).value
    return Promise.all([of(await before, 'on the base'), of(answers, 'after RL')])
  }
  let [baseScores, afterScores]: number[][][] = []
  const parts = [
    told,
    async () => {
      await askEach(runner, algorithms, learn)
    },
    async () => {
      ;[baseScores, afterScores] = await verdicts()
    },
  ]
  await askEach(runner, parts, (part) => part())
  return {
    ...on,
    problems,
    base: (await before).value,
    baseScores,
    after: Object.fromEntries(algorithms.map((algorithm) => [algorithm, after[algorithm]!])),
    afterScores,
  }
}

/** A part that has the algorithms that are done; none at all while only the base model has answered. */
function partOfTask(options: ReasoningOptions, soFar: TaskResult): Part<ReasoningResult> {
  const { task, seed } = soFar
  const has = options.algorithms.filter((name) => soFar.after[name])
  return {
    result: { options: { ...options, seeds: [seed], tasks: [task], algorithms: has }, tasks: [soFar] },
    missing: [
      ...options.algorithms.filter((name) => !soFar.after[name]).map((name) => `RL by ${name}`),
      'the verifier',
      ...options.tasks.filter((name) => name !== task),
      ...seedsLeft(options.seeds, [seed]),
    ],
  }
}

function partOfTasks(options: ReasoningOptions, done: readonly TaskResult[]): Part<ReasoningResult> {
  const has = (task: string) => done.some((each) => each.task === task)
  const seeds = options.seeds.filter((seed) => done.some((each) => each.seed === seed))
  const tasks = options.tasks.filter(has)
  const whole = (seed: number) => done.filter((each) => each.seed === seed).length === options.tasks.length
  return {
    result: { options: { ...options, seeds, tasks }, tasks: [...done] },
    missing: [...options.tasks.filter((task) => !has(task)), ...seedsLeft(options.seeds, options.seeds.filter(whole))],
  }
}
