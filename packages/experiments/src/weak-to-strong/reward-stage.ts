// One finetuning of a reward model on comparisons, and what it then prefers.

import { type Gpu, Random, sizeOf } from '@nanoalign/kernels'
import { Parameters } from '@nanoalign/model'
import { rewardParameters, rewardReadout, rewardTask, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { runTraining, toBytes, toFloats } from '../training.ts'
import { readingWork, times, total, trainingWork } from '../work.ts'
import { createAttributeWorld } from './attribute-world.ts'
import { bestSoFar, decodeLooks, encodeLooks, LOOK_ITEMS, type Look } from './looks.ts'
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
  /** Whether to keep the model of the look that was best on the truth about the validation pairs; the later of equals. */
  stop: 'never' | 'ground-truth'
}

/** What a reward model prefers: at the end of its finetuning or where it was stopped, and on the way. */
export interface Preferences extends Preferred {
  looks: Look[]
}

const BATCH = 32
const EPOCHS = 4
/** A look before the first step, one after as many steps as this each time, and one after the last step. */
const LOOK_EVERY = 12

const stepsOf = (pairs: number) => EPOCHS * Math.floor(pairs / BATCH)
const looksAt = (step: number, steps: number) => step % LOOK_EVERY === 0 || step === steps

/** When the looks at a reward model were, as shares of its finetuning. */
export function rewardLookShares(): number[] {
  const steps = stepsOf(comparisonCount('B'))
  return Array.from({ length: steps + 1 }, (_, step) => step).flatMap((step) =>
    looksAt(step, steps) ? [step / steps] : [],
  )
}

export function rewardStage(gpu: Gpu) {
  return defineStage<RewardInputs, Preferences>({
    name: 'w2s-reward',
    version: 2,
    async run({ base, worldSeed, k, split, labels, stop }, context) {
      const { config, values } = base.value.model
      const world = createAttributeWorld(worldSeed)
      const [data, onB, val, test] = [split, 'B' as const, 'val' as const, 'test' as const].map((of) =>
        comparisons(world, k, of),
      )
      const targets = targetsOf(labels, data, worldSeed, k)
      const parameters = new Parameters(gpu, rewardParameters(config))
      const head = parameters.specs.filter((s) => s.name.startsWith('head.'))
      parameters.load({
        ...values,
        ...Object.fromEntries(head.map((s) => [s.name, new Float32Array(sizeOf(s.shape))])),
      })
      const readout = await rewardReadout(gpu, config, parameters, { texts: 200, T: textLength })
      const preferences = (of: Omit<Comparisons, 'labels'>) => preferencesOf(readout, of)
      const perEpoch = Math.floor(data.pairs / BATCH)
      const steps = stepsOf(data.pairs)
      const orders = Array.from({ length: EPOCHS }, (_, epoch) =>
        new Random(worldSeed, `w2s/order/rm_${k}/${split}/${epoch}`).shuffle(Array.from(targets.keys())),
      )
      const seen = firstPairs(test, LOOK_ITEMS)
      const look = async (): Promise<Look> => ({ onVal: await preferences(val), onTest: await preferences(seen) })
      const looks = [await look()]
      const isBest = stop === 'ground-truth' ? bestSoFar(val.labels) : undefined
      const finished = async (): Promise<Preferred> => ({
        onB: await preferences(onB),
        onTest: await preferences(test),
      })
      let best: Preferred | undefined
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
              pauseEvery: LOOK_EVERY,
              checkpoint: undefined, // seconds of work
            },
          ),
        async (step) => {
          if (!looksAt(step, steps)) return
          const now = await look()
          looks.push(now)
          if (isBest?.(now)) best = await finished()
        },
      )
      const result = { ...(best ?? (await finished())), looks }
      readout.destroy()
      parameters.destroy()
      return result
    },
    encode: ({ onB, onTest, looks }) => ({
      'on-b.f32': toBytes(onB),
      'on-test.f32': toBytes(onTest),
      ...encodeLooks(looks),
    }),
    decode(blobs) {
      const onTest = toFloats(blobs['on-test.f32'])
      return { onB: toFloats(blobs['on-b.f32']), onTest, looks: decodeLooks(blobs, onTest.length) }
    },
    plan({ base, split }) {
      const { config } = base.value.model
      const [data, onB, val, test] = [split, 'B' as const, 'val' as const, 'test' as const].map(comparisonCount)
      const looks = rewardLookShares().length
      const seen = val + Math.min(LOOK_ITEMS, test)
      const read = (pairs: number) => readingWork(config, { rows: 2 * pairs, T: textLength, batch: 200 })
      const training = trainingWork(config, { B: 2 * BATCH, T: textLength, steps: stepsOf(data) })
      return {
        ...total(training, times(looks, read(seen)), read(onB + test)),
        bytes: 4 * (looks * seen + onB + test),
      }
    },
  })
}

/** P(the second text is better) of each pair, σ(r₂ − r₁). */
export async function preferencesOf(
  readout: Awaited<ReturnType<typeof rewardReadout>>,
  pairs: Omit<Comparisons, 'labels'>,
): Promise<Float32Array> {
  const rewards = await readout.run(pairs)
  return Float32Array.from({ length: pairs.pairs }, (_, p) => 1 / (1 + Math.exp(rewards[2 * p] - rewards[2 * p + 1])))
}

function firstPairs({ inputs, lengths }: Comparisons, pairs: number) {
  return { pairs, inputs: inputs.slice(0, 2 * pairs * textLength), lengths: lengths.slice(0, 2 * pairs) }
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
