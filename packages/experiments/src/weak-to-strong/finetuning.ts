// One finetuning of a classifier, as all of the study's models get it: weak supervisors, students and ceilings alike.

import { type Gpu, Random, sizeOf } from '@nanoalign/kernels'
import { type ModelFile, Parameters } from '@nanoalign/model'
import {
  classifierParameters,
  classifierReadout,
  classifierTask,
  type Readout,
  type StudentTargets,
  train,
} from '@nanoalign/trainer'
import type { StageContext } from '../stages/stage.ts'
import { runTraining } from '../training.ts'
import { readingWork, times, total, trainingWork, type Work } from '../work.ts'
import type { TaskSize } from './task-size.ts'
import type { FinetuningRecipe } from './worlds/world.ts'

const BATCH = 32
const FINETUNING = { beta2: 0.98, weightDecay: 0 } as const

export interface Finetuning {
  model: ModelFile
  recipe: FinetuningRecipe
  /** Two tokens whose embeddings the head starts from, for labels 0 and 1 (the paper's "0" and "1"); default: zeros. */
  headTokens?: readonly [number, number]
  /** (items, inputLength) */
  inputs: Uint32Array
  inputLength: number
  /** P(label = 1) of every item */
  targets: Float32Array
  /** The items that are trained on; default: all. The number of steps does not depend on it. */
  kept?: number[]
  /** The stream of an epoch's order. It must not depend on the labels: student and ceiling see one order. */
  order: { seed: number; name: (epoch: number) => string }
  /** Targets that depend on the student's own predictions. */
  own?:
    | 'product'
    | 'reverse-kl'
    | { rule: 'confidence' | 'released-confidence'; alpha: (step: number, steps: number) => number }
  /** How often to look; as long as it divides the steps of an epoch. Default 1 */
  looksPerEpoch?: number
}

/**
 * Trains, calling `look` before the first step and then `looksPerEpoch` times per epoch; what it returns is the accuracy of
 * the progress report. `end` gets the trained model.
 */
export async function finetuneClassifier(
  gpu: Gpu,
  context: StageContext,
  { model: { config, values }, recipe, inputs, inputLength: T, targets, kept, order, own, ...options }: Finetuning,
  {
    look,
    end,
  }: {
    look(readout: Readout): Promise<number | undefined>
    end(readout: Readout, parameters: Parameters): Promise<void>
  },
): Promise<void> {
  const parameters = new Parameters(gpu, classifierParameters(config))
  const { headTokens, looksPerEpoch = 1 } = options
  const head = Object.fromEntries(
    parameters.specs.filter((s) => s.name.startsWith('head.')).map((s) => [s.name, new Float32Array(sizeOf(s.shape))]),
  )
  headTokens?.forEach((token, label) => {
    for (let c = 0; c < config.nEmbd; c++)
      head['head.weight'][2 * c + label] = values['wte.weight'][token * config.nEmbd + c]
  })
  parameters.load({ ...values, ...head })
  const readout = await classifierReadout(gpu, config, parameters, { B: 200, T })
  const perEpoch = Math.floor(targets.length / BATCH)
  const steps = recipe.epochs * perEpoch
  const items = kept ?? Array.from(targets.keys())
  const perPass = Math.floor(items.length / BATCH)
  if (perPass < 1) throw new RangeError(`finetuning: ${items.length} items are fewer than a batch of ${BATCH}`)
  const orders = Array.from({ length: Math.ceil(steps / perPass) }, (_, pass) =>
    new Random(order.seed, order.name(pass)).shuffle([...items]),
  )
  const batchAt = (step: number) => {
    const start = (step % perPass) * BATCH
    const batch = orders[Math.floor(step / perPass)].slice(start, start + BATCH)
    const ids = new Uint32Array(BATCH * T)
    batch.forEach((item, b) => {
      ids.set(inputs.subarray(item * T, (item + 1) * T), b * T)
    })
    return { inputs: ids, labels: Float32Array.from(batch, (item) => targets[item]) }
  }
  const studentTargets = (): StudentTargets | undefined => {
    if (own === undefined) return undefined
    if (typeof own === 'string') return { rule: own }
    return { rule: own.rule, alpha: (step) => own.alpha(step, steps) }
  }
  const pause = perEpoch % looksPerEpoch === 0 ? perEpoch / looksPerEpoch : perEpoch
  context.report({ step: 0, steps, accuracy: await look(readout) })
  await runTraining(
    context,
    (options) =>
      train(
        gpu,
        parameters,
        (loss) => classifierTask(gpu, config, parameters, loss, { B: BATCH, T }, batchAt, studentTargets()),
        {
          ...FINETUNING,
          ...options,
          steps,
          schedule: { kind: 'cosine', peak: recipe.peak / config.nEmbd, warmup: Math.round(0.1 * steps), floor: 0.05 },
          pauseEvery: pause,
          checkpoint: undefined, // a second's work: not worth a checkpoint
        },
      ),
    async (step) => (step % pause === 0 ? look(readout) : undefined),
  )
  await end(readout, parameters)
  readout.destroy()
  parameters.destroy()
}

/** What a finetuning on `task` costs, with its looks at `seen` and the last reading of `read`. */
export function finetuningWork(
  config: ModelFile['config'],
  recipe: FinetuningRecipe,
  task: TaskSize,
  { looks, seen, read }: { looks: number; seen: TaskSize; read: TaskSize },
): Work {
  const steps = recipe.epochs * Math.floor(task.items / BATCH)
  const reading = ({ items, inputLength: T }: TaskSize) => readingWork(config, { rows: items, T, batch: 200 })
  return total(
    trainingWork(config, { B: BATCH, T: task.inputLength, steps }),
    times(looks, reading(seen)),
    reading(read),
  )
}

/** α rises linearly to `alphaMax` over the first fifth of the training (Burns et al. 2023, appendix A.4). */
export function warmedUp(alphaMax: number): (step: number, steps: number) => number {
  return (step, steps) => alphaMax * Math.min(1, step / (0.2 * steps))
}
