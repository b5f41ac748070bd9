// Whole training steps: forward, backward, gradient norm, AdamW, one submit per step.

import {
  type AdamWSettings,
  adamw,
  adamwSettings,
  createTensor,
  destroyTensor,
  type Gpu,
  Program,
  readFloats,
  recordStep,
  submit,
  sum,
  type Tensor,
  write,
} from '@nanoalign/kernels'
import { type GPTConfig, gptParameters, Parameters, trainingFlopsPerToken } from '@nanoalign/model'
import { type LanguageBatch, languageModelTask, windowBatches } from '@nanoalign/trainer'
import type { Case, Check, KernelTime, Subject } from '../subject.ts'

export interface TrainingShape extends GPTConfig {
  B: number
  T: number
}

/** A model for benchmarks: 96 tokens (printable ASCII), heads of 32. */
export function trainingShape(nEmbd: number, nLayer: number, T: number, B: number): TrainingShape {
  return { vocabSize: 96, blockSize: T, nLayer, nHead: Math.max(1, nEmbd / 32), nEmbd, T, B }
}

export function parameterCount(config: GPTConfig): number {
  return gptParameters(config).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0)
}

export function trainingCases(quick: boolean): Case[] {
  const shapes = [trainingShape(64, 2, 64, 16), trainingShape(128, 4, 128, 16), trainingShape(256, 4, 128, 16)]
  return (quick ? shapes.slice(0, 2) : shapes).map(trainingCase)
}

export function trainingCase(shape: TrainingShape): Case {
  const { nEmbd, nLayer, B, T } = shape
  return {
    id: `training/d${nEmbd}-L${nLayer}-T${T}-B${B}`,
    group: 'training',
    label: `${millions(parameterCount(shape))} parameters (width ${nEmbd}, ${nLayer} layers, ${B} × ${T} tokens)`,
    flops: trainingFlopsPerToken(shape, T) * B * T,
    tokens: B * T,
    bound: 'multiply-add',
    open: (gpu) => openTraining(gpu, shape),
  }
}

/** What the trainer's optimizer records: the gradient's norm, AdamW with clipping, loss and norm into a ring. */
async function openOptimizer(
  gpu: Gpu,
  { values, gradients, matrixSize }: Parameters,
  settings: Partial<AdamWSettings> = {},
) {
  const make = (size: number, dtype?: 'u32') => createTensor(gpu, [size], dtype, 'optimizer')
  const state = { m: make(values.size), v: make(values.size), settings: make(8), squaredNorm: make(1) }
  const ring = { loss: make(1), counter: make(1, 'u32'), history: createTensor(gpu, [256, 2]) }
  const program = new Program(gpu, 'optimizer')
  sum(program, { inp: gradients, out: state.squaredNorm }, { square: true })
  adamw(program, { parameters: values, gradients, ...state }, { decayed: matrixSize })
  recordStep(program, { ...ring, squaredNorm: state.squaredNorm })
  await program.build()
  const chosen = { lr: 1e-4, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.1, maxNorm: 1, ...settings }
  return {
    program,
    ...ring,
    prepare: (step: number) => write(gpu, state.settings, adamwSettings({ ...chosen, step })),
    destroy() {
      program.destroy()
      for (const tensor of [...Object.values(state), ...Object.values(ring)]) destroyTensor(tensor)
    },
  }
}

/**
 * How cost grows: over parameters at 1024 tokens per step, over T at 2048 tokens per step, over the batch.
 * The three share the model of width 64.
 */
export function growthCases(quick: boolean): Case[] {
  const sizes: [nEmbd: number, nLayer: number][] = [
    [24, 1],
    [32, 2],
    [64, 2],
    [128, 2],
    [128, 4],
    [256, 4],
    [384, 6],
  ]
  const lengths = [64, 128, 256, 512, 1024, 2048]
  const batches = [1, 2, 4, 8, 16, 32, 64]
  const cases = [
    ...sizes
      .slice(0, quick ? 4 : undefined)
      .map(([d, L]) => ({ axis: 'parameters', shape: trainingShape(d, L, 64, 16) })),
    ...lengths.slice(0, quick ? 3 : undefined).map((T) => ({ axis: 'T', shape: trainingShape(64, 2, T, 2048 / T) })),
    ...batches.slice(0, quick ? 5 : undefined).map((B) => ({ axis: 'batch', shape: trainingShape(64, 2, 64, B) })),
  ]
  return cases.map(({ axis, shape }) => {
    const one = trainingCase(shape)
    const x = axis === 'parameters' ? parameterCount(shape) : axis === 'T' ? shape.T : shape.B
    return { ...one, id: one.id.replace('training/', `growth/${axis}/`), group: 'growth', axis: { name: axis, x } }
  })
}

export const millions = (count: number): string =>
  count >= 1e6 ? `${(count / 1e6).toFixed(1)} M` : `${(count / 1e6).toFixed(count >= 1e5 ? 2 : 3)} M`

export interface TrainingSubject extends Subject {
  parameters: Parameters
  /** what one step submits, in order */
  programs: Program[]
  /** the losses of the last `count` steps, oldest first; count ≤ 256 */
  losses(count: number): Promise<number[]>
}

/** A training run as a subject. Without `batch`, each step has windows of its own. */
export async function openTraining(
  gpu: Gpu,
  shape: TrainingShape,
  { adam, batch }: { adam?: Partial<AdamWSettings>; batch?: LanguageBatch } = {},
): Promise<TrainingSubject> {
  const parameters = new Parameters(gpu, gptParameters(shape))
  parameters.initialise(1)
  const optimizer = await openOptimizer(gpu, parameters, adam)
  const text = Uint32Array.from({ length: 8192 }, (_, i) => ((i * i) >> 3) % shape.vocabSize)
  const batchAt = batch ? () => batch : windowBatches(text, shape, { seed: 1 })
  const task = await languageModelTask(gpu, shape, parameters, optimizer.loss, shape, batchAt)
  let step = 0
  return {
    parameters,
    programs: [task.program, optimizer.program],
    memory: task.program.memory().planned,
    run(times) {
      for (let i = 0; i < times; i++, step++) {
        task.load(step, 0)
        optimizer.prepare(step + 1)
        submit(gpu, [task.program, optimizer.program])
      }
    },
    async losses(count) {
      const ring = await readFloats(gpu, optimizer.history)
      return Array.from({ length: count }, (_, i) => ring[2 * ((step - count + i) % 256)])
    },
    async profile() {
      const totals = new Map<string, KernelTime>()
      task.load(step, 0)
      optimizer.prepare(++step)
      for (const program of [task.program, optimizer.program])
        for (const { label, ns } of await program.profile()) {
          const known = totals.get(label) ?? { kernel: label, ms: 0, dispatches: 0 }
          totals.set(label, { ...known, ms: known.ms + ns / 1e6, dispatches: known.dispatches + 1 })
        }
      return [...totals.values()]
    },
    check: () => directionalDerivative(gpu, parameters, optimizer, task.program, () => task.load(0, 0)),
    destroy() {
      task.destroy()
      optimizer.destroy()
      parameters.destroy()
    },
  }
}

// The loss must change along its gradient g as calculus says: L(p + εg) − L(p − εg) ≈ 2ε·‖g‖². This needs the whole
// forward and the whole backward to be right. The kernels' own tests compare every entry.
async function directionalDerivative(
  gpu: Gpu,
  parameters: Parameters,
  { loss: total }: { loss: Tensor },
  program: Program,
  load: () => void,
): Promise<Check> {
  const loss = async (values: Float32Array<ArrayBuffer>) => {
    write(gpu, parameters.values, values)
    write(gpu, parameters.gradients, new Float32Array(parameters.gradients.size))
    write(gpu, total, new Float32Array(1))
    load()
    program.submit()
    return (await readFloats(gpu, total))[0]
  }
  const start = await readFloats(gpu, parameters.values)
  await loss(start)
  const gradient = await readFloats(gpu, parameters.gradients)
  const squared = gradient.reduce((sum, g) => sum + g * g, 0)
  // a step that changes the loss by about 0.02: far above the rounding of f32, far below the curvature
  const epsilon = 0.01 / squared
  const along = (factor: number) => start.map((p, i) => p + factor * gradient[i])
  const change = (await loss(along(epsilon))) - (await loss(along(-epsilon)))
  await loss(start)
  write(gpu, parameters.gradients, new Float32Array(parameters.gradients.size))
  write(gpu, total, new Float32Array(1))
  const error = Math.abs(change / (2 * epsilon * squared) - 1) / 0.02
  return { error, compared: 'the loss along its gradient with the gradient’s norm, to 2 %' }
}
