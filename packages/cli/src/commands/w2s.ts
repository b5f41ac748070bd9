// nanoalign w2s: weak-to-strong generalization.

import {
  checkWeakToStrongOptions,
  claimsMarkdown,
  gamePresets,
  games,
  needsText,
  reportText,
  type WeakToStrongOptions,
  weakToStrong,
  weakToStrongAnalyses,
  weakToStrongClaims,
  weakToStrongFamilies,
  weakToStrongMethods,
  weakToStrongPresets,
  weakToStrongSizes,
  weakToStrongStageCounts,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { mobyDickText } from '../data-file.ts'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, list, SEED_LIMIT, seeds, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { writeResult } from '../results.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf, suggest } from '../suggest.ts'
import { gameHelp, w2sGame } from './w2s-game.ts'

const gameNames = games.map(({ name }) => name)
const familyNames = weakToStrongFamilies.map(({ name }) => name)

interface W2sOptions extends GlobalOptions {
  task?: string
  preset: string
  seeds?: string
  seed?: number
  weak?: string[]
  strong?: string[]
  methods?: string[]
  families?: string[]
  tasks?: number
  analyses?: string[]
  probe?: boolean
  claims?: boolean
  checkpointEvery: number
  json?: boolean
}

export function addW2s(program: Command, host: Host, args: readonly string[]): void {
  const sizes = Object.keys(weakToStrongSizes).join(', ')
  program
    .command('w2s')
    .description('weak-to-strong generalization: a strong model learns from the labels of a weak one')
    .option('--task <name>', `a game (${gameNames.join(', ')}), or one family of tasks`)
    .option('--preset <name>', Object.keys(weakToStrongPresets).join(', '), 'quick')
    .option('--seeds <n>', 'how many seeds, or a list such as 4,5,6')
    .option('--seed <n>', 'the first of the seeds (default: 1)', whole(0, SEED_LIMIT - 1000))
    .option('--weak <sizes>', `the supervisor's size: ${sizes}; several make a grid of all pairs`, list)
    .option('--strong <sizes>', `the student's size: ${sizes}; several make a grid of all pairs`, list)
    .option('--method, --methods <list>', `${methodNames().join(', ')}; naive is always the first`, list)
    .option('--families <list>', `families of tasks: ${familyNames.join(', ')}`, list)
    .option('--tasks <n>', 'tasks per family', whole(1, 1000))
    .option('--analyses <list>', `further parts of the paper: ${weakToStrongAnalyses.join(', ')}`, list)
    .option('--probe', 'frozen models and logistic regressions instead of finetuning: a grid in seconds')
    .option('--claims', 'the claims of the paper and what the run says, in Markdown, instead of the report')
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--json', 'the result as one JSON object on stdout instead of the report')
    .addHelpText('after', gameHelp)
    .action((_: unknown, command: Command) => w2sTask(host, command.optsWithGlobals<W2sOptions>(), args))
}

/** A game has a study of its own; the name of a family stands for `--families`. */
async function w2sTask(host: Host, asked: W2sOptions, args: readonly string[]): Promise<void> {
  // what the others are measured against
  const methods = asked.methods && ['naive', ...asked.methods.filter((method) => method !== 'naive')]
  const given = { ...asked, ...(methods && { methods }) }
  const { task } = given
  if (task === undefined) return w2s(host, given, args)
  if (!gameNames.includes(task)) {
    if (!familyNames.includes(task)) throw new UsageError(notOneOf('--task', task, [...gameNames, ...familyNames]))
    if (given.families) throw new UsageError(`--task ${task} and --families exclude each other`)
    return w2s(host, { ...given, families: [task] }, args)
  }
  for (const flag of ['families', 'tasks', 'probe'] as const)
    if (given[flag] !== undefined) throw new UsageError(`--${flag} is not for games, and --task is ${task}`)
  const presets = gamePresets(task)
  const usual = presets[given.preset as keyof typeof presets]?.seeds.length ?? 1
  return w2sGame(host, { ...given, task }, chosenSeeds(given, usual), args)
}

async function w2s(host: Host, given: W2sOptions, args: readonly string[]): Promise<void> {
  const options = chosen(given)
  const store = new RunStore(given, host.env)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = { command: 'w2s', preset: given.preset, options: { ...options } }
    const command = commandLine(args)
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages: weakToStrongStageCounts(options), checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const text = needsText(options) ? await mobyDickText() : undefined
      const result = await weakToStrong({ gpu, runner, text }, options)
      await writeResult(store, run, result)
      return result
    })
    const report = runReport(run, value)
    const path = await writeReport(store, run, report)
    if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: path, result: value })}\n`)
    else if (given.claims) host.stdout(claimsMarkdown(weakToStrongClaims(value), command.replace(' --claims', '')))
    else host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${path}\n`)
  } finally {
    gpu.close()
  }
}

/** The preset with what the flags change. */
function chosen(given: W2sOptions): WeakToStrongOptions {
  const { preset, weak, strong, methods, families, tasks, analyses, probe } = given
  if (!Object.hasOwn(weakToStrongPresets, preset))
    throw new UsageError(notOneOf('preset', preset, Object.keys(weakToStrongPresets)))
  const known = Object.keys(weakToStrongSizes)
  for (const [flag, sizes = []] of Object.entries({ weak, strong })) {
    const size = sizes.find((each) => !known.includes(each))
    if (size !== undefined) throw new UsageError(notOneOf(`--${flag}`, size, known))
  }
  const base: WeakToStrongOptions = weakToStrongPresets[preset as keyof typeof weakToStrongPresets]
  const changes = { methods, families, tasks, analyses, probe, seeds: chosenSeeds(given, base.seeds.length) }
  const set = Object.entries(changes).filter(([, value]) => value !== undefined)
  const options: WeakToStrongOptions = { ...base, ...chosenSizes(given, base), ...Object.fromEntries(set) }
  if (probe) {
    options.methods = methods ?? ['naive', 'hard']
    options.analyses = analyses as WeakToStrongOptions['analyses']
  }
  // absent rather than undefined: the options are hashed
  for (const name of ['grid', 'analyses'] as const) if (options[name] === undefined) delete options[name]
  try {
    checkWeakToStrongOptions(options)
  } catch (error) {
    const names = methodNames()
    const unknown = options.methods.find((method) => !names.includes(method.replace(/:.*/, '')))
    const hint = unknown === undefined ? '' : `.${suggest(unknown, names)}`
    throw new UsageError((error as Error).message + hint)
  }
  return options
}

/** One size each is a pair; more are a grid, with the smallest supervisor and the largest student as the main pair. */
function chosenSizes({ weak, strong }: W2sOptions, base: WeakToStrongOptions): Partial<WeakToStrongOptions> {
  if (!weak && !strong) return {}
  const known = Object.keys(weakToStrongSizes)
  const sorted = (sizes: string[]) => [...sizes].sort((a, b) => known.indexOf(a) - known.indexOf(b))
  const all = { weak: sorted(weak ?? [base.weak]), strong: sorted(strong ?? [base.strong]) }
  const pair = { weak: all.weak[0], strong: all.strong[all.strong.length - 1] }
  return { ...pair, grid: all.weak.length + all.strong.length > 2 ? all : undefined }
}

function methodNames(): string[] {
  return weakToStrongMethods.map((method) => method.name)
}

function chosenSeeds({ seeds: text, seed }: W2sOptions, usual: number): number[] | undefined {
  if (text === undefined && seed === undefined) return undefined
  try {
    return seeds(text ?? String(usual), seed)
  } catch (error) {
    throw new UsageError(
      `--seeds ${text} is neither a number of seeds nor a list such as 4,5,6: ${(error as Error).message}`,
    )
  }
}
