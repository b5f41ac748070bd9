// The study's finetuning with a look at the hidden states on the way: the same parameters, order and steps as its
// weak supervisors and naive students have, so that what is seen is what the study measures.

import {
  type Artifact,
  type AttributeTask,
  attributeTask,
  createAttributeWorld,
  defineStage,
  type Pretrained,
} from '@nanoalign/experiments'
import { type Gpu, Random, sizeOf } from '@nanoalign/kernels'
import { Parameters } from '@nanoalign/model'
import { classifierParameters, classifierReadout, classifierTask, featureReadout, train } from '@nanoalign/trainer'
import { LOOKS } from './config.ts'

const BATCH = 32
const EPOCHS = 4

export interface StatesInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: string
  k: number
  split: 'A' | 'B'
  /** the truth, or what a teacher believes about half B */
  labels: 'ground-truth' | Artifact<FinetunedStates>
}

export interface FinetunedStates {
  /** steps done at each look */
  steps: number[]
  /** [look] (test items, C): the final hidden state at the last input token */
  features: Float32Array<ArrayBuffer>[]
  /** [look] (test items): P(label = 1) */
  onTest: Float32Array<ArrayBuffer>[]
  /** of half B, after the last step: the labels for a student */
  onB: Float32Array<ArrayBuffer>
}

export function statesStage(gpu: Gpu) {
  return defineStage<StatesInputs, FinetunedStates>({
    name: 'web-finetuned-states',
    version: 1,
    async run({ base, worldSeed, family, k, split, labels }, context) {
      const { config, values } = base.value.model
      const world = createAttributeWorld(worldSeed)
      const task = attributeTask(world, family, k, split)
      const test = attributeTask(world, family, k, 'test')
      const targets = labels === 'ground-truth' ? Float32Array.from(task.labels) : labels.value.onB
      const parameters = new Parameters(gpu, classifierParameters(config))
      const head = parameters.specs.filter(({ name }) => name.startsWith('head.'))
      const zeros = Object.fromEntries(head.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]))
      parameters.load({ ...values, ...zeros })
      const shape = { B: 200, T: task.inputLength }
      const readout = await classifierReadout(gpu, config, parameters, shape)
      const hidden = await featureReadout(gpu, config, parameters, shape)
      const perEpoch = Math.floor(task.items / BATCH)
      const steps = EPOCHS * perEpoch
      const pause = steps / (LOOKS - 1)
      const found: FinetunedStates = { steps: [], features: [], onTest: [], onB: new Float32Array() }
      const look = async (step: number) => {
        found.steps.push(step)
        found.features.push(await hidden.run(test.inputs))
        found.onTest.push(await readout.run(test.inputs))
      }
      const order = { seed: worldSeed, name: (pass: number) => `w2s/order/${family}_${k}/${split}/${pass}` }
      const batchAt = batches(task, targets, order, perEpoch)
      await look(0)
      const events = train(
        gpu,
        parameters,
        (loss) => classifierTask(gpu, config, parameters, loss, { B: BATCH, T: task.inputLength }, batchAt),
        {
          beta2: 0.98,
          weightDecay: 0,
          steps,
          schedule: { kind: 'cosine', peak: 0.05 / config.nEmbd, warmup: Math.round(0.1 * steps), floor: 0.05 },
          pauseEvery: pause,
          signal: context.signal,
        },
      )
      for await (const { step, losses, tokensPerSecond } of events) {
        context.report({ step, steps, loss: losses[losses.length - 1], tokensPerSecond })
        if (step % pause === 0) await look(step)
      }
      found.onB = await readout.run(attributeTask(world, family, k, 'B').inputs)
      for (const one of [readout, hidden, parameters]) one.destroy()
      return found
    },
    encode: ({ steps, features, onTest, onB }) => ({
      'steps.json': new TextEncoder().encode(JSON.stringify(steps)),
      'features.f32': bytesOf(features),
      'on-test.f32': bytesOf(onTest),
      'on-b.f32': bytesOf([onB]),
    }),
    decode(blobs) {
      const steps: number[] = JSON.parse(new TextDecoder().decode(blobs['steps.json']))
      return {
        steps,
        features: rowsOf(blobs['features.f32'], steps.length),
        onTest: rowsOf(blobs['on-test.f32'], steps.length),
        onB: rowsOf(blobs['on-b.f32'], 1)[0],
      }
    },
  })
}

/** The study's batches: every pass over the items in an order of its own. */
function batches(
  { items, inputs, inputLength: T }: AttributeTask,
  targets: Float32Array,
  order: { seed: number; name: (pass: number) => string },
  perEpoch: number,
) {
  const indices = Array.from({ length: items }, (_, i) => i)
  const orders = Array.from({ length: EPOCHS }, (_, pass) =>
    new Random(order.seed, order.name(pass)).shuffle([...indices]),
  )
  return (step: number) => {
    const start = (step % perEpoch) * BATCH
    const batch = orders[Math.floor(step / perEpoch)].slice(start, start + BATCH)
    const ids = new Uint32Array(BATCH * T)
    batch.forEach((item, b) => {
      ids.set(inputs.subarray(item * T, (item + 1) * T), b * T)
    })
    return { inputs: ids, labels: Float32Array.from(batch, (item) => targets[item]) }
  }
}

function bytesOf(rows: Float32Array[]): Uint8Array {
  const all = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0))
  let at = 0
  for (const row of rows) {
    all.set(row, at)
    at += row.length
  }
  return new Uint8Array(all.buffer)
}

function rowsOf(bytes: Uint8Array, rows: number): Float32Array<ArrayBuffer>[] {
  const all = new Float32Array(bytes.slice().buffer)
  const length = all.length / rows
  return Array.from({ length: rows }, (_, r) => all.slice(r * length, (r + 1) * length))
}
