// nanoalign deliberate: deliberative alignment, and what each arm said.

import { readFile } from 'node:fs/promises'
import {
  armNames,
  checkDeliberativeOptions,
  claimsMarkdown,
  type DeliberativeOptions,
  defaultWorld,
  deliberate,
  deliberativeClaims,
  deliberativePresets,
  deliberativeStageCounts,
  judgeKinds,
  type PolicyWorldFile,
  parsePolicyWorld,
  reportText,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, list, SEED_LIMIT, seeds, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { writeResult } from '../results.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'
import { type ModelsOptions, models, type ShowOptions, show } from './deliberate-show.ts'

interface DeliberateOptions extends GlobalOptions {
  preset: string
  arms?: string[]
  seeds?: string
  seed?: number
  world?: string
  judge?: string
  claims?: boolean
  checkpointEvery: number
  json?: boolean
}

export function addDeliberate(program: Command, host: Host, args: readonly string[]): void {
  const command = program
    .command('deliberate')
    .description('deliberative alignment: a model recalls a written specification and applies it')
    .option('--preset <name>', Object.keys(deliberativePresets).join(', '), 'quick')
    .option('--arms <list>', armNames.join(', '), list)
    .option('--seeds <n>', 'how many seeds, or a list such as 4,5,6')
    .option('--seed <n>', 'the first of the seeds (default: 1)', whole(0, SEED_LIMIT - 1000))
    .option('--world <file>', 'a specification of your own, YAML or JSON (docs/policy-worlds.md)')
    .option('--judge <kind>', `${judgeKinds.join(', ')}: who filters and rewards (default: model)`)
    .option('--claims', 'the claims of the paper and what the run says, in Markdown, instead of the report')
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--json', 'the result as one JSON object on stdout instead of the report')
    .action((_: unknown, command: Command) => run(host, command.optsWithGlobals<DeliberateOptions>(), args))
  command
    .command('world')
    .description('the specification and its world as YAML, to write your own from (docs/policy-worlds.md)')
    .action(() => host.stdout(stringifyYaml(defaultWorld, { lineWidth: 120, flowCollectionPadding: false })))
  command
    .command('show')
    .description('a request of a run, the clauses that apply, and what each arm thought and answered')
    .argument('<run>', 'its id, or the beginning of it')
    .option('--item <n>', 'number of the request in its test set', whole(0), 0)
    .option('--set <name>', 'test set, as the report lists them', 'id')
    .option('--seed <n>', 'of the run’s seeds (default: its first)', whole(0, SEED_LIMIT))
    .option('--json', 'JSON instead of text')
    .action((word: string, _: unknown, command: Command) => show(host, word, command.optsWithGlobals<ShowOptions>()))
  command
    .command('models')
    .description('the trained arms of a run as safetensors files, for the web page or your own use')
    .argument('<run>', 'its id, or the beginning of it')
    .requiredOption('--to <folder>', 'where to write them')
    .option('--seed <n>', 'of the run’s seeds (default: its first)', whole(0, SEED_LIMIT))
    .action((word: string, _: unknown, command: Command) =>
      models(host, word, command.optsWithGlobals<ModelsOptions>()),
    )
}

async function run(host: Host, given: DeliberateOptions, args: readonly string[]): Promise<void> {
  const options = chosen(given)
  const world = given.world === undefined ? defaultWorld : await readWorld(given.world)
  const store = new RunStore(given, host.env)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = { command: 'deliberate', preset: given.preset, options: { ...options, world } }
    const command = commandLine(args)
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages: deliberativeStageCounts(options), checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const result = await deliberate({ gpu, runner }, options, world)
      await writeResult(store, run, result)
      return result
    })
    const report = runReport(run, value)
    const path = await writeReport(store, run, report)
    if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: path, result: value })}\n`)
    else if (given.claims) host.stdout(claimsMarkdown(deliberativeClaims(value), command.replace(' --claims', '')))
    else {
      host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${path}\n`)
      host.stdout(`one request in full: nanoalign deliberate show ${run.id} --item 0\n`)
    }
  } finally {
    gpu.close()
  }
}

/** @throws UsageError naming the file and what is wrong in it. */
async function readWorld(path: string): Promise<PolicyWorldFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--world ${path} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.code}`,
    )
  })
  try {
    return worldOf(text)
  } catch (error) {
    throw new UsageError(`--world ${path}: ${(error as Error).message}`)
  }
}

/** @throws Error, in one line, for what is no YAML, or no policy world. */
export function worldOf(text: string): PolicyWorldFile {
  try {
    return parsePolicyWorld(parseYaml(text, { maxAliasCount: 0, logLevel: 'error' }))
  } catch (error) {
    // a YAML error goes on with an excerpt of the file, and may quote what a terminal would obey
    throw new Error((error as Error).message.split('\n')[0].replace(/\p{C}/gu, '?'), { cause: error })
  }
}

function chosen({ preset, arms, judge, seeds: text, seed }: DeliberateOptions): DeliberativeOptions {
  if (!Object.hasOwn(deliberativePresets, preset))
    throw new UsageError(notOneOf('preset', preset, Object.keys(deliberativePresets)))
  const base: DeliberativeOptions = deliberativePresets[preset as keyof typeof deliberativePresets]
  const wrong = arms?.find((arm) => !(armNames as string[]).includes(arm))
  if (wrong !== undefined) throw new UsageError(notOneOf('arm', wrong, armNames))
  const changes: Partial<DeliberativeOptions> = {}
  if (arms) changes.arms = arms as DeliberativeOptions['arms']
  if (judge !== undefined) {
    if (!(judgeKinds as readonly string[]).includes(judge)) throw new UsageError(notOneOf('judge', judge, judgeKinds))
    changes.judge = { ...base.judge, kind: judge as DeliberativeOptions['judge']['kind'] }
  }
  if (text !== undefined || seed !== undefined)
    try {
      changes.seeds = seeds(text ?? String(base.seeds.length), seed)
    } catch (error) {
      throw new UsageError(`--seeds ${text} is neither a number nor a list such as 4,5,6: ${(error as Error).message}`)
    }
  const options = { ...base, ...changes }
  try {
    checkDeliberativeOptions(options)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  return options
}
