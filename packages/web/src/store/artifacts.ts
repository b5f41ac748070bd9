// Where this browser keeps finished stages and checkpoints: the same store as everywhere, on IndexedDB.

import { ArtifactStore } from '@nanoalign/experiments'
import { createStorage } from 'unstorage'
import indexedDb from 'unstorage/drivers/indexedb'

const DATABASE = 'nanoalign-artifacts'

export function openArtifacts(): ArtifactStore {
  return new ArtifactStore(createStorage({ driver: indexedDb({ dbName: DATABASE, storeName: 'blobs' }) }))
}

/** Removes every trained model and checkpoint. Reports of finished runs stay. */
export function clearArtifacts(): Promise<void> {
  return createStorage({ driver: indexedDb({ dbName: DATABASE, storeName: 'blobs' }) }).clear()
}
