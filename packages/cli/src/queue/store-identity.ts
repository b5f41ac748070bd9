// A store's name for itself, so that a worker that was given another store is told so before it computes anything.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Storage } from 'unstorage'

const PLACE = 'store-id'
const SETTLE_MS = 100

/** 12 hex digits, made and kept at the first call. */
export async function storeIdentity(storage: Storage): Promise<string> {
  const read = async () => {
    const bytes = await storage.getItemRaw<Uint8Array>(PLACE)
    const text = bytes ? new TextDecoder().decode(bytes).trim() : ''
    return /^[0-9a-f]{12}$/.test(text) ? text : undefined
  }
  const found = await read()
  if (found) return found
  const name = new TextEncoder().encode(randomUUID().replaceAll('-', '').slice(0, 12))
  // another process may be doing the same: in a bucket the first one's stays, in a folder the last one's
  await storage.setItemRaw(PLACE, name, { ifAbsent: true })
  await sleep(SETTLE_MS)
  return (await read())!
}
