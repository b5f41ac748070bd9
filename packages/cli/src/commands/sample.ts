// nanoalign sample: text from a model that `nanoalign train` has made.

import { createHash } from 'node:crypto'
import { generateText } from '@nanoalign/experiments'
import { CorruptFileError, type ModelFile, readModel } from '@nanoalign/model'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, SEED_LIMIT, whole } from '../options.ts'
import { RunStore } from '../run-folder.ts'

interface SampleOptions extends GlobalOptions {
  run: string
  prompt: string
  tokens: number
  temperature: number
  topK: number
  count: number
  seed: number
}

export function addSample(program: Command, host: Host): void {
  program
    .command('sample')
    .description('write text with the model of a training')
    .requiredOption('--run <run>', 'the training: its id, or the beginning of it')
    .option('--prompt <text>', 'what to go on from (default: a new line)', '\n')
    .option('--tokens <n>', 'how many to write after the prompt', whole(1, 1e6), 300)
    .option('--temperature <x>', '0 takes the most likely token each time', decimal(0), 0.8)
    .option('--top-k <n>', 'choose among the k most likely tokens; 0 = all', whole(0, 1e6), 0)
    .option('--count <n>', 'how many texts', whole(1, 256), 1)
    .option('--seed <n>', 'the same seed writes the same text', whole(0, SEED_LIMIT), 0)
    .action((_: unknown, command: Command) => sample(host, command.optsWithGlobals<SampleOptions>()))
}

async function sample(host: Host, given: SampleOptions): Promise<void> {
  const { prompt, tokens, temperature, topK, count, seed } = given
  const model = await loadModel(new RunStore(given, host.env), given.run)
  const gpu = await openGpu(host, given.adapter)
  try {
    const options = { prompt, tokens, temperature, topK, count, seed, signal: host.signal }
    const texts = Array<string>(count).fill(prompt)
    if (count === 1) host.stdout(prompt)
    for await (const pieces of generateText(gpu, model, options)) {
      pieces.forEach((piece, i) => {
        texts[i] += piece
      })
      if (count === 1) host.stdout(pieces[0])
    }
    if (count === 1) host.stdout('\n')
    else for (const [i, text] of texts.entries()) host.stdout(`── ${i + 1} of ${count} ──\n${text}\n`)
  } finally {
    gpu.close()
  }
}

/** @throws UsageError when the run has none, CorruptFileError when it was cut off or altered. */
async function loadModel(store: RunStore, word: string): Promise<ModelFile> {
  const { id, config, state } = await store.find(word)
  if (config.command !== 'train')
    throw new UsageError(
      `run ${id} is "nanoalign ${config.command}", which leaves no text model; sample needs a training`,
    )
  const bytes = await store.read(id, 'model.safetensors')
  const result = (await store.readJson(id, 'result.json')) as { modelSha256?: unknown } | undefined
  if (!bytes || !result)
    throw new UsageError(`run ${id} has no model yet (${state.status}); continue it with: ${state.command}`)
  const path = store.path(id, 'model.safetensors')
  const remedy = 'Running the same command again rewrites it'
  if (createHash('sha256').update(bytes).digest('hex') !== result.modelSha256)
    throw new CorruptFileError(`${path} is cut off or altered: it is not what the training wrote. ${remedy}`)
  return readModel(bytes)
}
