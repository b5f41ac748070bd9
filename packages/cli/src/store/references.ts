// Which stages a run needs, kept in the store beside them (references:<run>-<place>), so that `runs gc` on any machine
// knows what it must leave alone.

import { hostname } from 'node:os'
import { hashOf } from '@nanoalign/experiments'
import type { Storage } from 'unstorage'
import { z } from 'zod'
import { DamagedValueError, readSealed, seal } from './sealed.ts'

const MAX_BYTES = 2 ** 26
const FLUSH_MS = 5_000
/** A run that goes on says so at least this often. */
const HEARTBEAT_MS = 600_000

const referenceSchema = z.object({
  format: z.literal(1),
  run: z.string(),
  /** the machine and the folder of the run */
  host: z.string(),
  folder: z.string(),
  status: z.enum(['running', 'done', 'unfinished']),
  /** ISO 8601 */
  updated: z.string(),
  stages: z.array(z.string().regex(/^[a-z0-9-]{1,200}$/)),
})
export type Reference = z.infer<typeof referenceSchema>

/** All references in a store, by their keys in it. @throws Error that names one that cannot be read. */
export async function readReferences(storage: Storage): Promise<Map<string, Reference>> {
  const references = new Map<string, Reference>()
  for (const key of await storage.getKeys('references')) {
    const reference = await readReference(storage, key)
    if (reference) references.set(key, reference)
  }
  return references
}

async function readReference(storage: Storage, key: string): Promise<Reference | undefined> {
  try {
    const text = await readSealed(storage, key, MAX_BYTES)
    return text === undefined ? undefined : parseReference(text)
  } catch (error) {
    if (!(error instanceof DamagedValueError || error instanceof SyntaxError || error instanceof NoReferenceError))
      throw error
    throw new Error(
      `${key} in the store is damaged, so what its run needs is not known; run it again, or delete that file`,
    )
  }
}

export class NoReferenceError extends Error {
  override readonly name = 'NoReferenceError'
}

/** @throws SyntaxError or NoReferenceError. */
export function parseReference(text: string): Reference {
  const parsed = referenceSchema.safeParse(JSON.parse(text))
  if (!parsed.success) throw new NoReferenceError(parsed.error.issues[0].message)
  return parsed.data
}

/** Notes the stages of one run as they are asked for. A failure to write is silent: the run's own writes will tell. */
export class ReferenceKeeper {
  readonly #storage: Storage
  readonly #key: string
  readonly #reference: Reference
  readonly #stages = new Set<string>()
  #written = -Infinity
  #pending = false
  #writing: Promise<void> = Promise.resolve()

  constructor(storage: Storage, run: string, folder: string) {
    this.#storage = storage
    this.#key = `references:${run}-${hashOf({ host: hostname(), folder }).slice(0, 8)}`
    this.#reference = { format: 1, run, host: hostname(), folder, status: 'running', updated: '', stages: [] }
  }

  /** The run starts, and is known to need `stages`; what an earlier start of it has needed stays noted. */
  async open(stages: Iterable<string> = []): Promise<void> {
    for (const key of stages) this.#stages.add(key)
    const before = await readReference(this.#storage, this.#key).catch(() => undefined)
    for (const key of before?.stages ?? []) this.#stages.add(key)
    await this.#write()
  }

  /** The run needs this stage. Returns at once. */
  add(key: string): void {
    if (!this.#stages.has(key)) this.#pending = true
    this.#stages.add(key)
    const age = performance.now() - this.#written
    if (age > HEARTBEAT_MS || (this.#pending && age > FLUSH_MS)) void this.#write()
  }

  async close(status: 'done' | 'unfinished'): Promise<void> {
    this.#reference.status = status
    await this.#write()
  }

  #write(): Promise<void> {
    this.#written = performance.now()
    this.#pending = false
    const reference = { ...this.#reference, updated: new Date().toISOString(), stages: [...this.#stages].sort() }
    const bytes = seal(`${JSON.stringify(reference)}\n`)
    // one after the other, or an older list could end on top
    this.#writing = this.#writing.then(() => this.#storage.setItemRaw(this.#key, bytes)).catch(() => {})
    return this.#writing
  }
}
