// One task of one pair of sizes with frozen models: supervisor, student and ceiling are logistic regressions.

import type { Pair } from './options.ts'
import { activationsOf, probed } from './probing.ts'
import { short, type TaskResult } from './result.ts'
import type { Seed } from './seed.ts'
import { familyNamed } from './tasks/index.ts'

export async function probeTask(
  at: Seed,
  pair: Pair,
  methods: string[],
  family: string,
  k: number,
): Promise<TaskResult> {
  const { runner, stages, worlds } = at.context
  const { world } = familyNamed(family)
  const [onA, onB, test] = (['A', 'B', 'test'] as const).map((split) => worlds.task(at.seed, family, k, split))
  const name = `${family}_${k}`
  const features = async (size: string) => {
    const inputs = { base: await at.base(world, size), worldSeed: at.seed, family, k }
    return activationsOf(runner, stages, inputs, `seed ${at.seed}: features of ${size}, ${name}`)
  }
  const strong = await features(pair.strong)
  const weakFeatures = await features(pair.weak)
  const weak = await at.once(`weak probe ${pair.weak} ${name}`, async () => probed(weakFeatures, 'A', onA.labels))
  const ceiling = await at.once(`ceiling probe ${pair.strong} ${name}`, async () => probed(strong, 'B', onB.labels))
  const student = (method: string) =>
    probed(strong, 'B', method === 'hard' ? weak.onB.map((p) => Number(p > 0.5)) : weak.onB).onTest
  return {
    family,
    k,
    truth: [...test.labels],
    zeroShot: await at.zeroShot(pair.strong, family, k),
    weak: short(weak.onTest),
    ceiling: short(ceiling.onTest),
    students: Object.fromEntries(methods.map((method) => [method, short(student(method))])),
    curves: {},
  }
}
