// The GPU model against PyTorch (golden values), against the f64 reference, and against itself uncached.

import { readFileSync } from 'node:fs'
import {
  adamw,
  adamwSettings,
  createTensor,
  Program,
  Random,
  read,
  readFloats,
  sum,
  upload,
  write,
} from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDecoder } from './generate.ts'
import { type GPTConfig, gptHidden, gptLogits, gptLoss, gptParameters } from './gpt.ts'
import { softmaxLoss } from './ops.ts'
import { Parameters, type ParameterValues } from './parameters.ts'
import { crossEntropyReference, gptLogitsReference } from './reference.ts'
import { readSafetensors } from './safetensors.ts'
import { Tape } from './tape.ts'

type Gpu = Awaited<ReturnType<typeof openNodeDevice>>
let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu.close())

const golden = readSafetensors(readFileSync(new URL('../golden/gpt.safetensors', import.meta.url)))
const goldenConfig: GPTConfig = JSON.parse(golden.metadata.config)
const floats = (name: string) => golden.tensors[name].data as Float32Array<ArrayBuffer>
const group = (prefix: string): ParameterValues =>
  Object.fromEntries(
    Object.keys(golden.tensors)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), floats(name)]),
  )

function worstError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length)
  let worst = 0
  for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(got[i] - want[i]))
  return worst
}

/** A program for forward, or forward and backward, over one batch. */
async function buildStep(config: GPTConfig, parameters: Parameters, B: number, T: number, training: boolean) {
  const ids = createTensor(gpu, [B * T], 'u32', 'ids')
  const targets = createTensor(gpu, [B * T], 'u32', 'targets')
  const weights = createTensor(gpu, [B * T], 'f32', 'weights')
  const program = new Program(gpu, 'step')
  const tape = new Tape(program, parameters, { training })
  const hidden = gptHidden(tape, config, { ids, first: createTensor(gpu, [1], 'u32') }, { B, T })
  const logits = program.keep(gptLogits(tape, config, hidden))
  const losses = softmaxLoss(tape, { logits, ids: targets, weights })
  const loss = createTensor(gpu, [1])
  sum(program, { inp: losses, out: loss })
  tape.backward()
  return { program, ids, targets, weights, logits, loss }
}

test('logits, loss, every gradient and 20 AdamW steps agree with PyTorch', async () => {
  const settings = JSON.parse(golden.metadata.adamw)
  const [B, T] = golden.tensors.ids.shape
  const parameters = new Parameters(gpu, gptParameters(goldenConfig))
  parameters.load(group('initial/'))
  const step = await buildStep(goldenConfig, parameters, B, T, true)
  write(gpu, step.ids, Uint32Array.from(golden.tensors.ids.data))
  write(gpu, step.targets, Uint32Array.from(golden.tensors.targets.data))
  write(gpu, step.weights, floats('weights'))

  const forward = await buildStep(goldenConfig, parameters, B, T, false)
  write(gpu, forward.ids, Uint32Array.from(golden.tensors.ids.data))
  await forward.program.build()
  forward.program.submit()
  expect(worstError(await readFloats(gpu, forward.logits), floats('logits'))).toBeLessThan(2e-5)

  await step.program.build()
  step.program.submit()
  expect((await readFloats(gpu, step.loss))[0]).toBeCloseTo(floats('losses')[0], 4)
  const gradients = await parameters.toHost('gradients')
  const want = group('gradient/')
  for (const name of Object.keys(want)) expect(worstError(gradients[name], want[name]), name).toBeLessThan(3e-5)

  // the optimizer over the same flat buffers
  const optimizer = new Program(gpu, 'optimizer')
  const squaredNorm = createTensor(gpu, [1])
  const state = { m: createTensor(gpu, [parameters.values.size]), v: createTensor(gpu, [parameters.values.size]) }
  const settingsTensor = createTensor(gpu, [8])
  sum(optimizer, { inp: parameters.gradients, out: squaredNorm }, { square: true })
  adamw(
    optimizer,
    { parameters: parameters.values, gradients: parameters.gradients, ...state, settings: settingsTensor, squaredNorm },
    { decayed: parameters.values.size },
  )
  await optimizer.build()
  const losses = floats('losses')
  for (let t = 1; t <= losses.length; t++) {
    if (t > 1) step.program.submit()
    expect(Math.abs((await readFloats(gpu, step.loss))[0] - losses[t - 1]), `loss of step ${t}`).toBeLessThan(1e-4)
    const { lr, betas, eps, weight_decay: weightDecay, maxNorm } = settings
    write(
      gpu,
      settingsTensor,
      adamwSettings({ lr, beta1: betas[0], beta2: betas[1], eps, weightDecay, maxNorm, step: t }),
    )
    optimizer.submit()
  }
  const final = await parameters.toHost()
  const wantFinal = group('final/')
  const C = goldenConfig.nEmbd
  for (const name of Object.keys(wantFinal)) {
    // A key's bias adds the same score to every key, which softmax ignores: its gradient is 0 but for rounding, and Adam
    // scales rounding up to whole steps. Nothing depends on it, so it is the one thing not compared.
    const compared = (all: Float32Array) =>
      name.endsWith('c_attn.bias') ? [...all.subarray(0, C), ...all.subarray(2 * C)] : all
    expect(worstError(compared(final[name]), compared(wantFinal[name])), name).toBeLessThan(2e-4)
  }
})

test('the f64 reference agrees with PyTorch, and its slope along a direction with the gradient', () => {
  const initial = group('initial/')
  const [B, T] = golden.tensors.ids.shape
  const ids = golden.tensors.ids.data
  const lossOf = (p: Record<string, ArrayLike<number>>) =>
    crossEntropyReference(gptLogitsReference(goldenConfig, p, ids, T), golden.tensors.targets.data, floats('weights'))
  expect(worstError(gptLogitsReference(goldenConfig, initial, ids, T), floats('logits'))).toBeLessThan(1e-6)
  expect(lossOf(initial)).toBeCloseTo(floats('losses')[0], 5)
  expect(B * T).toBe(ids.length)
  const random = new Random(1, 'direction')
  const direction = Object.fromEntries(
    Object.entries(initial).map(([name, values]) => [name, Array.from(values, () => random.normal())]),
  )
  const moved = (h: number) =>
    Object.fromEntries(
      Object.entries(initial).map(([name, values]) => [name, Array.from(values, (x, i) => x + h * direction[name][i])]),
    )
  const slope = (lossOf(moved(1e-5)) - lossOf(moved(-1e-5))) / 2e-5
  let inner = 0
  for (const [name, gradient] of Object.entries(group('gradient/')))
    gradient.forEach((g, i) => {
      inner += g * direction[name][i]
    })
  expect(slope).toBeCloseTo(inner, 4)
})

const SHAPES: [GPTConfig, number, number][] = [
  [{ vocabSize: 5, blockSize: 1, nLayer: 1, nHead: 1, nEmbd: 1 }, 1, 1],
  [{ vocabSize: 37, blockSize: 10, nLayer: 1, nHead: 2, nEmbd: 24 }, 4, 9],
  [{ vocabSize: 65, blockSize: 33, nLayer: 3, nHead: 3, nEmbd: 33 }, 2, 33],
  [{ vocabSize: 101, blockSize: 40, nLayer: 2, nHead: 2, nEmbd: 64 }, 2, 37],
]

test.each(SHAPES)('logits agree with the f64 reference: %o, B=%i T=%i', async (config, B, T) => {
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(3)
  const random = new Random(1, 'ids')
  const ids = Uint32Array.from({ length: B * T }, () => random.integer(config.vocabSize))
  const { program, ids: idTensor, logits } = await buildStep(config, parameters, B, T, false)
  write(gpu, idTensor, ids)
  await program.build()
  program.submit()
  const want = gptLogitsReference(config, await parameters.toHost(), ids, T)
  expect(worstError(await readFloats(gpu, logits), want)).toBeLessThan(2e-5)
})

test.each([0, 1])('cached and uncached generation agree token for token at temperature %i', async (temperature) => {
  const config: GPTConfig = { vocabSize: 37, blockSize: 24, nLayer: 2, nHead: 2, nEmbd: 24 }
  const B = 5
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(5)
  const random = new Random(2, 'prompts')
  const prompts = Array.from({ length: B }, (_, b) => Uint32Array.from({ length: 1 + 2 * b }, () => random.integer(37)))
  const options = { temperature, topK: temperature ? 10 : 0, seed: 11 }
  const decoder = await createDecoder(gpu, config, parameters, B, options)
  const cached = await decoder.generate(prompts, config.blockSize)

  // uncached: the whole sequence through the model for every token, its last logits through the same sampler
  const { sample } = await import('@nanoalign/kernels')
  const tokens = prompts.map((prompt) => [...prompt])
  for (let t = 0; t + 1 < config.blockSize; t++) {
    const { program, ids, logits } = await buildStep(config, parameters, B, t + 1, false)
    write(gpu, ids, Uint32Array.from(tokens.flatMap((row) => row.slice(0, t + 1))))
    await program.build()
    program.submit()
    const all = await readFloats(gpu, logits)
    const last = new Float32Array(B * 37)
    for (let b = 0; b < B; b++) last.set(all.subarray((b * (t + 1) + t) * 37, (b * (t + 1) + t + 1) * 37), b * 37)
    const draw = new Program(gpu, 'draw')
    const drawn = createTensor(gpu, [B], 'u32')
    const inputs = { logits: upload(gpu, last, [B, 37]), position: upload(gpu, new Uint32Array([t]), [1]) }
    sample(draw, { ...inputs, ids: drawn }, { ...options, stream: 0 })
    await draw.build()
    draw.submit()
    const next = await read(gpu, drawn)
    tokens.forEach((row, b) => {
      if (row.length === t + 1) row.push(next[b])
    })
  }
  expect(cached.map((row) => [...row])).toEqual(tokens)
  decoder.destroy()
})

test('the loss without stored logits has the gradients of the one with them', async () => {
  const config: GPTConfig = { vocabSize: 37, outputSize: 30, blockSize: 48, nLayer: 1, nHead: 2, nEmbd: 24 }
  const [B, T] = [3, 48] // 144 rows, in blocks of 64
  const random = new Random(1, 'ids')
  const tokens = (below: number) => Uint32Array.from({ length: B * T }, () => random.integer(below))
  const [ids, targets] = [upload(gpu, tokens(37), [B * T]), upload(gpu, tokens(30), [B * T])]
  const weights = upload(gpu, new Float32Array(B * T).fill(1 / (B * T)), [B * T])
  const run = async (stored: number) => {
    const parameters = new Parameters(gpu, gptParameters(config))
    parameters.initialise(3)
    const program = new Program(gpu, 'loss')
    const tape = new Tape(program, parameters, { training: true })
    const hidden = gptHidden(tape, config, { ids, first: createTensor(gpu, [1], 'u32') }, { B, T })
    const losses = program.keep(gptLoss(tape, config, hidden, { ids: targets, weights }, stored))
    tape.backward()
    await program.build()
    program.submit()
    return { losses: await readFloats(gpu, losses), gradients: await parameters.toHost('gradients') }
  }
  const [whole, blocks] = [await run(Infinity), await run(1)]
  expect(worstError(blocks.losses, whole.losses)).toBeLessThan(1e-6)
  for (const [name, gradient] of Object.entries(whole.gradients)) {
    expect(worstError(blocks.gradients[name], gradient), name).toBeLessThan(1e-6)
    expect(
      gradient.some((x) => x !== 0),
      name,
    ).toBe(true)
  }
})

test('bad configurations and prompts are named', async () => {
  const config: GPTConfig = { vocabSize: 4, blockSize: 4, nLayer: 1, nHead: 2, nEmbd: 8 }
  expect(() => gptParameters({ ...config, nHead: 3 })).toThrow('nEmbd 8 is not a multiple of nHead 3')
  expect(() => gptParameters({ ...config, nLayer: 0 })).toThrow('nLayer is 0')
  expect(() => gptParameters({ ...config, outputSize: 5 })).toThrow('outputSize is 5')
  const parameters = new Parameters(gpu, gptParameters(config))
  expect(() => parameters.load({})).toThrow('"wte.weight" (4, 8) is missing')
  const decoder = await createDecoder(gpu, config, parameters, 1)
  await expect(decoder.generate([new Uint32Array([7])], 4)).rejects.toThrow('token 7, beyond vocabSize 4')
  await expect(decoder.generate([new Uint32Array([1])], 5)).rejects.toThrow('length is 5')
})
