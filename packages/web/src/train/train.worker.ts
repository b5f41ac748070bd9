// Training on a text in a worker; the finished model stays here to be asked about prompts.

import {
  createRunner,
  generateText,
  MakerTally,
  type TextData,
  type TextModelOptions,
  type TextModelResult,
  textData,
  textModelConfig,
  trainingMemory,
  trainText,
} from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, writeModel } from '@nanoalign/model'
import { version } from '../../package.json'
import { throwCause } from '../device/lost.ts'
import { openTunings, tuned } from '../device/tuned.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { findText } from '../store/texts.ts'
import { planWork } from '../study/planned-work.ts'
import { sum } from '../study/progress-meter.ts'
import { workerPort } from '../worker-port.ts'
import type { TrainConfig } from './config.ts'
import { look } from './look.ts'
import type { FromTraining, ToTraining } from './messages.ts'

const CHECKPOINT_EVERY_MS = 3_000
const MOST_LOOKED_AT = 48 // tokens: attention maps of more cannot be read

let current: AbortController | undefined
let model: ModelFile | undefined
let device: Gpu | undefined

const post = workerPort<ToTraining, FromTraining>((message) => {
  if (message.type === 'start') start(message)
  else if (message.type === 'plan') plan(message.id, message.wanted)
  else if (message.type === 'pause') current?.abort(new DOMException('paused', 'AbortError'))
  else if (message.type === 'lose-device') device?.device.destroy()
  else if (message.type === 'look') tell(message.prompt)
  else if (message.type === 'save') save()
  else write(message)
})

/** Of a text or options that cannot be there is nothing to say: the start refuses them. */
async function plan(id: string, { text: name, options }: TrainConfig): Promise<void> {
  const stored = await findText(name)
  if (!stored) return
  try {
    const data = textData(new TextEncoder().encode(stored.text), options.tokenizer, options.context)
    const work = await planWork((tools) => trainText({ ...tools, data, name: stored.name }, options))
    post({ type: 'planned', id, seconds: sum(work.map(({ seconds }) => seconds)) })
  } catch {}
}

async function start({ name, text, options }: { name: string; text: string; options: TextModelOptions }) {
  current?.abort(new DOMException('a new run begins', 'AbortError'))
  const controller = new AbortController()
  current = controller
  const { signal } = controller
  model = undefined
  try {
    const data = textData(new TextEncoder().encode(text), options.tokenizer, options.context)
    const done = await withGpuTurn(
      signal,
      () => post({ type: 'waiting' }),
      () => withDevice((gpu) => run(gpu, data, name, options, signal)),
    )
    post({ type: 'done', ...done })
  } catch (error) {
    if (signal.aborted) post({ type: 'paused' })
    else post({ type: 'failed', error: (error as Error).name, message: (error as Error).message })
  }
}

async function run(
  gpu: Gpu,
  data: TextData,
  name: string,
  options: TextModelOptions,
  signal: AbortSignal,
): Promise<Omit<Extract<FromTraining, { type: 'done' }>, 'type'>> {
  const config = textModelConfig(options, data.tokenizer.vocabSize)
  post({
    type: 'started',
    adapter: gpu.adapter.name,
    characters: data.training.length + data.validation.length,
    vocabulary: data.tokenizer.vocabSize,
    parameters: trainingMemory(config, { B: options.batch, T: options.context }).parameters,
    unigram: data.unigramEntropy,
  })
  let first: number | undefined
  let key = ''
  const tally = new MakerTally()
  const runner = createRunner({
    store: openArtifacts(),
    signal,
    checkpointEveryMs: CHECKPOINT_EVERY_MS,
    provenance: { adapter: gpu.adapter, code: version, browser: navigator.userAgent },
    tuning: gpu.tuning?.id,
    onEvent(event) {
      key = event.key
      if ('madeBy' in event && event.madeBy) tally.add(key, event.madeBy)
      if (event.type !== 'stage-progress') return
      const { step, steps, loss = Number.NaN, tokensPerSecond = 0 } = event
      first ??= step
      post({ type: 'progress', step, steps, loss, tokensPerSecond, resumed: first > 20 })
    },
  })
  const onMetrics = async ({ validation, samples }: TextModelResult['metrics']) =>
    post({ type: 'metrics', metrics: { validation, samples } })
  const trained = await trainText({ gpu, runner, data, name, onMetrics }, options)
  model = trained.model
  return { result: trained.result, key, makers: tally.counts, adapters: tally.adapterText }
}

function tell(prompt: string): void {
  if (!model?.tokenizer) return
  const { tokenizer, config } = model
  try {
    const ids = tokenizer.encode(prompt).slice(-Math.min(MOST_LOOKED_AT, config.blockSize))
    if (ids.length === 0) throw new Error('Type at least one character.')
    const { next, maps } = look(model, ids)
    const ranked = Array.from(next, (probability, id) => ({ probability, id })).sort(
      (a, b) => b.probability - a.probability,
    )
    const text = (id: number) => tokenizer.decode([id])
    post({
      type: 'insight',
      insight: {
        characters: Array.from(ids, text),
        next: ranked.slice(0, 10).map(({ probability, id }) => ({ character: text(id), probability })),
        maps,
      },
    })
  } catch (error) {
    post({ type: 'look-failed', message: (error as Error).message })
  }
}

function save(): void {
  if (!model) return
  const bytes = writeModel(gptParameters(model.config), model)
  post({ type: 'model', bytes }, [bytes.buffer])
}

async function write({ prompt, temperature, seed }: { prompt: string; temperature: number; seed: number }) {
  const wanted = model
  if (!wanted) return
  try {
    await withDevice(async (gpu) => {
      for await (const [text] of generateText(gpu, wanted, { prompt, tokens: 300, temperature, seed }))
        post({ type: 'written', text, end: false })
    })
  } catch (error) {
    post({ type: 'look-failed', message: (error as Error).message })
  }
  post({ type: 'written', text: '', end: true })
}

async function withDevice<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await tuned(await openDevice(navigator.gpu), openTunings())
  device = gpu
  try {
    return await work(gpu)
  } catch (error) {
    return await throwCause(gpu, error)
  } finally {
    gpu.close()
  }
}
