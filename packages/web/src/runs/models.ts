// The models that a run left in this browser's store.

import { openArtifacts } from '../store/artifacts.ts'
import type { RunRecord, StoredModel } from '../store/runs.ts'

const FILE = 'model.safetensors'

/** Those that are still there, with the sizes of their files. */
export async function modelsOf({ models = [] }: RunRecord): Promise<(StoredModel & { bytes: number })[]> {
  const store = openArtifacts()
  const found = await Promise.all(
    models.map(async (model) => {
      const file = (await store.manifest(model.key))?.blobs[FILE]
      return file ? [{ ...model, bytes: file.length }] : []
    }),
  )
  return found.flat().sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** The model as a safetensors file. @throws Error when it is no longer there, or damaged. */
export async function modelFile(key: string): Promise<Uint8Array<ArrayBuffer>> {
  const found = await openArtifacts().get(key)
  if (!found) throw new Error('this model is no longer in the store, or damaged; the run makes it again')
  return new Uint8Array(found.blobs[FILE])
}
