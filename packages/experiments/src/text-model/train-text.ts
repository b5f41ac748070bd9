// Pretraining of a small GPT on a text, as one stage: the same text, options and version give the same key, so a
// finished training is found again and an interrupted one goes on to the same bits.

import { type Gpu, Random } from '@nanoalign/kernels'
import {
  createDecoder,
  type GPTConfig,
  gptParameters,
  type ModelFile,
  Parameters,
  readModel,
  writeModel,
} from '@nanoalign/model'
import {
  evaluationBatches,
  languageEvaluator,
  languageModelTask,
  learningRate,
  train,
  windowBatches,
} from '@nanoalign/trainer'
import { defineStage, type Runner, type StageContext, type StagePlan } from '../stages/stage.ts'
import { modelBytes, readingWork, times, total, trainingWork, type Work } from '../work.ts'
import { continueTokens } from './generate-text.ts'
import { checkTextModelOptions, type TextModelOptions, textModelConfig, textModelSchedule } from './options.ts'
import type { TextData } from './text-data.ts'

/** What a training has measured, up to some step. */
export interface TextMetrics {
  /** means over the steps since the entry before, nats per token; the gradient's norm is the one before clipping */
  training: { step: number; loss: number; gradNorm: number; lr: number }[]
  /** from before the first step on */
  validation: { step: number; loss: number }[]
  samples: { step: number; text: string }[]
}

/** A finished training in plain JSON, for reports. */
export interface TextModelResult {
  options: TextModelOptions
  data: { name: string; sha256: string; tokens: number; vocabSize: number; unigramEntropy: number }
  parameters: number
  metrics: TextMetrics
}

interface Inputs {
  sha256: string
  options: TextModelOptions
  config: GPTConfig
}

interface Trained {
  model: ModelFile
  metrics: TextMetrics
}

const RECIPE = { beta2: 0.99, weightDecay: 0.1 } as const
const EVALUATION_BATCHES = 16
const SAMPLE = { tokens: 160, temperature: 0.8 } as const
const LOGGED_POINTS = 200

/**
 * Trains (or finds) the model. `onMetrics` hears, whenever the validation loss or a sample is new, all there is so far.
 * @throws RangeError for options that make no model; DivergenceError; the signal's reason.
 */
export async function trainText(
  {
    gpu,
    runner,
    data,
    name,
    onMetrics = async () => {},
  }: {
    gpu: Gpu
    runner: Runner
    data: TextData
    /** what to call the text */
    name: string
    onMetrics?: (metrics: TextMetrics) => Promise<void>
  },
  options: TextModelOptions,
): Promise<{ result: TextModelResult; model: ModelFile }> {
  checkTextModelOptions(options)
  const { tokenizer, sha256, unigramEntropy } = data
  const config = textModelConfig(options, tokenizer.vocabSize)
  // the text is too long for the inputs: its hash stands for it
  const stage = defineStage<Inputs, Trained>({
    name: 'train-text',
    version: 1,
    run: (inputs, context) => run(gpu, data, inputs, context, onMetrics),
    encode: ({ model, metrics }) => ({
      'model.safetensors': writeModel(gptParameters(model.config), model),
      'metrics.json': new TextEncoder().encode(JSON.stringify(metrics)),
    }),
    decode: (blobs) => ({
      model: readModel(blobs['model.safetensors']),
      metrics: JSON.parse(new TextDecoder().decode(blobs['metrics.json'])),
    }),
    plan: (inputs) => planned(inputs, data.validation.length),
  })
  const { value } = await runner.stage(stage, { sha256, options, config }, { label: `train on ${name}` })
  const tokens = data.training.length + data.validation.length
  const result: TextModelResult = {
    options,
    data: { name, sha256, tokens, vocabSize: tokenizer.vocabSize, unigramEntropy },
    parameters: Object.values(value.model.values).reduce((total, { length }) => total + length, 0),
    metrics: value.metrics,
  }
  return { result, model: value.model }
}

/** What must survive a restart: the metrics, and the sums of the entry that is not complete. */
interface Log {
  metrics: TextMetrics
  losses: number[]
  gradNorms: number[]
}

async function run(
  gpu: Gpu,
  { tokenizer, training, validation }: TextData,
  { options, config }: Inputs,
  context: StageContext,
  onMetrics: (metrics: TextMetrics) => Promise<void>,
): Promise<Trained> {
  const { batch: B, context: T, steps, seed } = options
  const evalEvery = options.evalEvery || steps
  const sampleEvery = options.sampleEvery || steps
  const logEvery = Math.ceil(steps / LOGGED_POINTS)
  const schedule = textModelSchedule(options)

  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(new Random(seed, 'text/init').uint32())
  const evaluator = await languageEvaluator(gpu, config, parameters, { B, T })
  const decoder = await createDecoder(gpu, config, parameters, 1, { temperature: SAMPLE.temperature, seed })
  try {
    const heldOut = evaluationBatches(validation, { B, T }, heldOutBatches(options, validation.length))
    const prompt = Uint32Array.of(training.includes(newline(tokenizer)) ? newline(tokenizer) : training[0])
    const writeSample = async () => {
      const ids: number[] = []
      for await (const [row] of continueTokens(decoder, T, [prompt], SAMPLE.tokens)) ids.push(...row)
      return tokenizer.decode(ids)
    }

    let log: Log | undefined
    let finished = false
    const atStart = { step: 0, loss: await evaluator.loss(heldOut) }
    const events = train(
      gpu,
      parameters,
      (loss) => languageModelTask(gpu, config, parameters, loss, { B, T }, windowBatches(training, { B, T }, { seed })),
      {
        ...RECIPE,
        steps,
        schedule,
        pauseEvery: greatestCommonDivisor(evalEvery, sampleEvery),
        signal: context.signal,
        // a checkpoint of the last step would leave a resumed run without events, and so without its metrics
        checkpoint: {
          ...context.checkpoint,
          save: async (bytes) => {
            if (!finished) await context.checkpoint.save(bytes)
          },
        },
      },
    )
    for await (const event of events) {
      const { step, losses, gradNorms, tokensPerSecond } = event
      log ??= (event.extra as Log | undefined) ?? {
        metrics: { training: [], validation: [atStart], samples: [] },
        losses: [],
        gradNorms: [],
      }
      event.extra = log
      finished = step === steps
      const { metrics } = log
      losses.forEach((loss, i) => {
        log!.losses.push(loss)
        log!.gradNorms.push(gradNorms[i])
        const done = step - losses.length + i + 1
        if (done % logEvery !== 0 && done !== steps) return
        const lr = learningRate(schedule, done - 1, steps)
        metrics.training.push({ step: done, loss: mean(log!.losses), gradNorm: mean(log!.gradNorms), lr })
        log!.losses = []
        log!.gradNorms = []
      })
      const evaluated = step % evalEvery === 0 || step === steps
      const sampled = step % sampleEvery === 0 || step === steps
      if (evaluated) metrics.validation.push({ step, loss: await evaluator.loss(heldOut) })
      if (sampled) metrics.samples.push({ step, text: await writeSample() })
      const latest = metrics.validation[metrics.validation.length - 1]
      const note = `validation ${latest.loss.toFixed(3)} at step ${latest.step}`
      context.report({ step, steps, loss: losses[losses.length - 1], tokensPerSecond, note })
      if (evaluated || sampled) await onMetrics(metrics)
    }
    const values = await parameters.toHost()
    return { model: { config, values, tokenizer }, metrics: log!.metrics }
  } finally {
    evaluator.destroy()
    decoder.destroy()
    parameters.destroy()
  }
}

const heldOutBatches = ({ batch, context }: TextModelOptions, tokens: number) =>
  Math.min(EVALUATION_BATCHES, Math.ceil(tokens / (batch * context)))

/** What a training on a text with so many held-out tokens costs. */
function planned({ options, config }: Inputs, heldOut: number): StagePlan {
  const { batch: B, context: T, steps, evalEvery, sampleEvery } = options
  const parts = (every: number) => Math.ceil(steps / (every || steps))
  const batches = heldOutBatches(options, heldOut)
  const evaluation = readingWork(config, { rows: batches * B, T, batch: B })
  // token by token, the prompts of later windows as well
  const sample: Work = { ...readingWork(config, { rows: SAMPLE.tokens, T: 1, batch: 1 }), submits: SAMPLE.tokens }
  const training = trainingWork(config, { B, T, steps })
  return {
    ...total(training, times(1 + parts(evalEvery), evaluation), times(parts(sampleEvery), sample)),
    bytes: modelBytes(config),
    config,
  }
}

function newline(tokenizer: TextData['tokenizer']): number {
  const json = tokenizer.toJSON()
  return json.kind === 'byte' ? 10 : [...json.characters].indexOf('\n')
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
