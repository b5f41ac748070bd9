// A run as an archive, and back: what is taken along, and what is believed of one that a stranger made.

import { ArchiveError, adaptersKey, type RunArchive } from '@nanoalign/experiments'
import { isCommandLine } from './provenance.ts'
import { loadReport, trusting } from './reports.ts'
import { parseRun, type Run, type RunStore, runId } from './run-folder.ts'
import { ReferenceKeeper, readReferences } from './store/references.ts'
import type { SweepResult } from './sweep/sweep-report.ts'

// a page could hold a script: reports are written anew from the result instead
const CARRIED = /\.(json|jsonl|safetensors|csv|md|txt)$/

type Files = RunArchive['files']

/** The run's files, for a study those of its runs too, and its report as data; stages and checkpoints when `withStages`. */
export async function archiveOf(store: RunStore, run: Run, withStages: boolean): Promise<RunArchive> {
  const archive: RunArchive = { id: run.id, files: await filesOf(store, run.id), stages: {}, checkpoints: {} }
  if (run.config.command === 'sweep') archive.members = await membersOf(store, run)
  if (archive.files['result.json'])
    archive.report = new TextEncoder().encode(`${JSON.stringify(await loadReport(store, run), null, 2)}\n`)
  if (!withStages) return archive
  for (const reference of (await readReferences(store.opened.storage)).values()) {
    if (reference.run !== run.id) continue
    for (const key of reference.stages) {
      const found = await store.stages.get(key)
      if (found) archive.stages[key] = found
      else
        for (const place of [key, adaptersKey(key)]) {
          const bytes = await store.stages.getCheckpoint(place)
          if (bytes) archive.checkpoints[place] = bytes
        }
    }
  }
  return archive
}

async function filesOf(store: RunStore, id: string): Promise<Files> {
  const files: Files = {}
  for (const name of await store.files(id))
    if (CARRIED.test(name)) files[name] = (await store.read(id, name)) ?? new Uint8Array(0)
  return files
}

/** The runs of a study that has ended. Those of which every cell failed have nothing but their state. */
async function membersOf(store: RunStore, study: Run): Promise<Record<string, Files>> {
  const result = (await store.readJson(study.id, 'result.json')) as SweepResult | undefined
  const ids = await trusting(store, study, () => new Set(result?.runs.map(({ id }) => id)))
  const members: Record<string, Files> = {}
  for (const { id } of await store.list()) if (ids.has(id)) members[id] = await filesOf(store, id)
  return members
}

/** The run that the archive says it is, and its members with their files. @throws ArchiveError when one cannot be that. */
export function runsOf({ id, files, members = {} }: RunArchive): { run: Run; members: { run: Run; files: Files }[] } {
  return {
    run: runOf(id, files),
    members: Object.entries(members).map(([id, files]) => ({ run: runOf(id, files), files })),
  }
}

function runOf(id: string, files: Files): Run {
  const wrong = Object.keys(files).find((name) => !CARRIED.test(name))
  if (wrong !== undefined) throw new ArchiveError(`${wrong} is no file that a run is exported with`)
  const run = parseRun(id, jsonOf(files['config.json'], 'config.json'), jsonOf(files['run.json'], 'run.json'))
  if (!run) throw new ArchiveError('its config.json or run.json is not that of a run')
  let expected: string | undefined
  try {
    expected = runId(run.config)
  } catch {} // not JSON that can be hashed
  if (expected !== id) throw new ArchiveError(`run ${id} does not have the configuration that its id stands for`)
  if (hasControls(run)) throw new ArchiveError('its config.json or run.json holds control characters')
  // it is shown as something to type
  if (!isCommandLine(run.state.command)) throw new ArchiveError('its command line is not one of nanoalign')
  return run
}

/**
 * Writes the archive's run into the store, run.json last, so that half of an import is no run.
 * What is there already of the stages stays.
 */
export async function writeArchive(store: RunStore, archive: RunArchive, run: Run, withStages: boolean): Promise<void> {
  if (withStages) {
    const references = new ReferenceKeeper(store.opened.storage, run.id, store.folder)
    await references.open()
    for (const [key, { blobs, provenance }] of Object.entries(archive.stages)) {
      references.add(key)
      if (!(await store.stages.get(key))) await store.stages.put(key, blobs, provenance)
    }
    for (const [key, bytes] of Object.entries(archive.checkpoints)) {
      references.add(key)
      if (!(await store.stages.getCheckpoint(key))) await store.stages.putCheckpoint(key, bytes)
    }
    await references.close(run.state.status === 'done' ? 'done' : 'unfinished')
  }
  await writeRun(store, run, archive.files)
}

/** Writes a run's files, run.json last. */
export async function writeRun(store: RunStore, { id, state }: Run, files: Files): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) if (name !== 'run.json') await store.write(id, name, bytes)
  // it is at work elsewhere, if at all
  const status = state.status === 'running' ? 'interrupted' : state.status
  await store.writeJson(id, 'run.json', { ...state, status })
}

function jsonOf(bytes: Uint8Array | undefined, name: string): unknown {
  if (!bytes) throw new ArchiveError(`it has no ${name}`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ArchiveError(`${name} is not JSON`)
  }
}

/** Whether some text in `value` could do something to a terminal. */
function hasControls(value: unknown): boolean {
  // JSON writes the first 32 as escapes; \\n and \\t are harmless
  return /\\u00[01][0-9a-f]|\\[bfr]|[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(
    JSON.stringify(value).replaceAll('\\\\', ''),
  )
}
