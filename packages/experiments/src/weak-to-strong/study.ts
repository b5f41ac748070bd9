// Weak-to-strong generalization (Burns et al. 2023, arXiv 2312.09390) on the attribute world.
//
// Question: when a strong pretrained model is finetuned on the labels of a weak one, does it end up better than its
// supervisor? Weak supervisor: the small model, finetuned on the truth about half A. Student: the large model,
// finetuned on the supervisor's beliefs about half B. Ceiling: the large model, finetuned on the truth about half B.
// PGR = (student − weak) / (ceiling − weak), on nouns that neither half holds.
//
// How this differs from the paper: models of 10⁴–10⁵ parameters pretrained here; a ladder of pretraining compute
// rather than of size alone (sizes.ts); synthetic tasks; ceiling and student trained on the same half (the released
// code trains them on different ones); early stopping is a method here, not the rule.

import type { Gpu } from '@nanoalign/kernels'
import { trainingFlopsPerToken } from '@nanoalign/model'
import { askEach } from '../stages/ask-each.ts'
import type { Artifact, Runner } from '../stages/stage.ts'
import { accuracy } from './accuracy.ts'
import { attributeTask } from './attribute-tasks.ts'
import { createAttributeWorld, rowLength } from './attribute-world.ts'
import { type BenchPlace, createBench } from './bench.ts'
import { errorStructures } from './error-structures.ts'
import { studentOf } from './methods/index.ts'
import type { Predictions } from './methods/method.ts'
import { checkWeakToStrongOptions, gridMethods, type Pair, pairsOf, type WeakToStrongOptions } from './options.ts'
import { activationsOf, probed } from './probing.ts'
import type { BaseResult, PairResult, RewardResult, SeedResult, TaskResult, WeakToStrongResult } from './result.ts'
import { comparisons } from './reward-world.ts'
import { ladderConfig, weakToStrongSizes } from './sizes.ts'
import { type Finetuned, type Pretrained, type WeakToStrongStages, weakToStrongStages } from './stages.ts'
import type { StudentLabels } from './student.ts'

/** What one seed's steps have in common. */
interface Seed {
  runner: Runner
  stages: WeakToStrongStages
  seed: number
  base: BenchPlace['base']
  options: WeakToStrongOptions
  onTask: (task: TaskResult, pair: Pair) => void
  /** What pairs with a size in common need alike, made once. */
  shared: <T>(name: string, make: () => Promise<T>) => Promise<T>
}

export interface WeakToStrongContext {
  gpu: Gpu
  runner: Runner
  /** After each task of each pair, with the seeds that have some of the main pair's; they still grow. */
  onTask?: (task: TaskResult, of: { pair: Pair; seed: number }, seeds: readonly SeedResult[]) => void
}

/** Runs the study; finished stages come from the runner's store. */
export async function weakToStrong(
  { gpu, runner, onTask }: WeakToStrongContext,
  options: WeakToStrongOptions,
): Promise<WeakToStrongResult> {
  checkWeakToStrongOptions(options)
  const stages = weakToStrongStages(gpu)
  const begun: SeedResult[] = []
  const oneSeed = async (seed: number) => {
    const known = new Map<string, Promise<Artifact<Pretrained>>>()
    const base: Seed['base'] = (size, copy = 0) => {
      const sizeName = copy === 0 ? size : `${size} copy ${copy}` // names the corpus and the initial parameters
      if (!known.has(sizeName))
        known.set(
          sizeName,
          runner.stage(
            stages.pretrain,
            { worldSeed: seed, sizeName, size: weakToStrongSizes[size] },
            { label: `seed ${seed}: pretrain ${sizeName}` },
          ),
        )
      return known.get(sizeName)!
    }
    const made = new Map<string, Promise<unknown>>()
    const shared: Seed['shared'] = <T>(name: string, make: () => Promise<T>) => {
      if (!made.has(name)) made.set(name, make())
      return made.get(name) as Promise<T>
    }
    const tell: Seed['onTask'] = (task, pair) => onTask?.(task, { pair, seed }, begun)
    return runSeed({ runner, stages, seed, base, options, shared, onTask: tell }, begun)
  }
  return { options, seeds: await askEach(runner, options.seeds, oneSeed) }
}

/** The seed's result, which is among those begun as soon as its models are there. */
async function runSeed(context: Seed, begun: SeedResult[]): Promise<SeedResult> {
  const { runner, options, seed, base } = context
  const bases = {
    weak: baseResult(options.weak, await base(options.weak)),
    strong: baseResult(options.strong, await base(options.strong)),
  }
  const [main, ...others] = pairsOf(options)
  const result: SeedResult = { seed, bases, tasks: [], alphaZeroIsNaive: false }
  begun.push(result)
  const gridPair = async (pair: Pair): Promise<PairResult> => ({
    ...pair,
    tasks: (await runPair(context, pair, gridMethods(options))).map(shortened),
  })
  const sizeOf = async (size: string) => {
    const { rows } = weakToStrongSizes[size]
    const config = ladderConfig(weakToStrongSizes[size])
    const flops = rows * (rowLength - 1) * trainingFlopsPerToken(config, rowLength - 1)
    return [size, { ...baseResult(size, await base(size)), flops }] as const
  }
  const parts = [
    async () => {
      result.tasks = await runPair(context, main, options.methods, result)
    },
    async () => {
      if (!options.grid) return
      const pairs = await askEach(runner, others, gridPair)
      const sizes = new Set([main, ...others].flatMap(({ weak, strong }) => [weak, strong]))
      result.sizes = Object.fromEntries(await askEach(runner, [...sizes], sizeOf))
      result.pairs = pairs
    },
    async () => {
      if (options.analyses?.includes('reward')) result.reward = await runReward(context)
    },
  ]
  await askEach(runner, parts, (part) => part())
  return result
}

/** What the first task of the main pair finds out besides. */
interface Control {
  alphaZeroIsNaive: boolean
}

/** All tasks of one pair of sizes; of the main pair with the controls and the analyses, and into its result at once. */
async function runPair(context: Seed, pair: Pair, methods: string[], main?: SeedResult): Promise<TaskResult[]> {
  const { runner, options, onTask } = context
  const all = options.families.flatMap((family) => Array.from({ length: options.tasks }, (_, k) => ({ family, k })))
  return askEach(runner, all, async ({ family, k }, i) => {
    const task = options.probe
      ? await probeTask(context, pair, methods, family, k)
      : await finetuneTask(context, pair, methods, family, k, main && { control: i === 0 ? main : undefined })
    main?.tasks.push(task)
    onTask(task, pair)
    return task
  })
}

async function finetuneTask(
  context: Seed,
  pair: Pair,
  methods: string[],
  family: string,
  k: number,
  main?: { control?: Control },
): Promise<TaskResult> {
  const { runner, stages, seed, base, options } = context
  const name = main ? `${family}_${k}` : `${pair.weak}→${pair.strong} ${family}_${k}`
  const label = (who: string) => `seed ${seed}: ${name} ${who}`
  const task = { worldSeed: seed, family, k }
  const strongBase = await base(pair.strong)
  const fromTruth = async (size: string, split: 'A' | 'B', who: string) =>
    runner.stage(
      stages.finetune,
      { base: await base(size), ...task, split, labels: 'ground-truth', loss: 'naive' },
      { label: label(who) },
    )
  const [weak, ceiling] = await Promise.all([
    fromTruth(pair.weak, 'A', 'weak supervisor'),
    fromTruth(pair.strong, 'B', 'strong ceiling'),
  ])
  const place: BenchPlace = { runner, stages, base, ...task, weakSize: pair.weak, strong: pair.strong, weak, label }
  const world = createAttributeWorld(seed)
  const truthOnVal = () => attributeTask(world, family, k, 'val').labels
  const trained = await Promise.all(methods.map((method) => studentOf(method, createBench(place, method), truthOnVal)))
  const students: Record<string, Predictions> = Object.fromEntries(methods.map((method, m) => [method, trained[m]]))
  if (main?.control) {
    const { value } = await runner.stage(
      stages.finetune,
      { base: strongBase, ...task, split: 'B', labels: weak, loss: { alphaMax: 0 } },
      { label: label('control: confidence loss at α = 0') },
    )
    const naive = students.naive.onTest
    main.control.alphaZeroIsNaive = value.onTest.length === naive.length && value.onTest.every((p, i) => p === naive[i])
  }

  const test = attributeTask(world, family, k, 'test')
  const curves: Record<string, number[]> = {}
  for (const [who, { curve }] of Object.entries({ weak: weak.value, ceiling: ceiling.value, ...students }))
    if (curve) curves[who] = curve.map((p) => accuracy(p, test.labels))
  const result: TaskResult = {
    family,
    k,
    truth: [...test.labels],
    zeroShot: [...(await zeroShot(context, pair.strong, family, k))],
    weak: [...weak.value.onTest],
    ceiling: [...ceiling.value.onTest],
    students: Object.fromEntries(methods.map((method) => [method, [...students[method].onTest]])),
    curves,
  }
  if (main && options.analyses?.includes('errors')) result.errors = await equallyWrong(place, strongBase, ceiling)
  if (main && options.analyses?.includes('saliency')) {
    const { value } = await createBench(place, 'naive').trainLooking()
    result.fineCurve = value.looks.map((look) => accuracy(look.onTest, test.labels))
    const before = await activationsOf(runner, stages, { base: strongBase, ...task }, label('features'))
    // probes see the truth of half A, which the student was not finetuned on
    const truth = attributeTask(world, family, k, 'A').labels
    result.probes = {
      'lp(weak)': short(probed(before, 'B', weak.value.onB).onTest),
      'lp(gt)': short(probed(before, 'A', truth).onTest),
      'ft(weak) then lp(gt)': short(probed(value.features!, 'A', truth).onTest),
    }
  }
  return result
}

/** What the strong model says when asked directly. */
function zeroShot({ runner, stages, seed, base, shared }: Seed, size: string, family: string, k: number) {
  return shared(`zero-shot ${size} ${family}_${k}`, async () => {
    const inputs = { base: await base(size), worldSeed: seed, family, k }
    return (await runner.stage(stages.zeroShot, inputs, { label: `seed ${seed}: ${family}_${k} zero-shot` })).value
  })
}

/** Students of supervisors with other errors, as many as the weak supervisor's. */
async function equallyWrong(place: BenchPlace, base: Artifact<Pretrained>, ceiling: Artifact<Finetuned>) {
  const { runner, stages, worldSeed, family, k, weak, label } = place
  const train = async (name: string, labels: StudentLabels, hint: boolean): Promise<[string, number[]]> => {
    const { value } = await runner.stage(
      stages.student,
      { base, worldSeed, family, k, split: 'B', labels, loss: 'cross-entropy', keep: 1, hint, features: false },
      { label: label(`student of ${name} errors`) },
    )
    return [name, short(value.onTest)]
  }
  const students = await Promise.all([
    ...errorStructures.map((errors) => train(errors, { errors, weak, ceiling }, false)),
    train('hinted', { weak: [weak], hard: false }, true),
  ])
  return Object.fromEntries(students)
}

async function probeTask(context: Seed, pair: Pair, methods: string[], family: string, k: number): Promise<TaskResult> {
  const { runner, stages, seed, base, shared } = context
  const world = createAttributeWorld(seed)
  const [onA, onB, test] = (['A', 'B', 'test'] as const).map((split) => attributeTask(world, family, k, split))
  const task = `${family}_${k}`
  const features = async (size: string) =>
    activationsOf(
      runner,
      stages,
      { base: await base(size), worldSeed: seed, family, k },
      `seed ${seed}: features of ${size}, ${task}`,
    )
  const strong = await features(pair.strong)
  const weakFeatures = await features(pair.weak)
  const weak = await shared(`weak probe ${pair.weak} ${task}`, async () => probed(weakFeatures, 'A', onA.labels))
  const ceiling = await shared(`ceiling probe ${pair.strong} ${task}`, async () => probed(strong, 'B', onB.labels))
  const student = (method: string) =>
    probed(strong, 'B', method === 'hard' ? weak.onB.map((p) => Number(p > 0.5)) : weak.onB).onTest
  return {
    family,
    k,
    truth: [...test.labels],
    zeroShot: [...(await zeroShot(context, pair.strong, family, k))],
    weak: short(weak.onTest),
    ceiling: short(ceiling.onTest),
    students: Object.fromEntries(methods.map((method) => [method, short(student(method))])),
    curves: {},
  }
}

/** Reward models on the main pair, one per attribute. */
async function runReward({ runner, stages, seed, base, options }: Seed): Promise<RewardResult[]> {
  const oneTask = async (k: number): Promise<RewardResult> => {
    const test = comparisons(createAttributeWorld(seed), k, 'test')
    const label = (who: string) => ({ label: `seed ${seed}: rm_${k} ${who}` })
    const task = { worldSeed: seed, k }
    const strong = { base: await base(options.strong), ...task, split: 'B' as const }
    const weakBase = await base(options.weak)
    const [weak, ceiling] = await Promise.all([
      runner.stage(
        stages.reward,
        { base: weakBase, ...task, split: 'A', labels: 'ground-truth' },
        label('weak supervisor'),
      ),
      runner.stage(stages.reward, { ...strong, labels: 'ground-truth' }, label('strong ceiling')),
    ])
    const [naive, flipped] = await Promise.all([
      runner.stage(stages.reward, { ...strong, labels: { weak } }, label('student (naive)')),
      runner.stage(stages.reward, { ...strong, labels: { flipped: weak } }, label('student of random errors')),
    ])
    return {
      k,
      truth: [...test.labels],
      longer: Array.from(test.labels, (_, pair) => test.lengths[2 * pair + 1] - test.lengths[2 * pair]),
      weak: short(weak.value.onTest),
      ceiling: short(ceiling.value.onTest),
      students: { naive: short(naive.value.onTest), flipped: short(flipped.value.onTest) },
    }
  }
  return Promise.all(Array.from({ length: options.tasks }, (_, k) => oneTask(k)))
}

function baseResult(size: string, { value }: Artifact<Pretrained>): BaseResult {
  return {
    losses: value.losses,
    knowledge: value.knowledge,
    parameters: Object.values(value.model.values).reduce((total, data) => total + data.length, 0),
    rows: weakToStrongSizes[size].rows,
  }
}

/** Five significant digits: a result holds hundreds of thousands of these. */
function short(probabilities: ArrayLike<number>): number[] {
  return Array.from(probabilities, (p) => Number(p.toPrecision(5)))
}

function shortened(task: TaskResult): TaskResult {
  const students = Object.entries(task.students).map(([method, p]) => [method, short(p)])
  return { ...task, weak: short(task.weak), ceiling: short(task.ceiling), students: Object.fromEntries(students) }
}
