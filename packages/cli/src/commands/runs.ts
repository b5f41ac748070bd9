// nanoalign runs: what has been run, what it found, and its report again.

import { reportText } from '@nanoalign/experiments'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { GlobalOptions } from '../options.ts'
import { duration } from '../progress.ts'
import { loadReport, trusting, writeReport } from '../reports.ts'
import { type Run, RunStore, statusOf } from '../run-folder.ts'
import { suggest } from '../suggest.ts'
import { addRunsArchive } from './runs-archive.ts'
import { addRunsGc } from './runs-gc.ts'

interface RunsOptions extends GlobalOptions {
  json?: boolean
}

export function addRuns(program: Command, host: Host): void {
  const json = ['--json', 'JSON instead of text'] as const
  const runs = program
    .command('runs')
    .description('list the runs, show one, carry one elsewhere, make room')
    .option(...json)
    .allowExcessArguments()
    .usage('[options] [list|show|report|export|import|gc]')
    .action((_: unknown, command: Command) => {
      const [word] = command.args
      if (word !== undefined)
        throw new UsageError(
          `unknown command "runs ${word}".${suggest(
            word,
            runs.commands.map((each) => each.name()),
          )}`,
        )
      return listRuns(host, command.optsWithGlobals())
    })
  runs
    .command('list')
    .description('all runs, the newest first (what `nanoalign runs` does too)')
    .action((_: unknown, command: Command) => listRuns(host, command.optsWithGlobals()))
  runs
    .command('show')
    .description('a run: what it was asked, how it ended, what it found')
    .argument('<run>', 'its id, or the beginning of it')
    .action((word: string, _: unknown, command: Command) => showRun(host, word, command.optsWithGlobals()))
  runs
    .command('report')
    .description('write report.html of a run again, and print where it is')
    .argument('<run>', 'its id, or the beginning of it')
    .action((word: string, _: unknown, command: Command) => reportRun(host, word, command.optsWithGlobals()))
  addRunsArchive(runs, host)
  addRunsGc(runs, host)
}

async function listRuns(host: Host, given: RunsOptions): Promise<void> {
  const { json } = given
  const store = new RunStore(given, host.env)
  const runs = await store.list()
  if (json) return host.stdout(`${JSON.stringify(runs.map(summaryOf), null, 2)}\n`)
  if (runs.length === 0) return host.stdout(`no runs in ${store.folder}\n`)
  const rows = runs.map((run) => {
    const { started, seconds, adapter } = run.state
    const time = seconds === undefined ? '' : duration(seconds)
    return [run.id, statusOf(run), started.slice(0, 16).replace('T', ' '), time, namesIn(adapter)]
  })
  const all = [['run', 'status', 'started (UTC)', 'took', 'adapter'], ...rows]
  const widths = all[0].map((_, c) => Math.max(...all.map((row) => row[c].length)))
  for (const row of all)
    host.stdout(
      `${row
        .map((cell, c) => cell.padEnd(widths[c]))
        .join('  ')
        .trimEnd()}\n`,
    )
}

/** The names of adapters, without their kind, driver and subgroups. */
const namesIn = (adapters: string) => adapters.replace(/, (software|hardware), .*?(?= \+ |$)/g, '')

async function showRun(host: Host, word: string, given: RunsOptions): Promise<void> {
  const { json } = given
  const store = new RunStore(given, host.env)
  const run = await store.find(word)
  const result = await store.readJson(run.id, 'result.json')
  if (json) return host.stdout(`${JSON.stringify({ ...summaryOf(run), config: run.config, result }, null, 2)}\n`)
  const { command, error, adapter, started, seconds } = run.state
  const entries = {
    run: run.id,
    folder: store.path(run.id, ''),
    status: statusOf(run) + (error ? `: ${error}` : ''),
    started,
    took: seconds === undefined ? undefined : duration(seconds),
    adapter,
    command,
    options: JSON.stringify(run.config.options),
  }
  for (const [name, value] of Object.entries(entries))
    if (value !== undefined) host.stdout(`${name.padEnd(8)} ${value}\n`)
  if (result === undefined) return host.stdout(`\nno result yet; continue with: ${command}\n`)
  const report = await loadReport(store, run)
  host.stdout(`\n${await trusting(store, run, () => reportText(report, { width: Math.min(host.columns, 120) }))}`)
}

async function reportRun(host: Host, word: string, given: RunsOptions): Promise<void> {
  const { json } = given
  const store = new RunStore(given, host.env)
  const run = await store.find(word)
  const path = await writeReport(store, run, await loadReport(store, run))
  host.stdout(json ? `${JSON.stringify({ run: run.id, report: path })}\n` : `${path}\n`)
}

function summaryOf(run: Run): object {
  const { process: _, ...state } = run.state
  return { id: run.id, ...state, status: statusOf(run) }
}
