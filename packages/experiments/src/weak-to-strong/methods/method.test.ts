// What keeps the truth away from methods: the types of the bench, and what it asks of the runner.

import { expect, expectTypeOf, test } from 'vitest'
import { noDevice } from '../../stages/no-device.ts'
import type { Runner } from '../../stages/stage.ts'
import { Artifact } from '../../stages/stage.ts'
import { type BenchPlace, createBench, stoppedOnTruth } from '../bench.ts'
import type { FinetuneInputs } from '../finetune-stage.ts'
import { weakToStrongStages } from '../stages.ts'
import { Worlds } from '../worlds/index.ts'
import { methods, studentOf } from './index.ts'
import type { Bench, Recipe } from './method.ts'

test('the types of a bench and of a recipe have no room for the truth', () => {
  expectTypeOf<'ground-truth'>().not.toExtend<Recipe['labels']>()
  expectTypeOf<'ground-truth'>().not.toExtend<Recipe['stopOn']>()
  expectTypeOf<Bench>().not.toHaveProperty('stoppedOnTruth')
  // what a model knows of a task: beliefs, and never labels of its own
  expectTypeOf<Bench['weak']['value']>().not.toHaveProperty('truth')
  expectTypeOf<Bench['weak']['value']>().not.toHaveProperty('labels')
})

test('no method but those that say so trains on the truth about half B, or is stopped by it', async () => {
  for (const { name, student } of methods) {
    const asked = await askedBy(name)
    const finetunings = asked
      .filter(({ stage }) => stage === 'w2s-finetune')
      .map(({ inputs }) => inputs as FinetuneInputs)
    expect(finetunings.length, name).toBeGreaterThan(0)
    const seesTruth = ({ split, labels, stop }: FinetuneInputs) =>
      stop === 'ground-truth' || (split === 'B' && (labels === 'ground-truth' || 'errors' in labels))
    expect(finetunings.some(seesTruth), name).toBe(typeof student !== 'function')
  }
})

/** Every stage that a method asks for, with a runner that computes nothing. */
async function askedBy(method: string) {
  const asked: { stage: string; inputs: unknown }[] = []
  const nothing = { onB: new Float32Array(), onDraws: [], onTest: new Float32Array(), looks: [] }
  const runner: Runner = {
    async stage({ name }, inputs) {
      asked.push({ stage: name, inputs })
      return new Artifact(`${name} ${asked.length}`, nothing as never)
    },
  }
  const worlds = new Worlds()
  const place: BenchPlace = {
    runner,
    stages: weakToStrongStages(noDevice(), worlds),
    worlds,
    base: async (size, copy = 0) => new Artifact(`${size} ${copy}`, {} as never),
    worldSeed: 1,
    family: 'bind', // its world has fresh data, too
    k: 0,
    weakSize: 'b',
    strong: 'f',
    weak: new Artifact('weak', nothing as never),
    label: (who) => who,
  }
  await studentOf(method, createBench(place, method), () => stoppedOnTruth(place))
  return asked
}
