// Everything done in this browser: one small record per run, its report included. Trained models are in artifacts.ts.

import type { Benchmark, Report } from '@nanoalign/experiments'
import { signal } from '@preact/signals'
import { createStore, del, get, set, values } from 'idb-keyval'

export type RunStatus = 'running' | 'paused' | 'stopped' | 'failed' | 'done'

/** The pages that make runs, by the name in their address; the home page's is written out. */
export const runPages = ['weak-to-strong', 'games', 'deliberative', 'reasoning', 'card', 'train', 'kernels'] as const
export type RunPage = (typeof runPages)[number]

export interface StoredModel {
  /** of the artifact */
  key: string
  name: string
}

export interface RunRecord {
  format: 1
  id: string
  page: RunPage
  name: string
  /** the configuration, as in the page's address */
  query: string
  status: RunStatus
  /** ISO 8601 */
  created: string
  updated: string
  /** of work, pauses not counted */
  seconds: number
  adapter?: string
  error?: string
  report?: Report
  /** of the result's exact numbers: equal hashes are equal bits */
  resultHash?: string
  /** what it trained, in this browser's store of artifacts */
  models?: StoredModel[]
  /** of a benchmark: what it measured, to compare others with */
  benchmark?: Benchmark
}

/** All runs, newest first; undefined until they have been read. */
export const runs = signal<RunRecord[] | undefined>(undefined)

const store = createStore('nanoalign-runs', 'runs')
const channel = new BroadcastChannel('nanoalign-runs')
channel.onmessage = () => refreshRuns()

export async function refreshRuns(): Promise<RunRecord[]> {
  const all = await values<RunRecord>(store)
  runs.value = all.sort((a, b) => b.created.localeCompare(a.created))
  return runs.value
}

export async function saveRun(record: RunRecord): Promise<void> {
  await set(record.id, { ...record, updated: new Date().toISOString() }, store)
  await changed()
}

/** The record of a run that begins, or that goes on if one of this configuration is unfinished. */
export async function beginRun({ page, query, name }: Pick<RunRecord, 'page' | 'query' | 'name'>): Promise<RunRecord> {
  const all = runs.value ?? (await refreshRuns())
  const unfinished = all.find((run) => run.page === page && run.status !== 'done' && run.query === query)
  const now = new Date().toISOString()
  const fresh = { format: 1, id: crypto.randomUUID(), page, query, created: now, updated: now, seconds: 0 } as const
  const run = { name, ...(unfinished ?? fresh), status: 'running' as const, error: undefined }
  await saveRun(run)
  return run
}

/** Changes some fields of a run that still exists. */
export async function updateRun(id: string, fields: Partial<RunRecord>): Promise<void> {
  const record = await get<RunRecord>(id, store)
  if (record) await saveRun({ ...record, ...fields })
}

export function getRun(id: string): Promise<RunRecord | undefined> {
  return get<RunRecord>(id, store)
}

export async function deleteRun(id: string): Promise<void> {
  await del(id, store)
  await changed()
}

async function changed(): Promise<void> {
  await refreshRuns()
  channel.postMessage('changed') // other tabs
}
