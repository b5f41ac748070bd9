import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { createPlanner, pathLengths } from './planner.ts'
import { type Artifact, createRunner, defineStage } from './stage.ts'
import { inputKeys, MissingInputError, runStageJob, stageJob } from './stage-job.ts'
import { ArtifactStore } from './store.ts'

const encode = (value: unknown) => ({ 'value.json': new TextEncoder().encode(JSON.stringify(value)) })
const decode = (blobs: Record<string, Uint8Array>) => JSON.parse(new TextDecoder().decode(blobs['value.json']))

const word = defineStage<{ letters: Record<string, number> }, string>({
  name: 'word',
  version: 1,
  run: async ({ letters }) => Object.keys(letters).join(''),
  encode,
  decode,
  plan: async () => ({ flops: 10, submits: 1, bytes: 4, config: { nEmbd: 8 }, known: { parts: { a: { length: 3 } } } }),
})
const join = defineStage<{ words: { of: Artifact<string> }[] }, string>({
  name: 'join',
  version: 1,
  run: async ({ words }) => words.map(({ of }) => of.value).join(' '),
  encode,
  decode,
})
const definitions = [word, join]

function setup() {
  const store = new ArtifactStore(createStorage())
  return { store, runner: createRunner({ store, provenance: {} }) }
}

test('a job run elsewhere gives the artifact that is wanted here; inputs keep their order', async () => {
  const here = setup()
  const elsewhere = setup()
  const first = await here.runner.stage(word, { letters: { b: 1, a: 2 } })
  expect(first.value).toBe('ba')
  const jobs = [stageJob(word, { letters: { b: 1, a: 2 } }), stageJob(join, { words: [{ of: first }, { of: first }] })]
  expect(inputKeys(jobs[1])).toEqual([first.key])
  for (const job of jobs)
    await runStageJob(definitions, elsewhere.store, elsewhere.runner, JSON.parse(JSON.stringify(job)))
  const wanted = await here.runner.stage(join, { words: [{ of: first }, { of: first }] })
  const made = await elsewhere.store.get(wanted.key)
  expect(decode(made!.blobs)).toBe('ba ba')
  expect(await elsewhere.store.keys()).toEqual(await here.store.keys())
})

test('an input that is missing or damaged, an unknown stage, another version', async () => {
  const storage = createStorage()
  const store = new ArtifactStore(storage)
  const runner = createRunner({ store, provenance: {} })
  const first = await runner.stage(word, { letters: { a: 1 } })
  const job = stageJob(join, { words: [{ of: first }] })
  await storage.setItemRaw(`artifacts:${first.key}:value.json`, new TextEncoder().encode('"b"'))
  await expect(runStageJob(definitions, store, runner, job)).rejects.toThrow(/is altered/)
  await store.remove(first.key)
  await expect(runStageJob(definitions, store, runner, job)).rejects.toThrow(MissingInputError)
  await expect(runStageJob(definitions, store, runner, { ...job, version: 2 })).rejects.toThrow('version 2 is wanted')
  await expect(runStageJob(definitions, store, runner, { ...job, name: 'other' })).rejects.toThrow('other is not one')
})

test('a plan has every stage once, with what it needs, and the longest way to the end', async () => {
  const { runner, stages } = createPlanner()
  const [a, b] = [await runner.stage(word, { letters: { a: 1 } }), await runner.stage(word, { letters: { b: 1 } })]
  const end = await runner.stage(join, { words: [{ of: a }, { of: b }, { of: a }] })
  await runner.stage(word, { letters: { a: 1 } })
  expect([...stages.keys()]).toEqual([a.key, b.key, end.key])
  const nothing = { flops: 0, submits: 0, bytes: 0, unplanned: true }
  expect(stages.get(end.key)).toEqual({ name: 'join', ...nothing, needs: [a.key, b.key], hasModel: false })
  expect(stages.get(a.key)?.hasModel).toBe(true)
  const lengths = pathLengths(stages, ({ flops }) => flops + 1)
  expect([a, b, end].map(({ key }) => lengths.get(key))).toEqual([12, 12, 1])
})

test('what a plan does not know can be looked at all the same', async () => {
  const { runner } = createPlanner()
  // biome-ignore lint/suspicious/noExplicitAny: it stands for anything
  const { value } = (await runner.stage(word, { letters: { a: 1 } })) as any
  expect(value.model.config).toEqual({ nEmbd: 8 })
  expect([value.parts.a.length, value.parts.b.length, [...value.parts.a.map(() => 1)]]).toEqual([3, 0, []])
  expect([...value.tokens, ...Object.values(value.model.values), ...Array.from(value)]).toEqual([])
  expect([value.list.length, Number(value.list[3]), Number(value.list.map(() => 1).most)]).toEqual([0, NaN, NaN])
  expect(await value).toBe(value)
})
