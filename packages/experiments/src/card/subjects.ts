// Models of finished runs as subjects of a card: of another card, or of the deliberative study.

import { type ModelFile, readModel } from '@nanoalign/model'
import type { ArmName } from '../deliberative/arms.ts'
import type { DeliberativeResult } from '../deliberative/result.ts'
import { Artifact } from '../stages/stage.ts'
import type { ArtifactStore } from '../stages/store.ts'
import type { CardResult, ModelName } from './result.ts'
import type { CardSubject } from './study.ts'

/** Arms that a model after mitigation is taken from, the first that the run has. */
const AFTER: readonly ArmName[] = ['sft-rl', 'sft', 'expert-iteration', 'unfiltered']

/** The model before and after mitigation of a finished card or study. @throws Error naming what is missing. */
export async function subjectsOfRun(
  store: ArtifactStore,
  command: string,
  result: unknown,
): Promise<{ subjects: CardSubject[]; world: CardResult['world'] }> {
  if (command === 'card') {
    const { models, seeds, world } = result as CardResult
    const subjects = models
      .filter(({ name }) => name !== 'baseline')
      .map(async (model): Promise<CardSubject> => {
        const keys = seeds.map(({ seed, models: each }) => ({ seed, key: each[model.name]!.key }))
        return { ...model, models: await loadAll(store, keys) }
      })
    return { subjects: await Promise.all(subjects), world }
  }
  if (command === 'deliberate') {
    const { seeds, world } = result as DeliberativeResult
    const subject = async (name: ModelName, arm: ArmName, label: string): Promise<CardSubject> => {
      const keys = seeds.map(({ seed, arms }) => ({ seed, key: arms[arm]!.key }))
      return { name, label, models: await loadAll(store, keys) }
    }
    const has = (arm: ArmName) => seeds.every(({ arms }) => arms[arm])
    const after = AFTER.find(has)
    if (!after)
      throw new Error(
        `the run has no arm that thinks and was trained for safety (${AFTER.join(', ')}), so there is nothing to evaluate after mitigation; run deliberate with one of them`,
      )
    return {
      subjects: [
        ...(has('none') ? [await subject('before', 'none', 'before mitigation')] : []),
        await subject('after', after, `after mitigation (${after})`),
      ],
      world,
    }
  }
  throw new Error(
    `a run of "nanoalign ${command}" cannot be asked: its model was not trained on the policy world’s words. Cards are made of runs of deliberate, reason and card; "nanoalign card" alone trains a model that all evaluations apply to`,
  )
}

const loadAll = (store: ArtifactStore, keys: readonly { seed: number; key: string }[]) =>
  Promise.all(keys.map(async ({ seed, key }) => ({ seed, model: await load(store, key) })))

async function load(store: ArtifactStore, key: string): Promise<Artifact<{ model: ModelFile }>> {
  const found = await store.get(key)
  const bytes = found?.blobs['model.safetensors']
  if (!bytes)
    throw new Error(
      `the model ${key} is not in the store any more; the command that made its run makes it again, from what is left`,
    )
  return new Artifact(key, { model: readModel(bytes) })
}
