// What of a store can go: the stages that no run refers to, and, to fit into a given space, those of finished runs.
// Whatever is removed can be computed again; reports and results are in the runs' own folders.

import type { Storage } from 'unstorage'
import type { Entry, OpenedStore } from './open-store.ts'
import { type Reference, readReferences } from './references.ts'

/** Younger than this, something may belong to a run that has not said so yet. */
export const GRACE_MS = 3_600_000
/** A run elsewhere that has said nothing for so long has ended. */
const SILENT_MS = 2 * 24 * 3_600_000

export type Why = 'no run refers to it' | 'its run is finished' | 'it was never completed'

export interface GcOptions {
  /** Whether the run of a reference exists at this moment; undefined when that cannot be known from here. */
  runExists(reference: Reference): boolean | undefined
  /** Whether that run is at work at this moment; undefined when that cannot be known from here. */
  runIsLive(reference: Reference): Promise<boolean | undefined>
  /** Bytes the store may take. Without it, everything that no run refers to goes. */
  maxBytes?: number
  dryRun?: boolean
  /** milliseconds since 1970 */
  now?: number
}

export interface GcResult {
  /** bytes and count before */
  bytes: number
  items: number
  removed: { key: string; bytes: number; why: Why }[]
  /** bytes that live and unfinished runs need, which no budget removes */
  held: number
}

interface Item {
  key: string
  bytes: number
  newest: number
  whole: boolean
  paths: string[]
}

/** @throws Error when a reference is damaged or the store cannot be read. */
export async function collectGarbage(store: OpenedStore, options: GcOptions): Promise<GcResult> {
  const { maxBytes, dryRun = false, now = Date.now() } = options
  const items = [...itemsOf(await store.entries('artifacts')), ...itemsOf(await store.entries('checkpoints'))]
  const total = items.reduce((sum, { bytes }) => sum + bytes, 0)
  const { needed, finished } = await usesOf(store.storage, options, now)
  const removable = items.filter(({ key, newest }) => !needed.has(key) && newest < now - GRACE_MS)
  const order = (item: Item) => finished.get(item.key) ?? -1 // what nobody refers to first
  removable.sort((a, b) => order(a) - order(b) || a.newest - b.newest)

  const removed: GcResult['removed'] = []
  const pathsOf = new Map<object, string[]>()
  let left = total
  for (const item of removable) {
    const { key, bytes, whole, paths } = item
    const isFinished = finished.has(key)
    if (maxBytes === undefined ? isFinished && whole : left <= maxBytes && whole) continue
    left -= bytes
    const why = whole ? (isFinished ? 'its run is finished' : 'no run refers to it') : 'it was never completed'
    pathsOf.set(removed[removed.push({ key, bytes, why }) - 1], paths)
  }
  const held = items.reduce((sum, { key, bytes }) => sum + (needed.has(key) ? bytes : 0), 0)
  const result = { bytes: total, items: items.length, removed, held }
  if (dryRun || removed.length === 0) return result

  // a run may have started while the store was being listed
  const again = await usesOf(store.storage, options, now)
  result.removed = removed.filter(
    ({ key, why }) => !again.needed.has(key) && (why !== 'no run refers to it' || !again.finished.has(key)),
  )
  for (const one of result.removed) {
    // the manifest first: what is left after a crash is a missing artifact, not a corrupt one
    const paths = pathsOf.get(one)!.sort((a, b) => Number(isManifest(b)) - Number(isManifest(a)))
    for (const path of paths) await store.storage.removeItem(path)
  }
  for (const path of again.stale) await store.storage.removeItem(path)
  return result
}

/** Keys that live and unfinished runs need, and those of finished runs alone with when the last of them was at work. */
async function usesOf(storage: Storage, { runExists, runIsLive }: GcOptions, now: number) {
  const needed = new Set<string>()
  const finished = new Map<string, number>()
  const stale: string[] = []
  for (const [path, reference] of await readReferences(storage)) {
    if (runExists(reference) === false) {
      stale.push(path)
      continue
    }
    const updated = Date.parse(reference.updated)
    const live = (await runIsLive(reference)) ?? (reference.status === 'running' && updated > now - SILENT_MS)
    for (const key of reference.stages) {
      if (live || reference.status !== 'done') needed.add(key)
      else finished.set(key, Math.max(updated, finished.get(key) ?? 0))
    }
  }
  return { needed, finished, stale }
}

const isManifest = (path: string) => path.endsWith(':manifest.json')

/**
 * `artifacts:<key>:<blob>`, `checkpoints:<key>.<slot>` and `checkpoints:<key>-adapters.<slot>`, put together by key.
 * Other names than those of stages are somebody else's: "artifacts" is a common name for a folder of a shared bucket.
 */
function itemsOf(entries: Entry[]): Item[] {
  const items = new Map<string, Item>()
  for (const { key: path, size, mtime } of entries) {
    const match = /^(artifacts|checkpoints):([a-z0-9-]{1,167}-[0-9a-f]{32})(?::|(?:-adapters)?\.[01]$)/.exec(path)
    if (!match) continue
    const [, kind, key] = match
    const item = items.get(key) ?? { key, bytes: 0, newest: 0, whole: kind === 'checkpoints', paths: [] }
    item.bytes += size
    item.newest = Math.max(item.newest, mtime)
    item.whole ||= isManifest(path)
    item.paths.push(path)
    items.set(key, item)
  }
  return [...items.values()]
}
