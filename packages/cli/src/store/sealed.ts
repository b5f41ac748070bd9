// Small values of a store that are no artifacts, and so have no manifest: each carries its own checksum, or a single altered
// bit could make one name or key another that is as good.

import { createHash } from 'node:crypto'
import type { Storage } from 'unstorage'

/** Bytes altered on the way are right the next time. */
const TRIES = 5

export class DamagedValueError extends Error {
  override readonly name = 'DamagedValueError'
}

const sumOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** `text` below a line with its SHA-256. */
export function seal(text: string): Uint8Array {
  return new TextEncoder().encode(`${sumOf(text)}\n${text}`)
}

/** The text, or undefined when it is not the one that was sealed. */
export function unseal(bytes: Uint8Array): string | undefined {
  const [, sum, text] = /^([0-9a-f]{64})\n(.*)$/s.exec(new TextDecoder().decode(bytes)) ?? []
  return text !== undefined && sumOf(text) === sum ? text : undefined
}

/** The text at `key`, or undefined when nothing is there. @throws DamagedValueError when it stays altered. */
export async function readSealed(storage: Storage, key: string, maxBytes: number): Promise<string | undefined> {
  for (let round = 0; round < TRIES; round++) {
    const bytes = await storage.getItemRaw<Uint8Array>(key, { maxBytes })
    if (!bytes) return undefined
    const text = unseal(bytes)
    if (text !== undefined) return text
  }
  throw new DamagedValueError(`${key} in the store is damaged`)
}
