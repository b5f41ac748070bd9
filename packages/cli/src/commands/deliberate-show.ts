// nanoalign deliberate show and deliberate models: what a run left behind.

import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type DeliberativeResult, DeliberativeScores, hashOf, transcript, transcriptText } from '@nanoalign/experiments'
import { gptParameters, readModel, writeModel } from '@nanoalign/model'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { GlobalOptions } from '../options.ts'
import { type Run, RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'

export interface ShowOptions extends GlobalOptions {
  item: number
  set: string
  seed?: number
  json?: boolean
}

export interface ModelsOptions extends GlobalOptions {
  to: string
  seed?: number
}

export async function show(host: Host, word: string, { item, set, seed, json, ...given }: ShowOptions): Promise<void> {
  const { result, s } = await finished(new RunStore(given, host.env), word, seed)
  const sets = Object.keys(Object.values(result.seeds[s].arms)[0]!.answers)
  if (!sets.includes(set)) throw new UsageError(notOneOf('--set', set, sets))
  let one: ReturnType<typeof transcript>
  try {
    one = transcript(new DeliberativeScores(result), s, set, item)
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--item: ${error.message}`)
    throw error
  }
  host.stdout(json ? `${JSON.stringify(one, null, 2)}\n` : transcriptText(one))
}

/** Each arm's model in half precision, and arms.json, which says where they come from. */
export async function models(host: Host, word: string, { to, seed, ...given }: ModelsOptions): Promise<void> {
  const store = new RunStore(given, host.env)
  const { run, result, s } = await finished(store, word, seed)
  const folder = resolve(to)
  await mkdir(folder, { recursive: true })
  const files: Record<string, { file: string; bytes: number }> = {}
  for (const [arm, { key }] of Object.entries(result.seeds[s].arms)) {
    const found = await store.stages.get(key, (_, reason) => host.stderr(`warning: ${key} ${reason}\n`))
    if (!found)
      throw new UsageError(`the model of arm ${arm} is no longer in ${store.folder}; run: ${run.state.command}`)
    const model = readModel(found.blobs['model.safetensors'])
    const bytes = writeModel(gptParameters(model.config), model, 'F16')
    files[arm] = { file: `${arm}.safetensors`, bytes: bytes.length }
    await writeFile(join(folder, files[arm].file), bytes)
  }
  const { command, adapter, finished: date, versions } = run.state
  const origin = { seed: result.seeds[s].seed, world: hashOf(result.world as never), command, adapter, date, versions }
  await writeFile(join(folder, 'arms.json'), `${JSON.stringify({ ...origin, arms: files }, null, 2)}\n`)
  host.stdout(`${Object.keys(files).length} models and arms.json in ${folder}\n`)
}

/** @throws UsageError when there is no such run, result or seed. */
async function finished(store: RunStore, word: string, seed: number | undefined) {
  const run: Run = await store.find(word)
  if (run.config.command !== 'deliberate')
    throw new UsageError(`run ${run.id} was made by "nanoalign ${run.config.command}", not by deliberate`)
  const result = (await store.readJson(run.id, 'result.json')) as DeliberativeResult | undefined
  if (!result)
    throw new UsageError(`run ${run.id} has no result yet (${run.state.status}); continue it: ${run.state.command}`)
  const seedsOfRun = result.seeds.map((each) => each.seed)
  const s = seed === undefined ? 0 : seedsOfRun.indexOf(seed)
  if (s < 0) throw new UsageError(`--seed ${seed} is not one of the run's seeds: ${seedsOfRun.join(', ')}`)
  return { run, result, s }
}
