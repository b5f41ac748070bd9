// nanoalign w2s --task board|misere|chess: weak-to-strong generalization on a game.

import {
  checkGameOptions,
  claimsMarkdown,
  type GameOptions,
  gameAnalyses,
  gameClaims,
  gameMethods,
  gameNamed,
  gamePresets,
  gameStageCounts,
  games,
  gameWeakToStrong,
  reportText,
} from '@nanoalign/experiments'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import type { GlobalOptions } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { writeResult } from '../results.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf, suggest } from '../suggest.ts'

/** The options of `w2s` that games have too. */
export interface GameFlags extends GlobalOptions {
  task: string
  preset: string
  weak?: string[]
  strong?: string[]
  methods?: string[]
  analyses?: string[]
  claims?: boolean
  checkpointEvery: number
  json?: boolean
}

/** What `--task <game>` takes in place of the other tasks' names. */
export function gameHelp(): string {
  const sizes = games.map(({ name, sizes }) => `  ${name.padEnd(8)}sizes ${Object.keys(sizes).join(', ')}`)
  const methods = gameMethods.map(({ name }) => name).join(', ')
  return `\nGames:\n${sizes.join('\n')}\n  methods: ${methods}\n  analyses: ${gameAnalyses.join(', ')}`
}

export async function w2sGame(host: Host, given: GameFlags, seeds: number[] | undefined, args: readonly string[]) {
  const options = chosen(given, seeds)
  const store = new RunStore(given, host.env)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = { command: 'w2s-game', preset: given.preset, options: { ...options } }
    const command = commandLine(args)
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages: gameStageCounts(options), checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const result = await gameWeakToStrong({ gpu, runner }, options)
      await writeResult(store, run, result)
      return result
    })
    const report = runReport(run, value)
    const path = await writeReport(store, run, report)
    if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: path, result: value })}\n`)
    else if (given.claims) host.stdout(claimsMarkdown(gameClaims(value), command.replace(' --claims', '')))
    else host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${path}\n`)
  } finally {
    gpu.close()
  }
}

/** The preset of the game with what the flags change. */
function chosen(given: GameFlags, seeds: number[] | undefined): GameOptions {
  const { task, preset, weak, strong, methods, analyses } = given
  const presets = gamePresets(task)
  if (!Object.hasOwn(presets, preset)) throw new UsageError(notOneOf('preset', preset, Object.keys(presets)))
  const base: GameOptions = { game: task, ...presets[preset as keyof typeof presets] }
  const sizes = Object.keys(gameNamed(task).sizes)
  for (const [flag, names = []] of Object.entries({ weak, strong })) {
    const unknown = names.find((name) => !sizes.includes(name))
    if (unknown !== undefined) throw new UsageError(notOneOf(`--${flag}`, unknown, sizes))
  }
  const options: GameOptions = {
    ...base,
    ...(seeds && { seeds }),
    ...(methods && { methods }),
    ...(analyses && { analyses: analyses as GameOptions['analyses'] }),
    ...chosenSizes(given, base, sizes),
  }
  if (!options.grid) delete options.grid // absent rather than undefined: the options are hashed
  try {
    checkGameOptions(options)
  } catch (error) {
    const names = gameMethods.map(({ name }) => name)
    const unknown = options.methods.find((method) => !names.includes(method.replace(/:.*/, '')))
    throw new UsageError((error as Error).message + (unknown === undefined ? '' : `.${suggest(unknown, names)}`))
  }
  return options
}

/** One size each is a pair; more are a grid, with the smallest supervisor and the largest student as the main pair. */
function chosenSizes({ weak, strong }: GameFlags, base: GameOptions, ladder: string[]): Partial<GameOptions> {
  if (!weak && !strong) return {}
  const sorted = (sizes: string[]) => [...sizes].sort((a, b) => ladder.indexOf(a) - ladder.indexOf(b))
  const all = { weak: sorted(weak ?? [base.weak]), strong: sorted(strong ?? [base.strong]) }
  const pair = { weak: all.weak[0], strong: all.strong[all.strong.length - 1] }
  return { ...pair, grid: all.weak.length + all.strong.length > 2 ? all : undefined }
}
