// nanoalign w2s: weak-to-strong generalization.

import {
  checkWeakToStrongOptions,
  reportText,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrong,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { StageCounts } from '../eta.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, list, SEED_LIMIT, seeds, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf, suggest } from '../suggest.ts'

interface W2sOptions extends GlobalOptions {
  preset: string
  seeds?: string
  seed?: number
  weak?: string
  strong?: string
  methods?: string[]
  families?: string[]
  tasks?: number
  checkpointEvery: number
  json?: boolean
}

export function addW2s(program: Command, host: Host, args: readonly string[]): void {
  const sizes = Object.keys(weakToStrongSizes).join(', ')
  program
    .command('w2s')
    .description('weak-to-strong generalization: a strong model learns from the labels of a weak one')
    .option('--preset <name>', Object.keys(weakToStrongPresets).join(', '), 'quick')
    .option('--seeds <n>', 'how many seeds, or a list such as 4,5,6')
    .option('--seed <n>', 'the first of the seeds (default: 1)', whole(0, SEED_LIMIT - 1000))
    .option('--weak <size>', `the supervisor's size: ${sizes}`)
    .option('--strong <size>', `the student's size: ${sizes}`)
    .option('--methods <list>', 'naive, confidence, confidence:<α_max>; naive comes first', list)
    .option('--families <list>', 'families of tasks', list)
    .option('--tasks <n>', 'tasks per family', whole(1, 1000))
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--json', 'the result as one JSON object on stdout instead of the report')
    .action((_: unknown, command: Command) => w2s(host, command.optsWithGlobals<W2sOptions>(), args))
}

async function w2s(host: Host, given: W2sOptions, args: readonly string[]): Promise<void> {
  const options = chosen(given)
  const store = new RunStore(given.out)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = { command: 'w2s', preset: given.preset, options: { ...options } }
    const command = commandLine(args)
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages: stageCounts(options), checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const result = await weakToStrong({ gpu, runner }, options)
      await store.writeLines(run.id, 'metrics.jsonl', metricLines(result))
      await store.writeJson(run.id, 'result.json', result)
      return result
    })
    const report = runReport(run, value)
    const path = await writeReport(store, run, report)
    if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: path, result: value })}\n`)
    else host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${path}\n`)
  } finally {
    gpu.close()
  }
}

/** The preset with what the flags change. */
function chosen(given: W2sOptions): WeakToStrongOptions {
  const { preset, weak, strong, methods, families, tasks } = given
  if (!Object.hasOwn(weakToStrongPresets, preset))
    throw new UsageError(notOneOf('preset', preset, Object.keys(weakToStrongPresets)))
  const sizes = Object.keys(weakToStrongSizes)
  for (const [flag, size] of Object.entries({ weak, strong }))
    if (size !== undefined && !sizes.includes(size)) throw new UsageError(notOneOf(`--${flag}`, size, sizes))
  const base = weakToStrongPresets[preset as keyof typeof weakToStrongPresets]
  const changes = { weak, strong, methods, families, tasks, seeds: chosenSeeds(given, base.seeds.length) }
  const set = Object.entries(changes).filter(([, value]) => value !== undefined)
  const options: WeakToStrongOptions = { ...base, ...Object.fromEntries(set) }
  try {
    checkWeakToStrongOptions(options)
  } catch (error) {
    const unknown = options.methods.find((method) => !/^(naive|confidence(:.*)?)$/.test(method))
    const hint = unknown === undefined ? '' : `.${suggest(unknown, ['naive', 'confidence'])}`
    throw new UsageError((error as Error).message + hint)
  }
  return options
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

/** For the estimate of the time left. Two equal sizes share their pretraining, which then counts as found. */
function stageCounts({ seeds, families, tasks, methods }: WeakToStrongOptions): StageCounts {
  const control = 1 // the confidence loss at α = 0, once per seed
  const perTask = 2 + methods.length // supervisor, ceiling, students
  return {
    'w2s-pretrain': 2 * seeds.length,
    'w2s-finetune': (families.length * tasks * perTask + control) * seeds.length,
  }
}

/** One line per curve: pretraining losses of each base, test accuracy after each epoch of each finetuned model. */
function metricLines({ seeds }: WeakToStrongResult): object[] {
  return seeds.flatMap(({ seed, bases, tasks }) => [
    ...Object.entries(bases).map(([model, base]) => ({ kind: 'pretraining', seed, model, ...base })),
    ...tasks.flatMap(({ family, k, curves }) =>
      Object.entries(curves).map(([model, accuracy]) => ({
        kind: 'finetuning',
        seed,
        task: `${family}_${k}`,
        model,
        accuracy,
      })),
    ),
  ])
}
