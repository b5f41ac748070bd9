// One finetuning of a reward model on comparisons, and what it then prefers.

import { type Gpu, Random, sizeOf } from '@nanoalign/kernels'
import { Parameters } from '@nanoalign/model'
import { rewardParameters, rewardReadout, rewardTask, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { joined, runTraining, split as splitRows, toBytes, toFloats } from '../training.ts'
import { readingWork, times, total, trainingWork } from '../work.ts'
import { createAttributeWorld } from './attribute-world.ts'
import type { Pretrained } from './pretrain-stage.ts'
import { type Comparisons, comparisons, textLength } from './reward-world.ts'
import { comparisonCount } from './task-size.ts'

/** P(the second text is better): of half B's pairs (the weak labels) and of the test pairs. */
interface Preferred {
  onB: Float32Array
  onTest: Float32Array
}

export interface RewardInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  k: number
  split: 'A' | 'B'
  labels:
    | 'ground-truth'
    /** a weak reward model's σ(r₂ − r₁) */
    | { weak: Artifact<Preferred> }
    /** the truth with as many labels flipped at random as the weak model has wrong (a control) */
    | { flipped: Artifact<Preferred> }
}

/** What a reward model prefers; of the test pairs also after each epoch. */
export interface Preferences extends Preferred {
  curve: Float32Array[]
}

const BATCH = 32
const EPOCHS = 4

export function rewardStage(gpu: Gpu) {
  return defineStage<RewardInputs, Preferences>({
    name: 'w2s-reward',
    version: 1,
    async run({ base, worldSeed, k, split, labels }, context) {
      const { config, values } = base.value.model
      const world = createAttributeWorld(worldSeed)
      const [data, onB, test] = [split, 'B' as const, 'test' as const].map((of) => comparisons(world, k, of))
      const targets = targetsOf(labels, data, worldSeed, k)
      const parameters = new Parameters(gpu, rewardParameters(config))
      const head = parameters.specs.filter((s) => s.name.startsWith('head.'))
      parameters.load({
        ...values,
        ...Object.fromEntries(head.map((s) => [s.name, new Float32Array(sizeOf(s.shape))])),
      })
      const readout = await rewardReadout(gpu, config, parameters, { texts: 200, T: textLength })
      const preferences = async (of: Comparisons) => {
        const rewards = await readout.run(of)
        return Float32Array.from(
          { length: of.pairs },
          (_, p) => 1 / (1 + Math.exp(rewards[2 * p] - rewards[2 * p + 1])),
        )
      }
      const perEpoch = Math.floor(data.pairs / BATCH)
      const steps = EPOCHS * perEpoch
      const orders = Array.from({ length: EPOCHS }, (_, epoch) =>
        new Random(worldSeed, `w2s/order/rm_${k}/${split}/${epoch}`).shuffle(Array.from(targets.keys())),
      )
      const curve = [await preferences(test)]
      await runTraining(
        context,
        (options) =>
          train(
            gpu,
            parameters,
            (loss) =>
              rewardTask(gpu, config, parameters, loss, { B: BATCH, T: textLength }, (step) =>
                batch(data, targets, orders[Math.floor(step / perEpoch)], step % perEpoch),
              ),
            {
              ...options,
              beta2: 0.98,
              weightDecay: 0,
              steps,
              schedule: { kind: 'cosine', peak: 0.05 / config.nEmbd, warmup: Math.round(0.1 * steps), floor: 0.05 },
              pauseEvery: perEpoch,
              checkpoint: undefined, // seconds of work
            },
          ),
        async (step) => {
          if (step % perEpoch === 0) curve.push(await preferences(test))
        },
      )
      const result = { onB: await preferences(onB), onTest: curve[EPOCHS], curve }
      readout.destroy()
      parameters.destroy()
      return result
    },
    encode: ({ onB, curve }) => ({ 'on-b.f32': toBytes(onB), 'curve.f32': toBytes(joined(curve)) }),
    decode(blobs) {
      const curve = splitRows(toFloats(blobs['curve.f32']), EPOCHS + 1)
      return { onB: toFloats(blobs['on-b.f32']), onTest: curve[EPOCHS], curve }
    },
    plan({ base, split }) {
      const { config } = base.value.model
      const [data, onB, test] = [split, 'B' as const, 'test' as const].map(comparisonCount)
      const steps = EPOCHS * Math.floor(data / BATCH)
      const read = (pairs: number) => readingWork(config, { rows: 2 * pairs, T: textLength, batch: 200 })
      const training = trainingWork(config, { B: 2 * BATCH, T: textLength, steps })
      return {
        ...total(training, times(EPOCHS + 1, read(test)), read(onB)),
        bytes: 4 * (onB + (EPOCHS + 1) * test),
      }
    },
  })
}

function batch(data: Comparisons, targets: Float32Array, order: number[], index: number) {
  const pairs = order.slice(index * BATCH, (index + 1) * BATCH)
  const inputs = new Uint32Array(2 * BATCH * textLength)
  pairs.forEach((pair, b) => {
    inputs.set(data.inputs.subarray(2 * pair * textLength, 2 * (pair + 1) * textLength), 2 * b * textLength)
  })
  return {
    inputs,
    lengths: Uint32Array.from(pairs.flatMap((pair) => [data.lengths[2 * pair], data.lengths[2 * pair + 1]])),
    labels: Float32Array.from(pairs, (pair) => targets[pair]),
  }
}

function targetsOf(labels: RewardInputs['labels'], { labels: truth }: Comparisons, seed: number, k: number) {
  if (labels === 'ground-truth') return Float32Array.from(truth)
  if ('weak' in labels) return labels.weak.value.onB
  const wrong = labels.flipped.value.onB.filter((p, i) => Number(p > 0.5) !== truth[i]).length
  const order = new Random(seed, `w2s/errors/rm_${k}`).shuffle(Array.from(truth.keys()))
  const flipped = Float32Array.from(truth)
  for (const i of order.slice(0, wrong)) flipped[i] = 1 - flipped[i]
  return flipped
}
