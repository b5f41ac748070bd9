// A student by any method: what it is trained on (labels, items, targets) is data, so that a stage can be keyed by it.

import type { Gpu } from '@nanoalign/kernels'
import { featureReadout } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { joined, split as splitRows, toBytes, toFloats } from '../training.ts'
import { type AttributeTask, attributeTask, type TaskFamily } from './attribute-tasks.ts'
import { type AttributeWorld, createAttributeWorld, labelTokens, type Split } from './attribute-world.ts'
import { type ErrorStructure, structuredErrors } from './error-structures.ts'
import { type Finetuning, finetuneClassifier, finetuningWork, warmedUp } from './finetuning.ts'
import type { Finetuned, Pretrained } from './stages.ts'
import { taskSize } from './task-size.ts'

/** What a weak model believes: P(label = 1) of half B's items and of the test items. */
export interface Beliefs {
  onB: Float32Array
  onTest: Float32Array
}

export type StudentLabels =
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

export interface StudentInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: TaskFamily
  k: number
  split: 'A' | 'B'
  labels: StudentLabels
  loss: StudentLoss
  /** Share of the items that are kept: those with the most confident labels, the same share of either label. */
  keep: number
  /** Whether each prompt ends with the weak label as a token (imitation made trivial). */
  hint: boolean
  /** Whether to keep the features that a linear probe reads, after the training. */
  features: boolean
}

export interface Student extends Finetuned {
  /** P(label = 1) before the first step and three times per epoch, of the validation and of the test items */
  looks: { onVal: Float32Array; onTest: Float32Array }[]
  /** (items, nEmbd) per split */
  features?: Record<'A' | 'B' | 'test', Float32Array>
}

const LOOKS_PER_EPOCH = 3

export function studentStage(gpu: Gpu) {
  return defineStage<StudentInputs, Student>({
    name: 'w2s-student',
    version: 1,
    async run({ base, worldSeed, family, k, split, labels, loss, keep, hint, features }, context) {
      const world = createAttributeWorld(worldSeed)
      const task = (of: Split) => hinted(attributeTask(world, family, k, of), hint ? hintLabels(labels, of) : undefined)
      const data = task(split)
      const targets = targetsOf(labels, world, family, k, split)
      const [val, test] = hint ? [undefined, task('test')] : [task('val'), task('test')]
      const looks: Student['looks'] = []
      let onB = new Float32Array()
      let kept: Student['features']
      await finetuneClassifier(
        gpu,
        context,
        {
          model: base.value.model,
          ...data,
          targets,
          kept: keep < 1 ? mostConfident(targets, keep) : undefined,
          order: { seed: worldSeed, name: (pass) => `w2s/order/${family}_${k}/${split}/${pass}` },
          own: ownTargets(loss),
          looksPerEpoch: LOOKS_PER_EPOCH,
        },
        {
          async look(readout) {
            const onVal = val ? await readout.run(val.inputs) : new Float32Array()
            looks.push({ onVal, onTest: await readout.run(test.inputs) })
          },
          async end(readout, parameters) {
            onB = await readout.run(task('B').inputs)
            if (!features) return
            const probe = await featureReadout(gpu, base.value.model.config, parameters, {
              B: 200,
              T: data.inputLength,
            })
            kept = {
              A: await probe.run(task('A').inputs),
              B: await probe.run(task('B').inputs),
              test: await probe.run(test.inputs),
            }
            probe.destroy()
          },
        },
      )
      return { ...ended(onB, looks), features: kept }
    },
    encode: ({ onB, looks, features }) => ({
      'on-b.f32': toBytes(onB),
      'looks-val.f32': toBytes(joined(looks.map((look) => look.onVal))),
      'looks-test.f32': toBytes(joined(looks.map((look) => look.onTest))),
      ...Object.fromEntries(
        Object.entries(features ?? {}).map(([of, data]) => [`features-${of.toLowerCase()}.f32`, toBytes(data)]),
      ),
    }),
    decode(blobs) {
      const count = LOOKS_PER_EPOCH * 4 + 1
      const onVal = splitRows(toFloats(blobs['looks-val.f32']), count)
      const onTest = splitRows(toFloats(blobs['looks-test.f32']), count)
      const features = (of: string) => toFloats(blobs[`features-${of}.f32`])
      return {
        ...ended(
          toFloats(blobs['on-b.f32']),
          onVal.map((values, i) => ({ onVal: values, onTest: onTest[i] })),
        ),
        ...(blobs['features-a.f32'] && { features: { A: features('a'), B: features('b'), test: features('test') } }),
      }
    },
    plan({ base, family, split, hint, features }) {
      const { config } = base.value.model
      const [A, B, val, test] = (['A', 'B', 'val', 'test'] as const).map((of) => taskSize(family, of))
      const looks = LOOKS_PER_EPOCH * 4 + 1
      const items = (hint ? 0 : val.items) + test.items
      const seen = { test: { items, inputLength: test.inputLength }, looks }
      const kept = features ? config.nEmbd * (A.items + B.items + test.items) : 0
      const work = finetuningWork(config, split === 'A' ? A : B, seen, B)
      return { ...work, bytes: 4 * (looks * seen.test.items + B.items + kept) }
    },
  })
}

/** The looks at the ends of the epochs are the curve, and the last one is the student. */
function ended(onB: Float32Array, looks: Student['looks']): Student {
  const curve = looks.filter((_, i) => i % LOOKS_PER_EPOCH === 0).map((look) => look.onTest)
  return { onB, onTest: curve[curve.length - 1], curve, looks }
}

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

function targetsOf(labels: StudentLabels, world: AttributeWorld, family: TaskFamily, k: number, split: 'A' | 'B') {
  const truth = Float32Array.from(attributeTask(world, family, k, split).labels)
  if (labels === 'ground-truth') return truth
  if (split === 'A') throw new Error('student: weak labels are about half B')
  if ('errors' in labels)
    return structuredErrors(labels.errors, labels.weak.value, labels.ceiling.value, world, family, k)
  return weakLabels(labels.weak, labels.hard, 'onB')
}

function weakLabels(weak: Artifact<Beliefs>[], hard: boolean, where: 'onB' | 'onTest'): Float32Array {
  return weak[0].value[where].map((_, i) => {
    const belief = weak.reduce((sum, { value }) => sum + value[where][i], 0) / weak.length
    return hard ? Number(belief > 0.5) : belief
  })
}

/** The items whose label is among the `share` most confident ones of those with the same rounded label, in order. */
export function mostConfident(targets: Float32Array, share: number): number[] {
  const kept = [0, 1].flatMap((label) => {
    const own = Array.from(targets.keys()).filter((i) => Number(targets[i] > 0.5) === label)
    own.sort((i, j) => Math.abs(targets[j] - 0.5) - Math.abs(targets[i] - 0.5) || i - j)
    return own.slice(0, Math.round(share * own.length))
  })
  return kept.sort((i, j) => i - j)
}

function hintLabels(labels: StudentLabels, of: Split): Float32Array {
  if (labels === 'ground-truth' || !('hard' in labels) || (of !== 'B' && of !== 'test'))
    throw new Error(`student: there are no weak labels to hint at on split ${of}`)
  return weakLabels(labels.weak, true, of === 'B' ? 'onB' : 'onTest')
}

/** Prompts that end with the token of the label. */
function hinted(task: AttributeTask, hints: Float32Array | undefined): AttributeTask {
  if (!hints) return task
  const inputLength = task.inputLength + 1
  const inputs = new Uint32Array(task.items * inputLength)
  for (let i = 0; i < task.items; i++) {
    inputs.set(task.inputs.subarray(i * task.inputLength, (i + 1) * task.inputLength), i * inputLength)
    inputs[(i + 1) * inputLength - 1] = labelTokens[hints[i] as 0 | 1]
  }
  return { ...task, inputs, inputLength }
}
