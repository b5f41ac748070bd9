// nanoalign reason: a model learns by reinforcement to think before it answers.

import {
  checkReasoningOptions,
  claimsMarkdown,
  type ReasoningOptions,
  reason,
  reasoningClaims,
  reasoningFamilies,
  reasoningPresets,
  reasoningStageCounts,
  reportText,
} from '@nanoalign/experiments'
import { policyAlgorithms } from '@nanoalign/trainer'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, list, SEED_LIMIT, seeds, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'

interface ReasonOptions extends GlobalOptions {
  preset: string
  tasks?: string[]
  algorithms?: string[]
  seeds?: string
  seed?: number
  claims?: boolean
  checkpointEvery: number
  json?: boolean
}

export function addReason(program: Command, host: Host, args: readonly string[]): void {
  program
    .command('reason')
    .description('learning to reason: reinforcement learning from right answers alone')
    .option('--preset <name>', Object.keys(reasoningPresets).join(', '), 'quick')
    .option('--tasks <list>', reasoningFamilies.map(({ name }) => name).join(', '), list)
    .option('--algorithms <list>', `${policyAlgorithms.join(', ')}; the first is the main one`, list)
    .option('--seeds <n>', 'how many seeds, or a list such as 4,5,6')
    .option('--seed <n>', 'the first of the seeds (default: 1)', whole(0, SEED_LIMIT - 1000))
    .option('--claims', 'the claims of the papers and what the run says, in Markdown, instead of the report')
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--json', 'the result as one JSON object on stdout instead of the report')
    .action((_: unknown, command: Command) => run(host, command.optsWithGlobals<ReasonOptions>(), args))
}

async function run(host: Host, given: ReasonOptions, args: readonly string[]): Promise<void> {
  const options = chosen(given)
  const store = new RunStore(given, host.env)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = { command: 'reason', preset: given.preset, options: { ...options } }
    const command = commandLine(args)
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages: reasoningStageCounts(options), checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const result = await reason({ gpu, runner }, options)
      await store.writeJson(run.id, 'result.json', result)
      return result
    })
    const report = runReport(run, value)
    const path = await writeReport(store, run, report)
    if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: path, result: value })}\n`)
    else if (given.claims) host.stdout(claimsMarkdown(reasoningClaims(value), command.replace(' --claims', '')))
    else host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${path}\n`)
  } finally {
    gpu.close()
  }
}

function chosen({ preset, tasks, algorithms, seeds: text, seed }: ReasonOptions): ReasoningOptions {
  if (!Object.hasOwn(reasoningPresets, preset))
    throw new UsageError(notOneOf('preset', preset, Object.keys(reasoningPresets)))
  const base: ReasoningOptions = reasoningPresets[preset as keyof typeof reasoningPresets]
  const changes: Partial<ReasoningOptions> = {}
  if (tasks) changes.tasks = tasks
  if (algorithms) changes.algorithms = algorithms as ReasoningOptions['algorithms']
  if (text !== undefined || seed !== undefined)
    try {
      changes.seeds = seeds(text ?? String(base.seeds.length), seed)
    } catch (error) {
      throw new UsageError(`--seeds ${text} is neither a number nor a list such as 4,5,6: ${(error as Error).message}`)
    }
  const options = { ...base, ...changes }
  try {
    checkReasoningOptions(options)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  return options
}
