// nanoalign train: a GPT on a text of one's own, or on Moby Dick.

import { createHash } from 'node:crypto'
import os from 'node:os'
import {
  checkTextModelOptions,
  checkTrainingMemory,
  type TextMetrics,
  type TextModelOptions,
  textData,
  textModelConfig,
  textModelPresets,
  trainingMemory,
  trainText,
} from '@nanoalign/experiments'
import { gptParameters, type ModelFile, writeModel } from '@nanoalign/model'
import type { Command } from 'commander'
import { readData } from '../data-file.ts'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, SEED_LIMIT, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { runReport, writeReport } from '../reports.ts'
import { doRun } from '../run.ts'
import { type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'

interface TrainOptions extends GlobalOptions, Partial<TextModelOptions> {
  data?: string
  preset?: string
  resume?: string
  checkpointEvery: number
}

const MODEL_OPTIONS = [
  'tokenizer',
  'layers',
  'heads',
  'width',
  'context',
  'batch',
  'steps',
  'lr',
  'seed',
  'evalEvery',
  'sampleEvery',
] as const

export function addTrain(program: Command, host: Host, args: readonly string[]): void {
  const size = (name: keyof typeof textModelPresets) => {
    const { layers, width, context, batch, steps } = textModelPresets[name]
    return `${name} (${layers} layers of ${width}, ${batch} × ${context} tokens, ${steps} steps)`
  }
  program
    .command('train')
    .description('train a GPT on a text; the same command continues an interrupted training')
    .option('--data <file>', 'a text file, or "moby-dick" (default: moby-dick)')
    .option('--preset <name>', `${(['tiny', 'small', 'medium'] as const).map(size).join(', ')} (default: tiny)`)
    .option('--tokenizer <kind>', 'char: one token per character; byte: per byte, for any file (default: char)')
    .option('--layers <n>', 'transformer blocks', whole(1, 65_536))
    .option('--heads <n>', 'attention heads', whole(1, 65_536))
    .option('--width <n>', 'size of the hidden states, a multiple of --heads', whole(1, 65_536))
    .option('--context <n>', 'tokens the model sees at once', whole(2, 65_536))
    .option('--batch <n>', 'windows per step', whole(1, 65_536))
    .option('--steps <n>', 'optimizer steps', whole(1, 1e9))
    .option('--lr <x>', "the learning rate's peak", decimal(0, { above: true }))
    .option('--seed <n>', 'of initialisation, batches and samples (default: 1)', whole(0, SEED_LIMIT))
    .option('--eval-every <n>', 'steps between measurements of the validation loss; 0 = at the end', whole(0, 1e9))
    .option('--sample-every <n>', 'steps between samples; 0 = at the end', whole(0, 1e9))
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--resume <run>', 'continue this run with the options it was started with')
    .action((_: unknown, command: Command) => train(host, command.optsWithGlobals<TrainOptions>(), args))
}

async function train(host: Host, given: TrainOptions, args: readonly string[]): Promise<void> {
  const store = new RunStore(given, host.env)
  const { preset, options, data } = given.resume ? await resumed(store, given) : chosen(given)
  const file = await readData(data.path)
  const sha256 = createHash('sha256').update(file.bytes).digest('hex')
  if (data.sha256 !== undefined && data.sha256 !== sha256)
    throw new UsageError(`${data.path} is no longer the text that run ${given.resume} was started with`)
  const text = textData(file.bytes, options.tokenizer, options.context)
  const { tokenizer, training, validation, unigramEntropy } = text
  const memory = trainingMemory(textModelConfig(options, tokenizer.vocabSize), { B: options.batch, T: options.context })

  const gpu = await openGpu(host, given.adapter)
  try {
    checkTrainingMemory(gpu, memory, machineMemory())
    const unit = options.tokenizer === 'char' ? 'characters' : 'bytes'
    const count = (n: number) => n.toLocaleString('en')
    host.stdout(
      `data: ${file.name}, ${count(training.length)} ${unit} to train on, ${count(validation.length)} to validate on\n` +
        `vocabulary: ${tokenizer.vocabSize} ${unit}; unigram entropy ${loss(unigramEntropy)} per token\n` +
        `model: ${count(memory.parameters)} parameters (${options.layers} layers, ${options.heads} heads, width ` +
        `${options.width}, context ${options.context}), about ${count(Math.ceil(memory.totalBytes / 2 ** 20))} MiB\n` +
        `training: ${count(options.steps)} steps of ${options.batch} × ${options.context} tokens\n`,
    )
    const config: RunConfig = { command: 'train', preset, options: { ...options }, data: { name: file.name, sha256 } }
    const command = commandLine(args)
    const stages = { 'train-text': 1 }
    const checkpointEverySeconds = given.checkpointEvery
    const request = { store, gpu, config, command, stages, dataPath: file.path, checkpointEverySeconds }
    const { run, value } = await doRun(host, request, async ({ run, runner, progress }) => {
      let told = 0
      const onMetrics = async (metrics: TextMetrics) => {
        await store.writeLines(run.id, 'metrics.jsonl', metricLines(metrics))
        const sample = metrics.samples[metrics.samples.length - 1]
        if (!sample || sample.step <= told || sample.step === options.steps) return
        told = sample.step
        progress.note(`sample at step ${sample.step}:\n${indent(sample.text)}`)
      }
      const { result, model } = await trainText({ gpu, runner, data: text, name: file.name, onMetrics }, options)
      const bytes = modelBytes(model)
      await store.write(run.id, 'model.safetensors', bytes)
      await store.writeLines(run.id, 'metrics.jsonl', metricLines(result.metrics))
      const modelSha256 = createHash('sha256').update(bytes).digest('hex')
      await store.writeJson(run.id, 'result.json', { ...result, modelSha256 })
      return result
    })
    const { samples, validation: measured } = value.metrics
    const last = measured[measured.length - 1].loss
    host.stdout(
      `\nvalidation loss ${loss(last)} per token after ${count(options.steps)} steps ` +
        `(unigram entropy ${loss(unigramEntropy)})\n\n${indent(samples[samples.length - 1].text)}\n\n` +
        `report: ${await writeReport(store, run, runReport(run, value))}\n` +
        `try: ${sampleCommand(run.id, file.path, args)}\n`,
    )
  } finally {
    gpu.close()
  }
}

function sampleCommand(id: string, dataPath: string, args: readonly string[]): string {
  const at = args.indexOf('--out')
  const folder = at < 0 ? [] : args.slice(at, at + 2)
  const prompt = dataPath === 'moby-dick' ? ['--prompt', 'Call me'] : []
  return commandLine(['sample', '--run', id, ...prompt, ...folder])
}

interface Chosen {
  preset: string
  options: TextModelOptions
  data: { path: string; sha256?: string }
}

/** The preset with what the flags change. */
function chosen(given: TrainOptions): Chosen {
  const { preset = 'tiny' } = given
  if (!Object.hasOwn(textModelPresets, preset))
    throw new UsageError(notOneOf('preset', preset, Object.keys(textModelPresets)))
  const flags = MODEL_OPTIONS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]]))
  const options: TextModelOptions = {
    ...textModelPresets[preset as keyof typeof textModelPresets],
    ...Object.fromEntries(flags),
  }
  if (!['char', 'byte'].includes(options.tokenizer))
    throw new UsageError(notOneOf('tokenizer', options.tokenizer, ['char', 'byte']))
  try {
    checkTextModelOptions(options)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  return { preset, options, data: { path: given.data ?? 'moby-dick' } }
}

/** What the run was started with. */
async function resumed(store: RunStore, given: TrainOptions): Promise<Chosen> {
  const flag = [...MODEL_OPTIONS, 'data' as const, 'preset' as const].find((name) => given[name] !== undefined)
  if (flag) {
    const name = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(`--resume goes on with the options of the run, so --${name} cannot be given beside it`)
  }
  const { id, config, state } = await store.find(given.resume!)
  if (config.command !== 'train')
    throw new UsageError(`run ${id} is not a training but "${config.command}"; continue it with: ${state.command}`)
  const options = config.options as unknown as TextModelOptions
  try {
    checkTextModelOptions(options)
  } catch (error) {
    throw new UsageError(`${store.path(id, 'config.json')}: ${(error as Error).message}`)
  }
  return { preset: config.preset, options, data: { path: state.dataPath ?? 'moby-dick', sha256: config.data?.sha256 } }
}

function metricLines({ training, validation, samples }: TextMetrics): object[] {
  const lines = [
    ...training.map((point) => ({ kind: 'training', ...point })),
    ...validation.map((point) => ({ kind: 'validation', ...point })),
    ...samples.map((point) => ({ kind: 'sample', ...point })),
  ]
  return lines.sort((a, b) => a.step - b.step) // stable: of one step in the order above
}

function modelBytes(model: ModelFile): Uint8Array {
  return writeModel(gptParameters(model.config), model)
}

/** What this process may use: the machine's memory, or less inside a container. */
function machineMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem()
}

function loss(nats: number): string {
  return `${nats.toFixed(3)} nats (${(nats / Math.LN2).toFixed(3)} bits)`
}

function indent(text: string): string {
  return text.replace(/^/gm, '  | ')
}
