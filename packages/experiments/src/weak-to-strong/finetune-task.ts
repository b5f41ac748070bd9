// One task of one pair of sizes: supervisor, ceiling, a student by each method, and the analyses.

import { askEach } from '../stages/ask-each.ts'
import { accuracy } from './accuracy.ts'
import { easyToHard } from './analyses/difficulty.ts'
import { equallyWrong } from './analyses/errors.ts'
import { fewerLabels } from './analyses/labels.ts'
import { alongPretraining } from './analyses/pretraining.ts'
import { prompts } from './analyses/prompting.ts'
import { saliencyProbes } from './analyses/saliency.ts'
import { simulatable } from './analyses/simulation.ts'
import { createBench, plainly, stoppedOnTruth } from './bench.ts'
import type { FinetuneInputs } from './finetune-stage.ts'
import { studentOf } from './methods/index.ts'
import type { Predictions } from './methods/method.ts'
import { ANALYSED_TASKS, type Pair, type WeakToStrongAnalysis } from './options.ts'
import { short, type TaskResult } from './result.ts'
import type { Place, Seed } from './seed.ts'
import type { Control } from './study.ts'
import { familyNamed } from './tasks/index.ts'

export async function finetuneTask(
  at: Seed,
  pair: Pair,
  methods: string[],
  family: string,
  k: number,
  main?: { control?: Control },
): Promise<TaskResult> {
  const { runner, stages, worlds } = at.context
  const { world } = familyNamed(family)
  const name = main ? `${family}_${k}` : `${pair.weak}→${pair.strong} ${family}_${k}`
  const label = (who: string) => `seed ${at.seed}: ${name} ${who}`
  const base = (size: string, copy?: number) => at.base(world, size, copy)
  const task = { worldSeed: at.seed, family, k }
  const fromTruth = async (size: string, split: 'A' | 'B', who: string) => {
    const inputs: FinetuneInputs = { base: await base(size), ...task, ...plainly, split, labels: 'ground-truth' }
    return runner.stage(stages.finetune, inputs, { label: label(who) })
  }
  const supervising = fromTruth(pair.weak, 'A', 'weak supervisor')
  // the supervisor's accuracy can be seen while the strong model still reads
  if (runner.oneAtATime) await supervising
  const [weak, ceiling, strongBase] = await Promise.all([
    supervising,
    fromTruth(pair.strong, 'B', 'strong ceiling'),
    base(pair.strong),
  ])
  const sizes = { weakSize: pair.weak, strong: pair.strong }
  const place: Place = { at, runner, stages, worlds, base, ...task, ...sizes, weak, label, strongBase, ceiling }

  const trained = await Promise.all(
    methods.map((method) => studentOf(method, createBench(place, method), () => stoppedOnTruth(place))),
  )
  const students: Record<string, Predictions> = Object.fromEntries(methods.map((method, m) => [method, trained[m]]))
  if (main?.control) main.control.alphaZeroIsNaive = await withoutConfidence(place, students.naive)

  const test = worlds.task(at.seed, family, k, 'test')
  const curves: Record<string, number[]> = {}
  for (const [who, { looks }] of Object.entries({ weak: weak.value, ceiling: ceiling.value, ...students }))
    if (looks) curves[who] = looks.map((look) => accuracy(look.onTest, test.labels.subarray(0, look.onTest.length)))
  const result: TaskResult = {
    family,
    k,
    truth: [...test.labels],
    zeroShot: await at.zeroShot(pair.strong, family, k),
    weak: short(weak.value.onTest),
    ceiling: short(ceiling.value.onTest),
    students: Object.fromEntries(methods.map((method) => [method, short(students[method].onTest)])),
    curves,
  }
  return main ? { ...result, ...(await analysed(place)) } : result
}

/** Whether the confidence loss at α = 0 gives the naive student, bit for bit. */
async function withoutConfidence({ at, strongBase, weak, label, family, k }: Place, naive: Predictions) {
  const { runner, stages } = at.context
  const task = { base: strongBase, worldSeed: at.seed, family, k }
  const { value } = await runner.stage(
    stages.finetune,
    { ...task, ...plainly, split: 'B', labels: { weak: [weak], hard: false }, loss: { confidence: 0 } },
    { label: label('control: confidence loss at α = 0') },
  )
  return value.onTest.length === naive.onTest.length && value.onTest.every((p, i) => p === naive.onTest[i])
}

async function analysed(place: Place): Promise<Partial<TaskResult>> {
  const { analyses = [] } = place.at.context.options
  const isFew = place.k < ANALYSED_TASKS
  const all: Partial<Record<WeakToStrongAnalysis, () => Promise<Partial<TaskResult>>>> = {
    errors: async () => ({ errors: await equallyWrong(place) }),
    saliency: async () => ({ probes: await saliencyProbes(place) }),
    simulation: async () => ({ simulation: await simulatable(place) }),
    prompting: async () => ({ prompts: await prompts(place) }),
    ...(isFew && {
      pretraining: async () => ({ pretraining: await alongPretraining(place) }),
      labels: async () => ({ labels: await fewerLabels(place) }),
      difficulty: async () => ({ difficulty: await easyToHard(place) }),
    }),
  }
  const parts = await askEach(place.runner, analyses, async (name) => all[name]?.())
  const results = Object.assign({}, ...parts)
  // absent rather than undefined: results are compared and stored
  return Object.fromEntries(Object.entries(results).filter(([, value]) => value !== undefined))
}
