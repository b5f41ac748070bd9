// Where finished artifacts and unfinished work are kept, on any unstorage driver:
//   artifacts:<key>:<blob>          a stage's output
//   artifacts:<key>:manifest.json   written last, so an artifact without it does not exist
//   checkpoints:<key>.<0|1>         the newest state of unfinished work
// A store may be a folder that loses power, a shared drive, a bucket or a browser's database, and several processes may
// work on it at once: every byte read is checked, and what equal work writes twice is the same.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Storage } from 'unstorage'
import { oneLine } from '../one-line.ts'
import { hashOf, hashOfText } from './canonical-json.ts'

export type Blobs = Record<string, Uint8Array>
/** Anything JSON can hold: what produced an artifact (adapter, versions, commit, time, elapsed). Not part of its key. */
export type Provenance = Record<string, unknown>
export type OnCorrupt = (key: string, reason: string) => void

export interface Manifest {
  blobs: Record<string, { length: number; sha256: string }>
  provenance: Provenance
}

/** Where blobs are kept nearer than the store, by their SHA-256 in hex. What it returns is checked again. */
export interface BlobCache {
  get(sha256: string): Promise<Uint8Array | undefined>
  /** Throws nothing: what cannot be kept is read from the store the next time. */
  put(sha256: string, bytes: Uint8Array): Promise<void>
}

const MANIFEST = 'manifest.json'
/** Bytes that were altered on the way are right the next time. */
const READS = 3
const MAX_MANIFEST_BYTES = 2 ** 24
const MAX_CHECKPOINT_BYTES = 2 ** 32
const CHECKPOINT_MAGIC = new TextEncoder().encode('nackpt01')
const CHECKPOINT_HEADER_BYTES = 48 // magic 8, sequence number (u32, little endian) and padding 8, sha256 32

export class ArtifactStore {
  readonly #storage: Storage
  readonly #onCorrupt: OnCorrupt
  readonly #cache: BlobCache | undefined
  readonly #newest = new Map<string, { slot: number; sequence: number }>()

  /** `onCorrupt` hears of every artifact or checkpoint that is there but cannot be trusted. */
  constructor(storage: Storage, onCorrupt: OnCorrupt = () => {}, cache?: BlobCache) {
    this.#storage = storage
    this.#onCorrupt = onCorrupt
    this.#cache = cache
  }

  /**
   * Stores an artifact, in place of any older one of this key. Keys are `[a-z0-9-]+`, blobs are called like
   * `model.safetensors`. If it fails half-way, the artifact does not exist. An artifact of the same bytes, which another
   * process may be reading, stays readable throughout.
   */
  async put(key: string, blobs: Blobs, provenance: Provenance): Promise<void> {
    const manifest: Manifest = { blobs: {}, provenance }
    const names = Object.keys(blobs).sort()
    for (const name of names) {
      checkBlobName(name)
      manifest.blobs[name] = { length: blobs[name].length, sha256: bytesToHex(sha256(blobs[name])) }
    }
    const before = await this.manifest(key, () => {})
    const same = before !== undefined && hashOf(before.blobs) === hashOf(manifest.blobs)
    if (before && !same) await this.remove(key) // or for a moment one manifest would stand over another's blobs
    try {
      for (const name of names) {
        const bytes = new Uint8Array(blobs[name]) // a copy: the memory driver keeps what it is given
        await this.#storage.setItemRaw(artifactPath(key, name), bytes)
        await this.#cache?.put(manifest.blobs[name].sha256, bytes)
      }
      const text = `${JSON.stringify({ format: 2, ...manifest, sum: sumOf(manifest) }, null, 2)}\n`
      await this.#storage.setItemRaw(artifactPath(key, MANIFEST), new TextEncoder().encode(text))
    } catch (error) {
      if (!same) await this.remove(key).catch(() => {}) // the first error is the one to tell
      throw error
    }
  }

  /** The artifact, or undefined if there is none or (after a word to `onCorrupt`) if its bytes are not those put. */
  async get(key: string, onCorrupt = this.#onCorrupt): Promise<{ blobs: Blobs; provenance: Provenance } | undefined> {
    const manifest = await this.manifest(key, onCorrupt)
    if (!manifest) return undefined
    const blobs: Blobs = {}
    for (const [name, wanted] of Object.entries(manifest.blobs)) {
      const cached = await this.#cache?.get(wanted.sha256)
      if (cached && !differs(cached, wanted)) {
        blobs[name] = cached
        continue
      }
      const { bytes, problem } = await this.#readRight(artifactPath(key, name), wanted.length, (bytes) =>
        differs(bytes, wanted),
      )
      if (!bytes) {
        onCorrupt(key, `${name} ${problem ?? 'is missing'}`)
        return undefined
      }
      blobs[name] = bytes
      await this.#cache?.put(wanted.sha256, bytes)
    }
    return { blobs, provenance: manifest.provenance }
  }

  /** What is said of the artifact, without reading its blobs; undefined as for {@link get}. */
  async manifest(key: string, onCorrupt = this.#onCorrupt): Promise<Manifest | undefined> {
    let manifest: Manifest | undefined
    const { problem } = await this.#readRight(artifactPath(key, MANIFEST), MAX_MANIFEST_BYTES, (bytes) => {
      try {
        manifest = parseManifest(bytes)
      } catch (error) {
        // V8's errors about JSON quote it, whatever it holds
        return oneLine((error as Error).message)
      }
    })
    if (problem !== undefined) onCorrupt(key, `${MANIFEST} is not valid: ${problem}`)
    return manifest
  }

  /** Whether the artifact was completely written once; only {@link get} checks its bytes. */
  has(key: string): Promise<boolean> {
    return this.#storage.hasItem(artifactPath(key, MANIFEST))
  }

  async remove(key: string): Promise<void> {
    // the manifest first: what is left after a crash is a missing artifact, not a corrupt one
    await this.#storage.removeItem(artifactPath(key, MANIFEST))
    for (const path of await this.#storage.getKeys(`artifacts:${key}`)) await this.#storage.removeItem(path)
  }

  /** The keys of all artifacts, sorted. */
  async keys(): Promise<string[]> {
    const paths = await this.#storage.getKeys('artifacts')
    return paths.flatMap((path) => /^artifacts:([a-z0-9-]+):manifest\.json$/.exec(path)?.[1] ?? []).sort()
  }

  /** Stores the state of unfinished work. The state before it is removed only when this one is complete. */
  async putCheckpoint(key: string, bytes: Uint8Array): Promise<void> {
    const before = this.#newest.get(checkKey(key)) ?? (await this.#newestCheckpoint(key, () => {}))
    const slot = before ? 1 - before.slot : 0
    const sequence = (before?.sequence ?? 0) + 1
    const frame = new Uint8Array(CHECKPOINT_HEADER_BYTES + bytes.length)
    frame.set(CHECKPOINT_MAGIC)
    new DataView(frame.buffer).setUint32(8, sequence, true)
    frame.set(bytes, CHECKPOINT_HEADER_BYTES)
    frame.set(checkpointDigest(frame), 16)
    await this.#storage.setItemRaw(checkpointPath(key, slot), frame)
    this.#newest.set(key, { slot, sequence })
    await this.#storage.removeItem(checkpointPath(key, 1 - slot))
  }

  /** The newest intact state put, or undefined; `onCorrupt` hears of each that is not intact. */
  async getCheckpoint(key: string, onCorrupt = this.#onCorrupt): Promise<Uint8Array | undefined> {
    return (await this.#newestCheckpoint(checkKey(key), onCorrupt))?.payload
  }

  async removeCheckpoint(key: string): Promise<void> {
    this.#newest.delete(checkKey(key))
    for (const slot of [0, 1]) await this.#storage.removeItem(checkpointPath(key, slot))
  }

  async #newestCheckpoint(key: string, onCorrupt: OnCorrupt) {
    let newest: { slot: number; sequence: number; payload: Uint8Array } | undefined
    for (const slot of [0, 1]) {
      const path = checkpointPath(key, slot)
      const { bytes: frame, problem } = await this.#readRight(path, MAX_CHECKPOINT_BYTES, checkpointProblem)
      if (problem !== undefined) onCorrupt(key, `checkpoint ${slot} ${problem}`)
      if (!frame) continue
      const sequence = new DataView(frame.buffer).getUint32(8, true)
      if (!newest || sequence > newest.sequence)
        newest = { slot, sequence, payload: frame.slice(CHECKPOINT_HEADER_BYTES) }
    }
    return newest
  }

  /** What is at `path`, read again while `check` finds a problem with it; neither bytes nor a problem when nothing is there. */
  async #readRight(
    path: string,
    maxBytes: number,
    check: (bytes: Uint8Array) => string | undefined,
  ): Promise<{ bytes?: Uint8Array<ArrayBuffer>; problem?: string }> {
    let problem: string | undefined
    for (let round = 0; round < READS; round++) {
      const bytes = await this.#read(path, maxBytes)
      if (!bytes) return {}
      problem = check(bytes)
      if (problem === undefined) return { bytes }
    }
    return { problem }
  }

  /** `maxBytes` bounds the memory: drivers that know it stop one byte later, which then fails the check of the length. */
  async #read(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const raw: unknown = await this.#storage.getItemRaw(path, { maxBytes })
    if (raw === null || raw === undefined) return undefined
    if (raw instanceof Error) throw raw // unstorage's own fs driver returns, rather than throws, a failure to read
    // always a copy in a plain Uint8Array: a Buffer has another slice(), and the memory driver gives its only copy away
    if (raw instanceof ArrayBuffer) return new Uint8Array(raw.slice(0))
    if (ArrayBuffer.isView(raw)) return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength).slice()
    return new Uint8Array(0) // some other type, not written by this class: fails its checksum
  }
}

function parseManifest(bytes: Uint8Array): Manifest {
  const { format, blobs, provenance, sum } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) ?? {}
  // the first format, which early stores have, had no sum
  if (format !== 1 && format !== 2) throw new Error(`its format is ${JSON.stringify(format)}, not 2`)
  if (format === 2 && sumOf({ blobs, provenance }) !== sum) throw new Error('its sha256 is not the one it gives')
  if (!isRecord(blobs) || !isRecord(provenance)) throw new Error('it has no blobs or no provenance')
  for (const [name, blob] of Object.entries(blobs)) {
    checkBlobName(name)
    const { length, sha256: digest } = isRecord(blob) ? blob : {}
    if (!Number.isSafeInteger(length) || (length as number) < 0 || !/^[0-9a-f]{64}$/.test(String(digest)))
      throw new Error(`it does not give the length and sha256 of ${name}`)
  }
  return { blobs: blobs as Manifest['blobs'], provenance }
}

const sumOf = ({ blobs, provenance }: Manifest) => hashOfText(JSON.stringify({ blobs, provenance }))

/** Why `bytes` are not the ones that the manifest tells of; undefined when they are. */
function differs(bytes: Uint8Array, wanted: Manifest['blobs'][string]): string | undefined {
  if (bytes.length !== wanted.length) return `has ${bytes.length} bytes instead of ${wanted.length}`
  if (bytesToHex(sha256(bytes)) !== wanted.sha256) return 'is altered: its sha256 is not the one in the manifest'
  return undefined
}

function checkpointProblem(frame: Uint8Array): string | undefined {
  const isWhole =
    frame.length >= CHECKPOINT_HEADER_BYTES &&
    sameBytes(frame.subarray(0, 8), CHECKPOINT_MAGIC) &&
    sameBytes(frame.subarray(16, CHECKPOINT_HEADER_BYTES), checkpointDigest(frame))
  return isWhole ? undefined : 'is truncated or altered'
}

function checkpointDigest(frame: Uint8Array): Uint8Array {
  return sha256.create().update(frame.subarray(8, 16)).update(frame.subarray(CHECKPOINT_HEADER_BYTES)).digest()
}

function artifactPath(key: string, name: string): string {
  return `artifacts:${checkKey(key)}:${name}`
}

// not a folder per key: most checkpoints are removed again, and folders would stay behind
function checkpointPath(key: string, slot: number): string {
  return `checkpoints:${key}.${slot}`
}

function checkKey(key: string): string {
  if (!/^[a-z0-9-]{1,200}$/.test(key))
    throw new RangeError(`ArtifactStore: key ${JSON.stringify(key)} must be 1 to 200 of a-z, 0-9 and -`)
  return key
}

function checkBlobName(name: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name) || name === MANIFEST)
    throw new RangeError(`ArtifactStore: a blob cannot be called ${JSON.stringify(name)}`)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
