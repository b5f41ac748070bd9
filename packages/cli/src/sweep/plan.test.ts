import { ArtifactStore, cardPresets, cardStageCounts, gamePresets, gameStageCounts } from '@nanoalign/experiments'
import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { sweepExperiments } from './experiments.ts'
import { costs, planStudy } from './plan.ts'
import { parseStudy } from './study-file.ts'

const planOf = (experiment: string, preset: string, seeds?: number) => {
  const study = { name: 'plan', experiments: [{ experiment, preset, ...(seeds && { seeds }) }] }
  return planStudy(parseStudy(JSON.stringify(study)), sweepExperiments, new ArtifactStore(createStorage()))
}
const countsOf = (rows: { name: string; stages: number }[]) =>
  Object.fromEntries(rows.filter(({ name }) => name !== 'all').map(({ name, stages }) => [name, stages]))

test.each(Object.keys(sweepExperiments))(
  '%s: every stage says what it costs before anything is computed',
  async (name) => {
    const rows = costs(await planOf(name, 'smoke'))
    expect(rows.filter(({ partly }) => partly)).toEqual([])
    for (const { name: stage, bytes } of rows) expect(bytes, stage).toBeGreaterThan(0)
    expect(rows.at(-1)!.flops).toBeGreaterThan(0)
  },
)

test('a plan that takes long can be interrupted', async () => {
  const controller = new AbortController()
  const study = parseStudy('name: long\nexperiments: [{ experiment: w2s, preset: smoke, seeds: 100000 }]')
  const planned = planStudy(study, sweepExperiments, new ArtifactStore(createStorage()), controller.signal)
  setTimeout(() => controller.abort(new Error('interrupted')), 50)
  await expect(planned).rejects.toThrow('interrupted')
})

test('a study of games: all stages of its grid and analyses, the search for puzzles in seconds', async () => {
  const plan = await planOf('chess', 'laptop', 1)
  const asked = gameStageCounts({ game: 'chess', ...gamePresets('chess').laptop, seeds: [1] })
  // the two ways to stop early look at one training
  expect(countsOf(costs(plan))).toEqual({ ...asked, 'w2s-game-finetune': asked['w2s-game-finetune'] - 1 })
  const named = (name: string) => [...plan.stages.values()].filter((stage) => stage.name === name)
  const [world] = named('w2s-game-world')
  expect(world.hostSeconds).toBeGreaterThan(20)
  // training reads 25 batches of 32 puzzles three times; one that only answers does not train
  const submits = named('w2s-game-finetune').map((stage) => stage.submits)
  expect(Math.max(...submits)).toBeGreaterThan(75)
  expect(Math.min(...submits)).toBeLessThan(30)
})

test('a system card: its training, and every evaluation of the model before and after', async () => {
  const plan = await planOf('card', 'quick')
  const models = [{ documents: 'card' as const }, { documents: 'card' as const }]
  expect(countsOf(costs(plan))).toEqual(cardStageCounts(models, 1, cardPresets.quick.training))
})
