// The text model as a whole, on a made-up language: training falls below the unigram entropy, stops and resumes to the
// same bits, and writes text.

import type { Gpu } from '@nanoalign/kernels'
import { Program } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { gptHidden, gptLogits, gptParameters, Parameters, softmaxLoss, Tape, writeModel } from '@nanoalign/model'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportText } from '../report/text.ts'
import { createRunner, type Runner, type StageEvent } from '../stages/stage.ts'
import { ArtifactStore } from '../stages/store.ts'
import { generateText } from './generate-text.ts'
import { checkTrainingMemory, trainingMemory } from './memory.ts'
import { checkTextModelOptions, type TextModelOptions, textModelConfig, textModelPresets } from './options.ts'
import { textModelReport } from './report.ts'
import { textData } from './text-data.ts'
import { trainText } from './train-text.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu.close())

const bytesOf = (text: string) => new TextEncoder().encode(text)
const TEXT = 'the whale sees the sea; the sea sees the ship.\n'.repeat(40)
const OPTIONS: TextModelOptions = {
  ...textModelPresets.tiny,
  layers: 1,
  heads: 2,
  width: 16,
  context: 8,
  batch: 8,
  steps: 60,
  lr: 0.02,
  evalEvery: 20,
  sampleEvery: 30,
}

function setup(onEvent: (event: StageEvent) => void = () => {}, storage = createStorage()) {
  const controller = new AbortController()
  const runner = createRunner({
    store: new ArtifactStore(storage),
    provenance: {},
    signal: controller.signal,
    onEvent,
    checkpointEveryMs: 0,
  })
  return { runner, controller, storage }
}

const train = (runner: Runner, options = OPTIONS, text = TEXT) =>
  trainText({ gpu, runner, name: 'a test', data: textData(bytesOf(text), options.tokenizer, options.context) }, options)

let finished: ReturnType<typeof train>
beforeAll(() => {
  finished = train(setup().runner)
})

test('training falls below the unigram entropy, and stopped anywhere it resumes to the same bits', async () => {
  const straight = await finished
  const { metrics, data } = straight.result
  expect(metrics.validation.map(({ step }) => step)).toEqual([0, 20, 40, 60])
  expect(metrics.samples.map(({ step, text }) => [step, text.length])).toEqual([
    [30, 160],
    [60, 160],
  ])
  expect(metrics.training.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  expect(metrics.validation[3].loss).toBeLessThan(data.unigramEntropy / 2)

  const storage = createStorage()
  for (const stopAt of [1, 25, 60]) {
    const { runner, controller } = setup((event) => {
      if (event.type === 'stage-progress' && event.step >= stopAt) controller.abort(new Error('stop'))
    }, storage)
    await expect(train(runner)).rejects.toThrow('stop')
  }
  const resumed = await train(setup(() => {}, storage).runner)
  expect(resumed.result).toEqual(straight.result)
  const bytes = (m: typeof straight) => writeModel(gptParameters(m.model.config), m.model)
  expect(bytes(resumed)).toEqual(bytes(straight))
})

test('a model writes on from any prompt, longer than its context too, and the same again from the same seed', async () => {
  const { model } = await train(setup().runner, OPTIONS, '0123456789'.repeat(50))
  const write = async (options: object) => {
    const texts: string[] = []
    for await (const pieces of generateText(gpu, model, { prompt: '3', tokens: 30, temperature: 0, ...options }))
      pieces.forEach((piece, row) => {
        texts[row] = (texts[row] ?? '') + piece
      })
    return texts
  }
  expect(await write({})).toEqual(['456789012345678901234567890123'])
  expect(await write({ prompt: '9'.repeat(20).concat('0123456') })).toEqual(['789012345678901234567890123456'])
  const two = await write({ count: 2, temperature: 5, seed: 3, tokens: 40 })
  expect(two.map((text) => text.length)).toEqual([40, 40])
  expect(two[0]).not.toBe(two[1])
  expect(await write({ count: 2, temperature: 5, seed: 3, tokens: 40 })).toEqual(two)
  await expect(write({ prompt: '1é' })).rejects.toThrow('contains "é" (U+00E9), which is not among the 10 characters')
  await expect(write({ prompt: '' })).rejects.toThrow('the prompt is empty')
})

test('bytes make a model of any file, and a character cut in two is not shown in halves', async () => {
  const { model, result } = await train(setup().runner, { ...OPTIONS, tokenizer: 'byte', steps: 3 })
  expect(result.data.vocabSize).toBe(256)
  let text = ''
  for await (const [piece] of generateText(gpu, model, { prompt: 'é', tokens: 30 })) text += piece
  expect(text.length).toBeGreaterThan(5)
})

describe('text', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  test.each<[string, Uint8Array, string]>([
    ['empty', bytes(), 'the text is empty'],
    ['a byte order mark alone', bytes(0xef, 0xbb, 0xbf), 'the text is empty but for a byte order mark'],
    ['binary', bytes(65, 66, 0, 67), 'the file is binary: byte 2 is NUL'],
    ['Latin-1', bytes(65, 66, 0xe9, 67), 'not UTF-8: byte 2 (0xe9)'],
    ['cut off', bytes(65, 0xc3), 'not UTF-8: byte 1 (0xc3)'],
    ['cut off after EF', bytes(65, 0xef, 65), 'not UTF-8: byte 1 (0xef)'],
    ['cut off after EF BF', bytes(65, 0xef, 0xbf), 'not UTF-8: byte 1 (0xef)'],
    ['a surrogate', bytes(65, 0xed, 0xa0, 0x80), 'not UTF-8: byte 1 (0xed)'],
    ['short', bytesOf('abc'), 'the text has 3 tokens but a context of 8 needs at least 18'],
  ])('%s', (_, data, message) => {
    expect(() => textData(data, 'char', 8)).toThrow(message)
  })

  test('is split by position; the byte tokenizer takes anything', () => {
    const { training, validation, tokenizer } = textData(bytesOf('\ufeff0123456789'.repeat(10)), 'char', 4)
    expect(tokenizer.decode(training) + tokenizer.decode(validation)).toBe('\ufeff0123456789'.repeat(10).slice(1))
    expect(validation.length).toBe(10)
    expect([...textData(bytes(0, 255, 0, 254), 'byte', 1).validation]).toEqual([0, 254])
  })
})

test.each([
  [{ width: 10, heads: 4 }, 'width 10 is not a multiple of heads 4'],
  [{ width: 512, heads: 1 }, 'more than 128'],
  [{ steps: 0 }, 'steps is 0'],
  [{ context: 1 }, 'context is 1 but must be a whole number from 2'],
  [{ lr: 0 }, 'lr is 0'],
  [{ lr: Number.NaN }, 'lr is NaN'],
  [{ seed: -1 }, 'seed is -1'],
  [{ tokenizer: 'word' as 'char' }, 'tokenizer is "word"'],
])('options %j are refused', (options, message) => {
  expect(() => checkTextModelOptions({ ...OPTIONS, ...options })).toThrow(message)
})

describe('memory', () => {
  test.each([
    ['tiny', textModelPresets.tiny],
    ['small', textModelPresets.small],
  ] as const)('the estimate for %s is near what the recorded program plans', (_, options) => {
    const shape = { B: options.batch, T: options.context }
    const config = textModelConfig(options, 87)
    const parameters = new Parameters(gpu, gptParameters(config))
    const program = new Program(gpu, 'estimate')
    const tape = new Tape(program, parameters, { training: true })
    const tokens = shape.B * shape.T
    const ids = program.tensor([tokens], 'ids', 'u32')
    const first = program.tensor([1], 'first', 'u32')
    const logits = gptLogits(tape, config, gptHidden(tape, config, { ids, first }, shape))
    softmaxLoss(tape, { logits, ids, weights: program.tensor([tokens], 'weights') })
    tape.backward()
    const ratio = trainingMemory(config, shape).activationBytes / program.memory().planned
    parameters.destroy()
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
  })

  test('a model that cannot fit is refused with the estimate and the limit', () => {
    const wide = trainingMemory(textModelConfig({ ...OPTIONS, width: 16_384, heads: 128, layers: 2 }, 87), {
      B: 1,
      T: 8,
    })
    expect(() => checkTrainingMemory(gpu, wide)).toThrow(
      /training 6,\d{3},\d{3},\d{3} parameters needs about \d+\.\d GiB, \d+\.\d GiB of it in one buffer for the parameters/,
    )
    const modest = trainingMemory(textModelConfig(OPTIONS, 87), { B: 8, T: 8 })
    expect(() => checkTrainingMemory(gpu, modest, 1000)).toThrow('but this machine has 1 MiB')
    checkTrainingMemory(gpu, modest, 2 ** 30)
  })
})

test('the report shows losses and samples', async () => {
  const { result } = await finished
  const provenance = { adapter: 'a', command: 'c', date: 'd', versions: {} }
  const text = reportText(textModelReport(result, provenance))
  expect(text).toContain('unigram entropy')
  expect(text).toContain('What it writes after 60 steps')
})
