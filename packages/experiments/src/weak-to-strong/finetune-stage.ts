// Every finetuned model of the study is an output of this one stage: weak supervisors, students by any method, ceilings.
// What it is trained on (labels, items, targets) is data, so that the stage can be keyed by it.

import type { Gpu } from '@nanoalign/kernels'
import { featureReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { toBytes, toFloats } from '../training.ts'
import { accuracy } from './accuracy.ts'
import { type ErrorStructure, structuredErrors } from './error-structures.ts'
import { type Finetuning, finetuneClassifier, finetuningWork, warmedUp } from './finetuning.ts'
import { chosenItems, type ItemChoice } from './items.ts'
import { bestSoFar, decodeLooks, encodeLooks, LOOK_ITEMS, type Look } from './looks.ts'
import type { Pretrained } from './pretrain-stage.ts'
import { taskSize } from './task-size.ts'
import { familyNamed } from './tasks/index.ts'
import type { Worlds } from './worlds/index.ts'
import type { Split, Task } from './worlds/world.ts'

/** What a model believes: P(label = 1). */
export interface Beliefs {
  /** of half B's items: the weak labels */
  onB: Float32Array
  /** of the items of fresh draws of half B, where the world has them */
  onDraws: Float32Array[]
  onTest: Float32Array
}

export interface Finetuned extends Beliefs {
  /** before the first step and three times per epoch: of the validation items and of the first test items */
  looks: Look[]
  /** (items, nEmbd) per split, if they were asked for */
  features?: Record<'A' | 'B' | 'test', Float32Array>
}

export type Labels =
  /** the truth: for ceilings, and for supervisors on half A */
  | 'ground-truth'
  /** the mean belief of weak models, and whether it is rounded to 0 or 1 */
  | { weak: Artifact<Beliefs>[]; hard: boolean }
  /** the truth with as many errors as the weak model makes, but placed otherwise (an analysis, not a method) */
  | { errors: ErrorStructure; weak: Artifact<Beliefs>; ceiling: Artifact<Beliefs> }

export type StudentLoss =
  | 'cross-entropy'
  | 'product'
  | 'reverse-kl'
  | { confidence: number }
  /** the released code's confidence loss with its schedule: α = share of the training done times this, until a tenth of it is over, then this */
  | { releasedConfidence: number }

export interface FinetuneInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: string
  k: number
  split: 'A' | 'B'
  /** 0, or which fresh draw of half B */
  draw: number
  labels: Labels
  loss: StudentLoss
  /** Whether to keep the model of the look that agreed best with labels of the validation items; the later of equals. */
  stop: 'never' | { weak: Artifact<Finetuned> } | 'ground-truth'
  items: ItemChoice
  /** Whether the head starts from the embeddings of the two label tokens instead of zeros. */
  verbaliser: boolean
  /** Whether each prompt ends with the weak label as a token (imitation made trivial). */
  hint: boolean
  /** Whether to keep the features that a linear probe reads, after the training. */
  features: boolean
}

export const LOOKS_PER_EPOCH = 3
/** Fresh draws of half B in worlds that have them: a bootstrap of three sizes between needs as many. */
export const DRAWS = 3

export function finetuneStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<FinetuneInputs, Finetuned>({
    name: 'w2s-finetune',
    version: 2,
    async run(inputs, context) {
      const { base, worldSeed, family, k, split, draw, labels, loss, stop, items, verbaliser, hint, features } = inputs
      const world = worlds.open(familyNamed(family).world, worldSeed)
      const { labelTokens } = world
      const hints = (of: Split) => (hint ? hintLabels(labels, of) : undefined)
      const task = (of: Split, ofDraw = 0) =>
        hinted(worlds.task(worldSeed, family, k, of, ofDraw), hints(of), labelTokens)
      const data = task(split, draw)
      const targets = targetsOf(labels, data, split, draw, worldSeed)
      const [val, test] = [hint ? undefined : task('val'), task('test')]
      const seen = test.inputs.slice(0, LOOK_ITEMS * test.inputLength)
      const looks: Look[] = []
      const wanted = stop === 'ground-truth' ? val!.labels : stop === 'never' ? undefined : lastOnVal(stop.weak.value)
      const isBest = wanted && bestSoFar(wanted)
      const found: Beliefs & Pick<Finetuned, 'features'> = {
        onB: new Float32Array(),
        onDraws: [],
        onTest: new Float32Array(),
      }
      await finetuneClassifier(
        gpu,
        context,
        {
          model: base.value.model,
          recipe: world.finetuning,
          headTokens: verbaliser ? labelTokens : undefined,
          ...data,
          targets,
          kept: chosenItems(items, targets, data, worldSeed),
          order: { seed: worldSeed, name: (pass) => `w2s/order/${family}_${k}/${split}/${pass}` },
          own: ownTargets(loss),
          looksPerEpoch: LOOKS_PER_EPOCH,
        },
        {
          async look(readout) {
            const onVal = val ? await readout.run(val.inputs) : new Float32Array()
            const look = { onVal, onTest: await readout.run(seen) }
            looks.push(look)
            // the first look is before any training
            if (looks.length > 1 && isBest?.(look)) found.onTest = await readout.run(test.inputs)
            // for who watches: the training never sees it
            return accuracy(look.onTest, test.labels.subarray(0, look.onTest.length))
          },
          async end(readout, parameters) {
            if (!wanted) found.onTest = await readout.run(test.inputs)
            found.onB = await readout.run(task('B').inputs)
            if (world.fresh && !hint)
              for (let i = 1; i <= DRAWS; i++) found.onDraws.push(await readout.run(task('B', i).inputs))
            if (!features) return
            const probe = await featureReadout(gpu, base.value.model.config, parameters, {
              B: 200,
              T: data.inputLength,
            })
            found.features = {
              A: await probe.run(task('A').inputs),
              B: await probe.run(task('B').inputs),
              test: await probe.run(test.inputs),
            }
            probe.destroy()
          },
        },
      )
      return { ...found, looks }
    },
    encode: ({ onB, onDraws, onTest, looks, features }) => ({
      'on-b.f32': toBytes(onB),
      'on-test.f32': toBytes(onTest),
      ...Object.fromEntries(onDraws.map((beliefs, i) => [`on-draw-${i + 1}.f32`, toBytes(beliefs)])),
      ...encodeLooks(looks),
      ...Object.fromEntries(
        Object.entries(features ?? {}).map(([of, data]) => [`features-${of.toLowerCase()}.f32`, toBytes(data)]),
      ),
    }),
    decode(blobs) {
      const onTest = toFloats(blobs['on-test.f32'])
      const features = (of: string) => toFloats(blobs[`features-${of}.f32`])
      const draws = Array.from({ length: DRAWS }, (_, i) => blobs[`on-draw-${i + 1}.f32`])
      return {
        onB: toFloats(blobs['on-b.f32']),
        onDraws: draws.flatMap((bytes) => (bytes ? [toFloats(bytes)] : [])),
        onTest,
        looks: decodeLooks(blobs, onTest.length),
        ...(blobs['features-a.f32'] && { features: { A: features('a'), B: features('b'), test: features('test') } }),
      }
    },
    plan({ base, worldSeed, family, split, hint, features }) {
      const { config } = base.value.model
      const world = worlds.open(familyNamed(family).world, worldSeed)
      const [A, B, val, test] = (['A', 'B', 'val', 'test'] as const).map((of) => taskSize(worlds, family, of))
      const looks = LOOKS_PER_EPOCH * world.finetuning.epochs + 1
      const seen = { ...test, items: (hint ? 0 : val.items) + Math.min(LOOK_ITEMS, test.items) }
      const onB = world.fresh && !hint ? (1 + DRAWS) * B.items : B.items
      const read = { ...test, items: test.items + onB }
      const kept = features ? config.nEmbd * (A.items + B.items + test.items) : 0
      const work = finetuningWork(config, world.finetuning, split === 'A' ? A : B, { looks, seen, read })
      return { ...work, bytes: 4 * (looks * seen.items + read.items + kept) }
    },
  })
}

const lastOnVal = ({ looks }: Finetuned) => looks[looks.length - 1].onVal

function ownTargets(loss: StudentLoss): Finetuning['own'] {
  if (loss === 'cross-entropy') return undefined
  if (typeof loss === 'string') return loss
  if ('confidence' in loss) return { rule: 'confidence', alpha: warmedUp(loss.confidence) }
  const most = loss.releasedConfidence
  return {
    rule: 'released-confidence',
    alpha: (step, steps) => most * (step / steps > 0.1 ? 1 : step / steps),
  }
}

function targetsOf(labels: Labels, data: Task, split: 'A' | 'B', draw: number, seed: number): Float32Array {
  if (labels === 'ground-truth') return Float32Array.from(data.labels)
  if (split === 'A') throw new Error('finetune: weak labels are about half B')
  if ('errors' in labels) return structuredErrors(labels.errors, labels.weak.value, labels.ceiling.value, data, seed)
  return weakLabels(labels.weak, labels.hard, ({ onB, onDraws }) => (draw === 0 ? onB : onDraws[draw - 1]))
}

function weakLabels(weak: Artifact<Beliefs>[], hard: boolean, of: (beliefs: Beliefs) => Float32Array): Float32Array {
  const all = weak.map(({ value }) => of(value))
  return all[0].map((_, i) => {
    const belief = all.reduce((sum, beliefs) => sum + beliefs[i], 0) / all.length
    return hard ? Number(belief > 0.5) : belief
  })
}

function hintLabels(labels: Labels, of: Split): Float32Array {
  if (labels === 'ground-truth' || !('hard' in labels) || (of !== 'B' && of !== 'test'))
    throw new Error(`finetune: there are no weak labels to hint at on split ${of}`)
  return weakLabels(labels.weak, true, ({ onB, onTest }) => (of === 'B' ? onB : onTest))
}

/** Prompts that end with the token of the label. */
function hinted(task: Task, hints: Float32Array | undefined, tokens: readonly [number, number]): Task {
  if (!hints) return task
  const inputLength = task.inputLength + 1
  const inputs = new Uint32Array(task.items * inputLength)
  for (let i = 0; i < task.items; i++) {
    inputs.set(task.inputs.subarray(i * task.inputLength, (i + 1) * task.inputLength), i * inputLength)
    inputs[(i + 1) * inputLength - 1] = tokens[hints[i] as 0 | 1]
  }
  return { ...task, inputs, inputLength }
}
