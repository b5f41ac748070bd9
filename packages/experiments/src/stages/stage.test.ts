import { createStorage, type Storage } from 'unstorage'
import { expect, test, vi } from 'vitest'
import { createRunner, defineStage, type RunnerOptions, type StageContext, type StageEvent, stageKey } from './stage.ts'
import { ArtifactStore } from './store.ts'

const encode = (value: unknown) => ({ 'value.json': new TextEncoder().encode(JSON.stringify(value)) })
const decode = (blobs: Record<string, Uint8Array>) => JSON.parse(new TextDecoder().decode(blobs['value.json']))

/** A stage that adds 1, and a runner on a storage of its own or on `storage`. */
function setup(options: Partial<RunnerOptions> = {}, storage: Storage = createStorage()) {
  const events: StageEvent[] = []
  const store = new ArtifactStore(storage)
  const run = vi.fn(async ({ x }: { x: number }) => ({ y: x + 1 }))
  const definition = defineStage<{ x: number; seed?: number }, { y: number }>({
    name: 'add',
    version: 1,
    run,
    encode,
    decode,
  })
  const runner = createRunner({ store, provenance: { adapter: 'none' }, onEvent: (e) => events.push(e), ...options })
  return { events, store, storage, run, definition, runner, types: () => events.map((event) => event.type) }
}

/** Counts to `steps`, saving a checkpoint after each; `after` is called with the count. */
function counting(after: (count: number, context: StageContext) => void) {
  return defineStage<{ steps: number }, number>({
    name: 'count',
    version: 1,
    async run({ steps }, context) {
      let count = (await context.checkpoint.load())?.[0] ?? 0
      while (count < steps) {
        count++
        if (context.checkpoint.due()) await context.checkpoint.save(Uint8Array.of(count))
        context.report({ step: count, steps, loss: 1 / count })
        after(count, context)
        context.signal.throwIfAborted()
      }
      return count
    },
    encode,
    decode,
  })
}

test('what is computed is decoded as what is found is, down to the order of its parts', async () => {
  const { runner } = setup()
  const parts = defineStage<object, string[]>({
    name: 'parts',
    version: 1,
    run: async () => ['id', 'benign'],
    encode: (names) => Object.fromEntries(names.map((name) => [name, new Uint8Array(1)])),
    decode: Object.keys,
  })
  const first = await runner.stage(parts, {})
  expect((await runner.stage(parts, {})).value).toEqual(first.value)
})

test('a stage is computed once and then found, by another runner too', async () => {
  const { definition, run, runner, storage, store, types, events } = setup()
  const first = await runner.stage(definition, { x: 1 }, { label: 'one' })
  expect(first.value).toEqual({ y: 2 })
  expect(first.key).toMatch(/^add-[0-9a-f]{32}$/)
  expect(await runner.stage(definition, { x: 1 }, { label: 'other' })).toEqual(first)
  expect(types()).toEqual(['stage-start', 'stage-done', 'stage-cached'])
  expect(events[0]).toEqual({ type: 'stage-start', key: first.key, name: 'add', label: 'one' })
  const later = setup({}, storage)
  expect(await later.runner.stage(later.definition, { x: 1 })).toEqual(first)
  expect(run).toHaveBeenCalledTimes(1)
  expect(later.run).not.toHaveBeenCalled()
  const { provenance } = (await store.get(first.key))!
  expect(provenance).toMatchObject({
    adapter: 'none',
    stage: { name: 'add', version: 1, inputs: { x: 1 } },
    resumed: false,
  })
  expect(Date.parse(provenance.time as string)).toBeGreaterThan(0)
  expect(provenance.elapsedSeconds).toBeGreaterThanOrEqual(0)
})

test('the key depends on name, version and inputs, not on the order of properties', () => {
  const stage = { name: 'add', version: 1 }
  const { key } = stageKey(stage, { x: 1, config: { a: 1, b: [1, 2] } })
  expect(stageKey(stage, { config: { b: [1, 2], a: 1 }, x: 1 }).key).toBe(key)
  expect(stageKey(stage, { x: 1, config: { a: 1, b: [2, 1] } }).key).not.toBe(key)
  expect(stageKey({ name: 'add', version: 2 }, { x: 1, config: { a: 1, b: [1, 2] } }).key).not.toBe(key)
  // pinned: a change here makes every stored artifact unreachable
  expect(stageKey(stage, { x: 1 })).toEqual({
    key: 'add-b4286d596ed56989b1b7813dd640ed94',
    recipe: '{"inputs":{"x":1},"name":"add","version":1}',
  })
})

test('changed inputs and versions are computed anew', async () => {
  const { definition, run, runner } = setup()
  const keys = [
    await runner.stage(definition, { x: 1 }),
    await runner.stage(definition, { x: 2 }),
    await runner.stage(definition, { x: 1, seed: 1 }),
    await runner.stage(defineStage({ ...definition, version: 2 }), { x: 1 }),
    await runner.stage(defineStage({ ...definition, name: 'add-2' }), { x: 1 }),
  ].map((artifact) => artifact.key)
  expect(new Set(keys).size).toBe(5)
  expect(run).toHaveBeenCalledTimes(5)
})

test('an artifact among the inputs counts as its key and arrives as itself', async () => {
  const { definition, runner } = setup()
  const run = vi.fn(async ({ bases }: { bases: { value: { y: number } }[] }) => bases[0].value.y)
  const next = defineStage({ name: 'next', version: 1, run, encode, decode })
  const base = await runner.stage(definition, { x: 1 })
  const { key, value } = await runner.stage(next, { bases: [base] })
  expect(value).toBe(2)
  expect(run.mock.calls[0][0].bases[0]).toBe(base)
  expect(stageKey(next, { bases: [base] })).toEqual({
    key,
    recipe: `{"inputs":{"bases":[{"$stage":"${base.key}"}]},"name":"next","version":1}`,
  })
  await runner.stage(next, { bases: [await runner.stage(definition, { x: 1 })] })
  expect(run).toHaveBeenCalledTimes(1)
})

test('requests for the same key at the same time share one computation', async () => {
  const { definition, run, runner } = setup()
  const results = await Promise.all([1, 1, 2, 1].map((x) => runner.stage(definition, { x })))
  expect(results.map(({ value }) => value.y)).toEqual([2, 2, 3, 2])
  expect(run).toHaveBeenCalledTimes(2)
})

test('requests that failed together and are tried again share one computation again', async () => {
  const { runner } = setup()
  const run = vi.fn(async () => 1).mockRejectedValueOnce(new Error('device lost'))
  const definition = defineStage({ name: 'flaky', version: 1, run, encode, decode })
  const retry = () => runner.stage(definition, {}).catch(() => runner.stage(definition, {}))
  const results = await Promise.all([retry(), retry(), retry()])
  expect(results.map(({ value }) => value)).toEqual([1, 1, 1])
  expect(run).toHaveBeenCalledTimes(2)
})

test('a corrupted blob is reported and computed again', async () => {
  const { definition, run, runner, storage, types, events } = setup()
  const { key } = await runner.stage(definition, { x: 1 })
  await storage.setItemRaw(`artifacts:${key}:value.json`, new TextEncoder().encode('{"y":3}'))
  expect((await runner.stage(definition, { x: 1 })).value).toEqual({ y: 2 })
  expect(run).toHaveBeenCalledTimes(2)
  expect(types().slice(2)).toEqual(['stage-corrupt', 'stage-start', 'stage-done'])
  expect(events[2]).toMatchObject({ key, name: 'add', reason: expect.stringMatching(/^value.json is altered/) })
  expect((await runner.stage(definition, { x: 1 })).value).toEqual({ y: 2 })
  expect(run).toHaveBeenCalledTimes(2)
})

test('an artifact that cannot be decoded any more is reported and computed again', async () => {
  const { definition, runner, store, events } = setup()
  const { key } = await runner.stage(definition, { x: 1 })
  await store.put(key, { 'other.json': new Uint8Array(1) }, {})
  expect((await runner.stage(definition, { x: 1 })).value).toEqual({ y: 2 })
  expect(events[2]).toMatchObject({ type: 'stage-corrupt', reason: expect.stringMatching(/^cannot be decoded: /) })
})

test('the first run gives the decoded value too, and an output that cannot be decoded is not stored', async () => {
  const { runner, store } = setup()
  const run = async () => ({ kept: 1, dropped: undefined })
  const lossy = await runner.stage(defineStage({ name: 'lossy', version: 1, run, encode, decode }), {})
  expect(Object.keys(lossy.value)).toEqual(['kept'])
  const broken = defineStage({ name: 'broken', version: 1, run, encode: () => ({}), decode })
  await expect(runner.stage(broken, {})).rejects.toThrow()
  expect(await store.keys()).toEqual([lossy.key])
})

test('an abort throws its reason and keeps the checkpoint; the next run resumes from it', async () => {
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const { runner, storage, store } = setup({ signal: controller.signal, checkpointEveryMs: 0 })
  const seen: number[] = []
  const interrupted = counting((count) => count === 3 && controller.abort(reason))
  await expect(runner.stage(interrupted, { steps: 5 })).rejects.toBe(reason)
  await expect(runner.stage(interrupted, { steps: 5 })).rejects.toBe(reason)
  expect(await store.keys()).toEqual([])

  const again = setup({ checkpointEveryMs: 0 }, storage)
  const { key, value } = await again.runner.stage(
    counting((count) => seen.push(count)),
    { steps: 5 },
  )
  expect(value).toBe(5)
  expect(seen).toEqual([4, 5])
  expect(again.events[1]).toEqual({ type: 'stage-progress', key, name: 'count', step: 4, steps: 5, loss: 0.25 })
  expect((await again.store.get(key))!.provenance.resumed).toBe(true)
  expect((await storage.getKeys()).filter((path) => path.startsWith('checkpoints'))).toEqual([])
})

test('a run that returns after an abort, or fails in another way, is not taken for finished', async () => {
  for (const end of [() => 1, () => expect.unreachable('an error of its own')]) {
    const controller = new AbortController()
    const { runner, store } = setup({ signal: controller.signal })
    const run = async () => {
      controller.abort(new Error('stop'))
      return end()
    }
    await expect(runner.stage(defineStage({ name: 's', version: 1, run, encode, decode }), {})).rejects.toThrow(
      /^stop$/,
    )
    expect(await store.keys()).toEqual([])
  }
})

test('a failing stage leaves nothing but its checkpoint and can be tried again', async () => {
  const { runner, storage, events } = setup({ checkpointEveryMs: 0 })
  let failing = true
  const definition = counting((count) => {
    if (failing && count === 2) throw new Error('device lost')
  })
  const requests = [runner.stage(definition, { steps: 3 }), runner.stage(definition, { steps: 3 })]
  for (const result of await Promise.allSettled(requests))
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'device lost' } })
  // the state, and which adapters made it
  expect((await storage.getKeys()).sort()).toEqual([
    expect.stringMatching(/^checkpoints:count-[0-9a-f]{32}-adapters\.0$/),
    expect.stringMatching(/^checkpoints:count-[0-9a-f]{32}\.[01]$/),
  ])
  failing = false
  expect((await runner.stage(definition, { steps: 3 })).value).toBe(3)
  expect(events.filter((event) => event.type === 'stage-progress').map((event) => event.step)).toEqual([1, 2, 3])
})

test('a corrupt checkpoint is reported and the stage starts from the beginning', async () => {
  const { runner, storage, events } = setup()
  const definition = counting(() => {})
  const { key } = stageKey(definition, { steps: 2 })
  await storage.setItemRaw(`checkpoints:${key}.0`, new Uint8Array(100))
  expect((await runner.stage(definition, { steps: 2 })).value).toBe(2)
  expect(events[1]).toMatchObject({ type: 'stage-corrupt', key, reason: 'checkpoint 0 is truncated or altered' })
  expect(await storage.getKeys('checkpoints')).toEqual([])
})

test('a checkpoint is due checkpointEveryMs after the last', async () => {
  const now = vi.spyOn(performance, 'now')
  try {
    const due: boolean[] = []
    const { runner } = setup()
    const run = async (_: object, { checkpoint }: StageContext) => {
      const start = performance.now()
      for (const [ms, save] of [
        [9_999, 0],
        [10_000, 0],
        [10_000, 1],
        [19_999, 0],
        [20_000, 0],
      ]) {
        now.mockReturnValue(start + ms)
        due.push(checkpoint.due())
        if (save) await checkpoint.save(new Uint8Array(1))
      }
      return 1
    }
    now.mockReturnValue(1000)
    await runner.stage(defineStage({ name: 'due', version: 1, run, encode, decode }), {})
    expect(due).toEqual([false, true, true, false, true])
  } finally {
    now.mockRestore()
  }
})

test('mistakes are named', async () => {
  const { definition, runner } = setup()
  expect(() => defineStage({ ...definition, name: 'Add' })).toThrow('name "Add" must be')
  expect(() => defineStage({ ...definition, version: 0 })).toThrow('version of add is 0')
  await expect(runner.stage(definition, { x: Number.NaN })).rejects.toThrow(
    'stage add: canonicalJson: $.inputs.x is NaN',
  )
  await expect(runner.stage(definition, { x: 1, seed: undefined })).rejects.toThrow('$.inputs.seed is undefined')
  await expect(runner.stage(definition, { x: 1, $stage: 'add-1' } as never)).rejects.toThrow('called $stage')
  await runner.stage(definition, { x: 1 })
  await expect(runner.stage({ ...definition }, { x: 1 })).rejects.toThrow('two definitions of add version 1')
})

test('stages asked for at once run one at a time, in order', async () => {
  const { runner } = setup()
  const log: string[] = []
  const definition = defineStage<{ name: string }, number>({
    name: 'slow',
    version: 1,
    async run({ name }) {
      log.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 5))
      log.push(`${name} ends`)
      return 1
    },
    encode,
    decode,
  })
  await Promise.all(['a', 'b'].map((name) => runner.stage(definition, { name })))
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})

test('a failure refuses what waits behind it, and nothing that is asked for later', async () => {
  const { runner, definition, run } = setup()
  const fail = async (): Promise<number> => {
    throw new Error('diverged')
  }
  const failing = defineStage({ name: 'failing', version: 1, run: fail, encode, decode })
  const together = [runner.stage(failing, {}), runner.stage(definition, { x: 1 })]
  for (const result of await Promise.allSettled(together))
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'diverged' } })
  expect(run).not.toHaveBeenCalled()
  expect((await runner.stage(definition, { x: 1 })).value).toEqual({ y: 2 })
})

test('an artifact finished on another adapter than it was begun on names both', async () => {
  let limit = 2
  const definition = counting((count) => {
    if (count === limit) throw new Error('the machine is gone')
  })
  const { runner, storage } = setup({ checkpointEveryMs: 0, provenance: { adapter: { name: 'first' } } })
  await expect(runner.stage(definition, { steps: 4 })).rejects.toThrow('gone')
  limit = 3
  const second = setup({ checkpointEveryMs: 0, provenance: { adapter: { name: 'second' } } }, storage)
  await expect(second.runner.stage(definition, { steps: 4 })).rejects.toThrow('gone')
  limit = Infinity
  const third = setup({ checkpointEveryMs: Infinity, provenance: { adapter: { name: 'first' } } }, storage)
  const { key } = await third.runner.stage(definition, { steps: 4 })
  expect(await storage.getKeys('checkpoints')).toEqual([])
  const { provenance } = (await third.store.get(key))!
  expect(provenance).toMatchObject({ adapter: { name: 'first' }, resumed: true, resumedFrom: [{ name: 'second' }] })
  expect((await storage.getKeys()).filter((path) => path.startsWith('checkpoints'))).toEqual([])
})
