// A store's name for itself, so that a worker that was given another store is told so before it computes anything.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from 'unstorage'
import { DamagedValueError, readSealed, seal } from '../store/sealed.ts'

const PLACE = 'store-id'
const SETTLE_MS = 100

/** 12 hex digits, made and kept at the first call. @throws Error when what is kept is damaged. */
export async function storeIdentity(storage: Storage): Promise<string> {
  const read = () =>
    readSealed(storage, PLACE, 1000).catch((error) => {
      if (!(error instanceof DamagedValueError)) throw error
      throw new Error(`${error.message}; delete that file, and start workers and sweeps anew`)
    })
  const found = await read()
  if (found) return found
  const name = randomUUID().replaceAll('-', '').slice(0, 12)
  // another process may be doing the same: the first one's stays (the last one's where the store cannot tell)
  await storage.setItemRaw(PLACE, seal(name), { ifAbsent: true })
  await sleep(SETTLE_MS)
  return (await read())!
}
