// Trains the two models (or finds them in the store), and projects their hidden states, away from the page's thread.

import {
  type Artifact,
  type AttributeTask,
  type AttributeWorld,
  attributeCount,
  attributeOf,
  attributeTask,
  createAttributeWorld,
  createRunner,
  nounToken,
  weakToStrongSizes,
  weakToStrongStages,
} from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { version } from '../../package.json'
import { throwCause } from '../device/lost.ts'
import { openTunings, tuned } from '../device/tuned.ts'
import { openArtifacts } from '../store/artifacts.ts'
import { withGpuTurn } from '../store/gpu-turn.ts'
import { workerPort } from '../worker-port.ts'
import type { StatesConfig } from './config.ts'
import { type FinetunedStates, statesStage } from './finetuned-states.ts'
import type { FromStates, ModelStates, States, ToStates } from './messages.ts'
import { principalComponents } from './pca.ts'

/** Share of the points that are to be within the unit ball: a few far ones must not make the others small. */
const WITHIN = 0.97

let current: AbortController | undefined

const post = workerPort<ToStates, FromStates>((message) => {
  if (message.type === 'stop') current?.abort(new DOMException('stopped', 'AbortError'))
  else start(message.config)
})

async function start(config: StatesConfig): Promise<void> {
  current?.abort(new DOMException('a new run begins', 'AbortError'))
  const controller = new AbortController()
  current = controller
  const { signal } = controller
  try {
    const states = await withGpuTurn(
      signal,
      () => post({ type: 'waiting' }),
      () => withDevice(signal, (gpu) => compute(gpu, config, signal)),
    )
    post({ type: 'done', states })
  } catch (error) {
    if (signal.aborted) post({ type: 'stopped' })
    else post({ type: 'failed', message: (error as Error).message })
  }
}

async function compute(gpu: Gpu, config: StatesConfig, signal: AbortSignal): Promise<States> {
  post({ type: 'started' })
  const { weak, strong, seed, family, k } = config
  const runner = createRunner({
    store: openArtifacts(),
    signal,
    checkpointEveryMs: 2_000,
    provenance: { adapter: gpu.adapter, code: version, browser: navigator.userAgent },
    tuning: gpu.tuning?.id,
    onEvent: (event) => post({ type: 'stage', event }),
  })
  const { pretrain } = weakToStrongStages(gpu)
  const stage = statesStage(gpu)
  const base = (size: string) =>
    runner.stage(
      pretrain,
      { worldSeed: seed, sizeName: size, size: weakToStrongSizes[size] },
      { label: `model ${size} reads about its world` },
    )
  const task = { worldSeed: seed, family, k }
  const teacher: Artifact<FinetunedStates> = await runner.stage(
    stage,
    { base: await base(weak), ...task, split: 'A', labels: 'ground-truth' },
    { label: 'the teacher learns the task from the truth' },
  )
  const student = await runner.stage(
    stage,
    { base: await base(strong), ...task, split: 'B', labels: teacher },
    { label: 'the student learns the task from its teacher' },
  )
  const world = createAttributeWorld(seed)
  const test = attributeTask(world, family, k, 'test')
  const { onTest } = teacher.value
  return {
    steps: student.value.steps,
    items: inWords(world, test),
    truth: new Uint8Array(test.labels),
    teacher: onTest[onTest.length - 1],
    weak: await seen(gpu, teacher.value),
    strong: await seen(gpu, student.value),
  }
}

/** One basis for all looks at a model, so that a point's way from look to look is the training's. */
async function seen(gpu: Gpu, { features, onTest }: FinetunedStates): Promise<ModelStates> {
  const items = onTest[0].length
  const all = new Float32Array(features.reduce((sum, look) => sum + look.length, 0))
  features.forEach((look, i) => {
    all.set(look, i * look.length)
  })
  const { projected, shares } = await principalComponents(gpu, all, features[0].length / items)
  const distances = Float64Array.from({ length: projected.length / 3 }, (_, i) =>
    Math.hypot(projected[3 * i], projected[3 * i + 1], projected[3 * i + 2]),
  ).sort()
  const far = distances[Math.floor(distances.length * WITHIN)] || 1
  const scaled = projected.map((value) => value / far)
  return {
    positions: features.map((_, look) => scaled.slice(look * items * 3, (look + 1) * items * 3)),
    answers: onTest,
    shares,
  }
}

/** `noun 412 (attributes 0 1 1 0 1 0 0 1)`, or three of them. */
function inWords(world: AttributeWorld, { items, inputs, inputLength: T }: AttributeTask): string[] {
  const attributes = (noun: number) =>
    Array.from({ length: attributeCount }, (_, k) => attributeOf(world, noun, k)).join(' ')
  return Array.from({ length: items }, (_, i) => {
    const nouns = Array.from(inputs.subarray(i * T, (i + 1) * T), (token) => token - nounToken(0)).filter((n) => n >= 0)
    return nouns.map((noun) => `noun ${noun} (attributes ${attributes(noun)})`).join(', ')
  })
}

async function withDevice<T>(signal: AbortSignal, work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await tuned(await openDevice(navigator.gpu), openTunings(), signal)
  try {
    return await work(gpu)
  } catch (error) {
    if (signal.aborted) throw error
    return await throwCause(gpu, error)
  } finally {
    gpu.close()
  }
}
