// nanoalign runs export, runs import: a run as one file, to another machine or into the web app.

import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ArchiveError, packRun, unpackRun } from '@nanoalign/experiments'
import type { Command } from 'commander'
import { createStorage } from 'unstorage'
import { UsageError } from '../errors.ts'
import { folderStorage } from '../folder-storage.ts'
import type { Host } from '../host.ts'
import type { GlobalOptions } from '../options.ts'
import { loadReport, writeReport } from '../reports.ts'
import { archiveOf, runsOf, writeArchive, writeRun } from '../run-archive.ts'
import { RunStore, statusOf } from '../run-folder.ts'

const MAX_FILE_BYTES = 2 ** 30

interface ArchiveOptions extends GlobalOptions {
  stages?: boolean
  replace?: boolean
}

export function addRunsArchive(runs: Command, host: Host): void {
  runs
    .command('export')
    .description('a run as one zip file: for `runs import` elsewhere, or to open in the web app')
    .argument('<run>', 'its id, or the beginning of it')
    .argument('[file]', 'where to (default: <run>.zip)')
    .option('--stages', 'with the finished and unfinished stages, so that it can go on elsewhere')
    .action((word: string, file: string | undefined, _: unknown, command: Command) =>
      exportRun(host, word, file, command.optsWithGlobals()),
    )
  runs
    .command('import')
    .description('take a run out of a zip file that `runs export` made')
    .argument('<file>')
    .option('--stages', 'also its stages; only from someone you trust, as later runs build on them')
    .option('--replace', 'also when there is a run of that id')
    .action((file: string, _: unknown, command: Command) => importRun(host, file, command.optsWithGlobals()))
}

async function exportRun(host: Host, word: string, file: string | undefined, given: ArchiveOptions): Promise<void> {
  const store = new RunStore(given, host.env)
  const run = await store.find(word)
  const path = resolve(file ?? `${run.id}.zip`)
  if (/[:?*"<>|\\]/.test(basename(path)))
    throw new UsageError(`${basename(path)} is no name for a file on every system; leave out : ? * " < > | and \\`)
  const archive = await archiveOf(store, run, given.stages ?? false)
  const zip = packRun(archive)
  // written whole or not at all, like everything else
  await createStorage({ driver: folderStorage({ base: dirname(path) }) }).setItemRaw(basename(path), zip)
  const parts = [
    run.id,
    ...(Object.keys(archive.members ?? {}).length > 0 ? [`its ${count(archive.members!, 'run')}`] : []),
    ...(given.stages ? [count(archive.stages, 'stage')] : []),
  ]
  host.stdout(`${path}: ${parts.join(' and ')}, ${sizeText(zip.length)}\n`)
}

async function importRun(host: Host, file: string, given: ArchiveOptions): Promise<void> {
  const store = new RunStore(given, host.env)
  const zip = await readArchive(file)
  try {
    const archive = unpackRun(zip)
    const { run, members } = runsOf(archive)
    const here = new Map((await store.list()).map((each) => [each.id, each]))
    const there = here.get(run.id)
    if (there && statusOf(there) === 'running') throw new UsageError(`run ${run.id} is running here; stop it first`)
    if (there && !given.replace)
      throw new UsageError(
        `there is a run ${run.id} in ${store.folder} already; --replace puts the file's in its place`,
      )
    for (const { run: member, files } of members) {
      // two studies may share a run: what is done here stays
      if (here.has(member.id) && (here.get(member.id)!.state.status === 'done' || !given.replace)) continue
      await writeRun(store, member, files)
      await reportOn(store, member.id)
    }
    await writeArchive(store, archive, run, given.stages ?? false)
    const report = await reportOn(store, run.id)
    // with a checkpoint comes what worked on it, which is no stage
    const unfinished = Object.keys(archive.checkpoints).filter((key) => /-[0-9a-f]{32}$/.test(key))
    const kept = [...Object.keys(archive.stages), ...unfinished]
    const stages = given.stages
      ? `, ${count(kept, 'stage')}`
      : kept.length > 0
        ? `, without its ${count(kept, 'stage')} (--stages takes them too)`
        : ''
    const runs = archive.members ? ` and its ${count(archive.members, 'run')}` : ''
    host.stdout(
      `run ${run.id} (${(await store.load(run.id))!.state.status})${runs}${stages}${report ? `\nreport: ${report}` : ''}\n`,
    )
  } catch (error) {
    throw error instanceof ArchiveError ? new UsageError(`${file} cannot be imported: ${error.message}`) : error
  }
}

async function readArchive(file: string): Promise<Uint8Array> {
  try {
    const stats = await stat(file)
    if (!stats.isFile()) throw new UsageError(`${file} is not a regular file`)
    if (stats.size > MAX_FILE_BYTES)
      throw new UsageError(`${file} has ${sizeText(stats.size)}; an archive has at most ${sizeText(MAX_FILE_BYTES)}`)
    return new Uint8Array(await readFile(file))
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read (${code})`)
  }
}

/** Writes the report of a run that has a result. Returns its path. */
async function reportOn(store: RunStore, id: string): Promise<string | undefined> {
  if (!(await store.read(id, 'result.json'))) return undefined
  const run = (await store.load(id))! // it has just been written
  return writeReport(store, run, await loadReport(store, run))
}

/** `1 stage`, `3 runs` */
function count(all: object, what: string): string {
  const { length } = Object.keys(all)
  return `${length} ${what}${length === 1 ? '' : 's'}`
}

/** `950 kB`, `1.2 GB` */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  const value = bytes / unit
  return `${value.toFixed(value < 10 ? 1 : 0)} ${name}`
}
