// The folder of runs:
//   <out>/stages/…           finished and unfinished work of all runs, by the hash of what it is (an ArtifactStore),
//                            unless --store keeps it elsewhere
//   <out>/<run id>/          what one command line made: config.json, run.json, metrics.jsonl, result.json, report.html, …
// Files are written whole or not at all. All but run.json (status, times, adapter) are the same for the same command.

import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type ArtifactStore, hashOf } from '@nanoalign/experiments'
import { createStorage, type Storage } from 'unstorage'
import { z } from 'zod'
import { UsageError } from './errors.ts'
import { folderStorage } from './folder-storage.ts'
import { limit } from './limit.ts'
import type { GlobalOptions } from './options.ts'
import { type Environment, type OpenedStore, openStore } from './store/open-store.ts'
import { suggest } from './suggest.ts'

const configSchema = z.object({
  command: z.string(),
  preset: z.string(),
  options: z.record(z.string(), z.unknown()),
  data: z.object({ name: z.string(), sha256: z.string() }).optional(),
  /** the id of the tuning it ran with; absent: the default kernels */
  tuning: z.string().optional(),
})
/** What the run was asked to do; its hash is in the run's id. */
export type RunConfig = z.infer<typeof configSchema>

const counts = z.record(z.string(), z.number())

const stateSchema = z.object({
  status: z.enum(['running', 'done', 'failed', 'interrupted']),
  /** the command line as typed, and the one that continues the run */
  command: z.string(),
  adapter: z.string(),
  /** the kernels that were chosen in place of the default, by class of shapes */
  tuning: z.record(z.string(), z.string()).optional(),
  /** of the artifacts that the result rests on, those that were found included */
  madeBy: z.object({ adapters: counts, code: counts, kernels: counts }).optional(),
  versions: z.record(z.string(), z.string()),
  started: z.string(),
  finished: z.string().optional(),
  seconds: z.number().optional(),
  error: z.string().optional(),
  process: z.object({ pid: z.number(), host: z.string() }),
  /** where --data was read from */
  dataPath: z.string().optional(),
})
export type RunState = z.infer<typeof stateSchema>

const READS_AT_ONCE = 32
/** What a run's files may be called; temporary files begin with a dot. */
const FILE = /^[a-z0-9][a-z0-9._-]{0,99}$/

export interface Run {
  id: string
  config: RunConfig
  state: RunState
}

export function runId(config: RunConfig): string {
  return `${config.command}-${config.preset}-${hashOf(config).slice(0, 8)}`
}

export class RunStore {
  readonly folder: string
  readonly opened: OpenedStore
  /** whether stages are kept elsewhere than in the folder */
  readonly shared: boolean
  readonly stages: ArtifactStore
  readonly #files: Storage

  /** @throws UsageError for a --store that cannot be. */
  constructor({ out, store }: Pick<GlobalOptions, 'out' | 'store'>, env?: Environment) {
    this.folder = resolve(out)
    this.shared = Boolean(store)
    this.opened = store ? openStore(store, env) : openStore(join(this.folder, 'stages'), env, { cached: false })
    this.stages = this.opened.artifacts
    this.#files = createStorage({ driver: folderStorage({ base: this.folder }) })
  }

  path(id: string, file: string): string {
    return join(this.folder, id, file)
  }

  /** @throws StoreWriteError. */
  async write(id: string, file: string, content: string | Uint8Array): Promise<void> {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    await this.#files.setItemRaw(`${id}:${file}`, bytes)
  }

  writeJson(id: string, file: string, value: unknown): Promise<void> {
    return this.write(id, file, `${JSON.stringify(value, null, 2)}\n`)
  }

  /** One line of JSON per record. */
  writeLines(id: string, file: string, records: readonly object[]): Promise<void> {
    return this.write(id, file, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  }

  async read(id: string, file: string): Promise<Uint8Array | undefined> {
    return (await this.#files.getItemRaw<Uint8Array>(`${id}:${file}`)) ?? undefined
  }

  /** @throws Error when the file is there but is not JSON. */
  async readJson(id: string, file: string): Promise<unknown> {
    const bytes = await this.read(id, file)
    if (!bytes) return undefined
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch {
      throw new Error(`${this.path(id, file)} is damaged: it is not JSON. Running the same command again rewrites it`)
    }
  }

  /** The names of the run's files, sorted. */
  async files(id: string): Promise<string[]> {
    const entries = await readdir(join(this.folder, id), { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isFile() && FILE.test(entry.name) ? [entry.name] : [])).sort()
  }

  /** All runs, the newest first; folders that hold no readable run are left out. */
  async list(): Promise<Run[]> {
    const entries = await readdir(this.folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw new Error(`cannot list ${this.folder}: ${error.code === 'ENOTDIR' ? 'it is a file' : error.code}`)
    })
    const ids = entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'stages' ? [entry.name] : []))
    const reading = limit(READS_AT_ONCE) // one that could not be opened would be left out
    const runs = await Promise.all(ids.map((id) => reading(() => this.load(id))))
    const found = runs.filter((run) => run !== undefined)
    return found.sort((a, b) => b.state.started.localeCompare(a.state.started) || a.id.localeCompare(b.id))
  }

  /** The run of that id, or of the only id that begins so. @throws UsageError with the nearest id. */
  async find(word: string): Promise<Run> {
    const runs = await this.list()
    const exact = runs.find(({ id }) => id === word)
    if (exact) return exact
    const matches = runs.filter(({ id }) => id.startsWith(word))
    if (matches.length === 1) return matches[0]
    if (matches.length > 1)
      throw new UsageError(`run "${word}" could be ${matches.map(({ id }) => id).join(' or ')}; give more of it`)
    const ids = runs.map(({ id }) => id)
    if (ids.length === 0) throw new UsageError(`there is no run "${word}": ${this.folder} holds no runs`)
    throw new UsageError(
      `there is no run "${word}" in ${this.folder}; \`nanoalign runs\` lists them.${suggest(word, ids)}`,
    )
  }

  /** The run of exactly that id; undefined when there is none that can be read. */
  async load(id: string): Promise<Run | undefined> {
    try {
      return parseRun(id, await this.readJson(id, 'config.json'), await this.readJson(id, 'run.json'))
    } catch {
      return undefined
    }
  }
}

/** A run from what its config.json and run.json hold; undefined when they cannot be a run's. */
export function parseRun(id: string, configJson: unknown, stateJson: unknown): Run | undefined {
  const config = configSchema.safeParse(configJson)
  const state = stateSchema.safeParse(stateJson)
  return config.success && state.success ? { id, config: config.data, state: state.data } : undefined
}

/** `running` only while its process is alive, if that can be known: a killed process cannot write that it was. */
export function statusOf({ state: { status, process: owner } }: Run): RunState['status'] | 'killed' {
  if (status !== 'running' || owner.host !== hostname()) return status
  try {
    process.kill(owner.pid, 0)
    return status
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? status : 'killed'
  }
}
