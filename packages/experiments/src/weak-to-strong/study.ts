// Weak-to-strong generalization (Burns et al. 2023, arXiv 2312.09390) at small scale.
//
// Question: when a strong pretrained model is finetuned on the labels of a weak one, does it end up better than its
// supervisor? Weak supervisor: the small model, finetuned on the truth about half A. Student: the large model,
// finetuned on the supervisor's beliefs about half B. Ceiling: the large model, finetuned on the truth about half B.
// PGR = (student − weak) / (ceiling − weak), on items of which neither half has any.
//
// How this differs from the paper: models of 10⁴–10⁵ parameters (10⁶–10⁷ in the preset `full`) pretrained here; mostly a
// ladder of pretraining compute rather than of size alone (worlds/); mostly synthetic tasks; ceiling and student trained
// on the same half (the released code trains them on different ones); early stopping is a method here, not the rule.

import type { Gpu } from '@nanoalign/kernels'
import { askEach } from '../stages/ask-each.ts'
import type { Runner } from '../stages/stage.ts'
import { rewardModels } from './analyses/reward.ts'
import { finetuneTask } from './finetune-task.ts'
import {
  checkWeakToStrongOptions,
  gridMethods,
  type Pair,
  pairsOf,
  tasksOf,
  type WeakToStrongOptions,
} from './options.ts'
import { probeTask } from './probe-task.ts'
import type { PairResult, SeedResult, TaskResult, WeakToStrongResult } from './result.ts'
import { Seed } from './seed.ts'
import { weakToStrongStages } from './stages.ts'
import { Worlds } from './worlds/index.ts'

/** Test items per task that a result keeps of a grid's pairs, but for the main one. */
const PAIR_ITEMS = 500

export interface WeakToStrongContext {
  gpu: Gpu
  runner: Runner
  /** The book that tasks on text are made of. */
  text?: string
  /** After each task of each pair, with the seeds that have some of the main pair's; they still grow. */
  onTask?: (task: TaskResult, of: { pair: Pair; seed: number }, seeds: readonly SeedResult[]) => void
}

/** Runs the study; finished stages come from the runner's store. */
export async function weakToStrong(
  { gpu, runner, text, onTask }: WeakToStrongContext,
  options: WeakToStrongOptions,
): Promise<WeakToStrongResult> {
  checkWeakToStrongOptions(options)
  const worlds = new Worlds(text)
  const context = { runner, worlds, stages: weakToStrongStages(gpu, worlds), options }
  const begun: SeedResult[] = []
  const oneSeed = (seed: number) => {
    const tell: Tell = (task, pair) => onTask?.(task, { pair, seed }, begun)
    return runSeed(new Seed(context, seed), begun, tell)
  }
  return { options, seeds: await askEach(runner, options.seeds, oneSeed) }
}

type Tell = (task: TaskResult, pair: Pair) => void

/** The seed's result, which is among those begun as soon as it has a task. */
async function runSeed(at: Seed, begun: SeedResult[], tell: Tell): Promise<SeedResult> {
  const { runner, options } = at.context
  const [main, ...others] = pairsOf(options)
  const result: SeedResult = { seed: at.seed, models: {}, tasks: [], alphaZeroIsNaive: false }
  const kept = (task: TaskResult) => {
    if (result.tasks.length === 0) begun.push(result)
    result.tasks.push(task)
    result.models = at.models()
    tell(task, main)
  }
  const gridPair = async (pair: Pair): Promise<PairResult> => ({
    ...pair,
    tasks: (await runPair(at, pair, gridMethods(options), (task) => tell(task, pair))).map(beginning),
  })
  const parts = [
    async () => {
      result.tasks = await runPair(at, main, options.methods, kept, result)
    },
    async () => {
      if (options.grid) result.pairs = await askEach(runner, others, gridPair)
    },
    async () => {
      if (options.analyses?.includes('reward')) result.reward = await rewardModels(at)
    },
  ]
  await askEach(runner, parts, (part) => part())
  result.models = at.models()
  return result
}

/** A result that keeps the first test items only: a grid has dozens of pairs. */
function beginning(task: TaskResult): TaskResult {
  const first = (values: number[]) => values.slice(0, PAIR_ITEMS)
  return {
    ...task,
    truth: first(task.truth),
    zeroShot: first(task.zeroShot),
    weak: first(task.weak),
    ceiling: first(task.ceiling),
    students: Object.fromEntries(Object.entries(task.students).map(([method, p]) => [method, first(p)])),
  }
}

/** What the first task of the main pair finds out besides. */
export interface Control {
  alphaZeroIsNaive: boolean
}

/** All tasks of one pair of sizes, each told when it is done; of the main pair with the controls and the analyses. */
async function runPair(
  at: Seed,
  pair: Pair,
  methods: string[],
  done: (task: TaskResult) => void,
  main?: Control,
): Promise<TaskResult[]> {
  const { runner, options } = at.context
  return askEach(runner, tasksOf(options), async ({ family, k }, i) => {
    const task = options.probe
      ? await probeTask(at, pair, methods, family, k)
      : await finetuneTask(at, pair, methods, family, k, main && { control: i === 0 ? main : undefined })
    done(task)
    return task
  })
}
