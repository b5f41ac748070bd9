// Weak-to-strong generalization (Burns et al. 2023, arXiv 2312.09390) on the attribute world.
//
// Question: when a strong pretrained model is finetuned on the labels of a weak one, does it end up better than its
// supervisor? Weak supervisor: the small model, finetuned on the truth about half A. Student: the large model,
// finetuned on the supervisor's beliefs about half B. Ceiling: the large model, finetuned on the truth about half B.
// PGR = (student − weak) / (ceiling − weak), on nouns that neither half holds.
//
// How this differs from the paper: models of 10⁴–10⁵ parameters pretrained here; a ladder of pretraining compute
// rather than of size alone (sizes.ts); synthetic tasks; ceiling and student trained on the same half (the released
// code trains them on different ones); no early stopping.

import type { Gpu } from '@nanoalign/kernels'
import type { Artifact, Runner } from '../stages/stage.ts'
import { attributeTask, type TaskFamily, taskFamilies } from './attribute-tasks.ts'
import { attributeCount, createAttributeWorld } from './attribute-world.ts'
import { weakToStrongSizes } from './sizes.ts'
import { type Finetuned, type FinetuneInputs, type Pretrained, weakToStrongStages, zeroShot } from './stages.ts'

export interface WeakToStrongOptions {
  /** names of the ladder (sizes.ts) */
  weak: string
  strong: string
  seeds: number[]
  families: string[]
  /** tasks per family, 1 to 8 */
  tasks: number
  /** 'naive', and 'confidence' or 'confidence:<α_max>' */
  methods: string[]
}

export const weakToStrongPresets: Record<'smoke' | 'quick' | 'laptop' | 'full', WeakToStrongOptions> = {
  smoke: { weak: 'a', strong: 'b', seeds: [1, 2], families: ['attr'], tasks: 1, methods: ['naive', 'confidence'] },
  quick: { weak: 'c', strong: 'f', seeds: [1, 2, 3], families: ['attr'], tasks: 8, methods: ['naive', 'confidence'] },
  laptop: {
    weak: 'c',
    strong: 'f',
    seeds: [1, 2, 3],
    families: ['attr', 'vote', 'maj'],
    tasks: 8,
    methods: ['naive', 'confidence'],
  },
  full: {
    weak: 'c',
    strong: 'f',
    seeds: [1, 2, 3, 4, 5],
    families: ['attr', 'vote', 'mux', 'maj'],
    tasks: 8,
    methods: ['naive', 'confidence:0.5', 'confidence:0.75'],
  },
}

/** What one seed gives for one task: P(label = 1) of the test items per model, the truth, and the students' epochs. */
export interface TaskResult {
  family: string
  k: number
  truth: number[]
  zeroShot: number[]
  weak: number[]
  ceiling: number[]
  /** by method */
  students: Record<string, number[]>
  /** test accuracy after each epoch, from before the first on: by 'weak', 'ceiling' and method */
  curves: Record<string, number[]>
}

export interface SeedResult {
  seed: number
  /** own-readout knowledge and pretraining loss of the two bases */
  bases: { weak: BaseResult; strong: BaseResult }
  tasks: TaskResult[]
  /** the first task's student retrained with the confidence loss at α = 0 gives the naive student, bit for bit */
  alphaZeroIsNaive: boolean
}

export interface BaseResult {
  losses: number[]
  knowledge: number
  parameters: number
  rows: number
}

export interface WeakToStrongResult {
  options: WeakToStrongOptions
  seeds: SeedResult[]
}

/** @throws Error naming the option and what it may be. */
export function checkWeakToStrongOptions({ weak, strong, seeds, families, tasks, methods }: WeakToStrongOptions): void {
  for (const [name, size] of [
    ['weak', weak],
    ['strong', strong],
  ])
    if (!Object.hasOwn(weakToStrongSizes, size))
      throw new Error(`--${name} is "${size}" but must be one of ${Object.keys(weakToStrongSizes).join(', ')}`)
  if (seeds.length < 1 || seeds.some((s) => !Number.isInteger(s) || s < 0 || s > 0xffffffff))
    throw new Error(`seeds are ${seeds.join(', ') || 'none'} but must be integers from 0 to 4294967295, at least one`)
  if (new Set(seeds).size !== seeds.length) throw new Error(`seeds ${seeds.join(', ')} contain one twice`)
  const family = families.find((name) => !(taskFamilies as readonly string[]).includes(name))
  if (family !== undefined || families.length === 0)
    throw new Error(`task family "${family ?? ''}" is not one of ${taskFamilies.join(', ')}`)
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > attributeCount)
    throw new Error(`tasks per family is ${tasks} but must be an integer from 1 to ${attributeCount}`)
  if (methods[0] !== 'naive') throw new Error(`methods are ${methods.join(', ')} but the first must be naive`)
  methods.forEach(lossOf)
}

/** The loss that a method's name stands for. */
function lossOf(method: string): FinetuneInputs['loss'] {
  if (method === 'naive') return 'naive'
  const [, value = '0.5'] = /^confidence(?::(0?\.\d+|1))?$/.exec(method) ?? [undefined, '']
  if (value === '')
    throw new Error(`method "${method}" is not one of naive, confidence, confidence:<α_max from .1 to 1>`)
  return { alphaMax: Number(value) }
}

/** Runs the study; finished stages come from the runner's store. */
export async function weakToStrong(
  { gpu, runner }: { gpu: Gpu; runner: Runner },
  options: WeakToStrongOptions,
): Promise<WeakToStrongResult> {
  checkWeakToStrongOptions(options)
  const stages = weakToStrongStages(gpu)
  const seeds: SeedResult[] = []
  for (const seed of options.seeds) {
    const pretrain = (sizeName: string) =>
      runner.stage(
        stages.pretrain,
        { worldSeed: seed, sizeName, size: weakToStrongSizes[sizeName] },
        { label: `seed ${seed}: pretrain ${sizeName}` },
      )
    const weakBase = await pretrain(options.weak)
    const strongBase = await pretrain(options.strong)

    const tasks: TaskResult[] = []
    let alphaZeroIsNaive = false
    for (const family of options.families as TaskFamily[])
      for (let k = 0; k < options.tasks; k++) {
        const finetune = (
          who: string,
          base: Artifact<Pretrained>,
          split: 'A' | 'B',
          labels: 'ground-truth' | Artifact<Finetuned>,
          loss: FinetuneInputs['loss'] = 'naive',
        ) =>
          runner.stage(
            stages.finetune,
            { base, worldSeed: seed, family, k, split, labels, loss },
            { label: `seed ${seed}: ${family}_${k} ${who}` },
          )
        const weak = await finetune('weak supervisor', weakBase, 'A', 'ground-truth')
        const ceiling = await finetune('strong ceiling', strongBase, 'B', 'ground-truth')
        const students: Record<string, Artifact<Finetuned>> = {}
        for (const method of options.methods)
          students[method] = await finetune(`student (${method})`, strongBase, 'B', weak, lossOf(method))
        if (tasks.length === 0) {
          const control = await finetune('control: confidence loss at α = 0', strongBase, 'B', weak, { alphaMax: 0 })
          const [same, naive] = [control.value.onTest, students.naive.value.onTest]
          alphaZeroIsNaive = same.length === naive.length && same.every((p, i) => p === naive[i])
        }

        const test = attributeTask(createAttributeWorld(seed), family, k, 'test')
        const models = { weak: weak.value, ceiling: ceiling.value, ...mapValues(students, (s) => s.value) }
        tasks.push({
          family,
          k,
          truth: [...test.labels],
          zeroShot: [...(await zeroShot(gpu, strongBase, test))],
          weak: [...weak.value.onTest],
          ceiling: [...ceiling.value.onTest],
          students: mapValues(students, (student) => [...student.value.onTest]),
          curves: mapValues(models, ({ curve }) => curve.map((p) => accuracy(p, test.labels))),
        })
      }
    const base = (name: string, { value }: Artifact<Pretrained>): BaseResult => ({
      losses: value.losses,
      knowledge: value.knowledge,
      parameters: Object.values(value.model.values).reduce((total, data) => total + data.length, 0),
      rows: weakToStrongSizes[name].rows,
    })
    seeds.push({
      seed,
      bases: { weak: base(options.weak, weakBase), strong: base(options.strong, strongBase) },
      tasks,
      alphaZeroIsNaive,
    })
  }
  return { options, seeds }
}

/** Share of items where P(label = 1) > ½ agrees with the label. */
export function accuracy(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < labels.length; i++) if (Number(probabilities[i] > 0.5) === labels[i]) right++
  return right / labels.length
}

function mapValues<A, B>(object: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}
