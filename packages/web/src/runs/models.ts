// The models that a run left in this browser's store, found by what their manifests say they were made from.

import { openArtifacts } from '../store/artifacts.ts'
import type { RunRecord } from '../store/runs.ts'

const FILE = 'model.safetensors'

export interface StoredModel {
  key: string
  /** such as `seed 1, model c` */
  name: string
  bytes: number
}

interface Recipe {
  name?: string
  inputs?: Record<string, unknown>
}

/** Pretrained models of a weak-to-strong run, by seed and size; empty once they have been deleted. */
export async function modelsOf(run: RunRecord): Promise<StoredModel[]> {
  if (run.page !== 'weak-to-strong') return []
  const query = new URLSearchParams(run.query)
  const list = (name: string) => query.get(name)?.split(/[,;]/) ?? []
  const seeds = new Set(list('seeds').map(Number))
  const sizes = new Set([...list('weak'), ...list('strong'), ...list('grid')])
  const store = openArtifacts()
  const found: StoredModel[] = []
  for (const key of await store.keys()) {
    if (!key.startsWith('w2s-pretrain-')) continue
    const manifest = await store.manifest(key)
    const { inputs } = (manifest?.provenance.stage ?? {}) as Recipe
    const file = manifest?.blobs[FILE]
    const { worldSeed, sizeName } = inputs ?? {}
    if (!file || typeof sizeName !== 'string' || !seeds.has(Number(worldSeed))) continue
    if (sizes.has(sizeName.split(' ')[0]))
      found.push({ key, name: `seed ${worldSeed}, model ${sizeName}`, bytes: file.length })
  }
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** The model as a safetensors file. @throws Error when it is no longer there, or damaged. */
export async function modelFile(key: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await openArtifacts().get(key)
  if (!found) throw new Error('this model is no longer in the store, or damaged; the run makes it again')
  return new Uint8Array(found.blobs[FILE])
}
