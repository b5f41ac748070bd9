// The expensive steps of the study, each a pure function of its inputs: pretrain, and finetune with its predictions.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, Parameters, readModel, writeModel } from '@nanoalign/model'
import { languageModelTask, nextTokenReadout, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining, toBytes, toFloats } from '../training.ts'
import { modelBytes, trainingWork } from '../work.ts'
import { attributeKnowledge, attributeTask, knowledgeProbe, type TaskFamily } from './attribute-tasks.ts'
import { corpusBatch, createAttributeWorld, pretrainingCorpus, rowLength } from './attribute-world.ts'
import { finetuneClassifier, finetuningWork, warmedUp } from './finetuning.ts'
import { activationStage } from './probing.ts'
import { rewardStage } from './reward-stage.ts'
import { type LadderSize, ladderConfig } from './sizes.ts'
import { studentStage } from './student.ts'
import { taskSize } from './task-size.ts'
import { zeroShotStage } from './zero-shot.ts'

export interface PretrainInputs {
  worldSeed: number
  /** names the corpus's stream and the initialisation's */
  sizeName: string
  size: LadderSize
}

export interface Pretrained {
  model: ModelFile
  /** mean training loss of consecutive tenths of the run, nats per predicted token */
  losses: number[]
  /** share of (noun, attribute) that the model's own words get right; chance is 0.5 */
  knowledge: number
}

export interface FinetuneInputs {
  base: Artifact<Pretrained>
  worldSeed: number
  family: TaskFamily
  k: number
  /** the half of the nouns it is trained on */
  split: 'A' | 'B'
  /** the truth, or a weak supervisor's beliefs about that half */
  labels: 'ground-truth' | Artifact<Finetuned>
  /** plain cross-entropy, or the auxiliary confidence loss with its largest weight */
  loss: 'naive' | { alphaMax: number }
}

export interface Finetuned {
  /** P(label = 1) of half B's items (for a weak supervisor: the weak labels) and of the test items */
  onB: Float32Array
  onTest: Float32Array
  /** P(label = 1) of the test items after each epoch, from before the first on */
  curve: Float32Array[]
}

const BATCH = 32
const PRETRAINING = { beta2: 0.98, weightDecay: 0.01, decay: 'all' } as const
const EPOCHS = 4

/** The stages on one device. Recipe: attribute world, sections 1 and 3. */
export function weakToStrongStages(gpu: Gpu) {
  const pretrain = defineStage<PretrainInputs, Pretrained>({
    name: 'w2s-pretrain',
    version: 1,
    async run({ worldSeed, sizeName, size }, context) {
      const config = ladderConfig(size)
      const world = createAttributeWorld(worldSeed)
      const corpus = pretrainingCorpus(world, { rows: size.rows, stream: sizeName })
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(worldSeed, `w2s/init/${sizeName}`).uint32())
      const steps = Math.floor(size.rows / BATCH)
      const shape = { B: BATCH, T: rowLength - 1 }
      const batchAt = (step: number) => {
        const { inputs, targets, weights } = corpusBatch(corpus, step * BATCH, BATCH)
        const predicted = weights.reduce((total, weight) => total + weight, 0)
        return {
          ids: new Uint32Array(inputs),
          targets: new Uint32Array(targets),
          weights: Float32Array.from(weights, (weight) => weight / predicted),
        }
      }
      const losses = await runTraining(context, (options) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          ...PRETRAINING,
          ...options,
          steps,
          schedule: { kind: 'cosine', peak: 0.2 / size.nEmbd, warmup: Math.round(0.05 * steps), floor: 0.05 },
        }),
      )
      const probe = knowledgeProbe(world)
      const readout = await nextTokenReadout(gpu, config, parameters, { B: 400, T: 2 })
      const knowledge = attributeKnowledge(probe, await readout.run(probe.inputs))
      readout.destroy()
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values }, losses: tenths(losses), knowledge }
    },
    encode: ({ model, losses, knowledge }) => ({
      'model.safetensors': writeModel(gptParameters(model.config), model),
      'metrics.json': encodeJson({ losses, knowledge }),
    }),
    decode: (blobs) =>
      ({ model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }) as Pretrained,
    plan({ size }) {
      const config = ladderConfig(size)
      const work = trainingWork(config, { B: BATCH, T: rowLength - 1, steps: Math.floor(size.rows / BATCH) })
      return { ...work, bytes: modelBytes(config), config }
    },
  })

  const finetune = defineStage<FinetuneInputs, Finetuned>({
    name: 'w2s-finetune',
    version: 1,
    async run({ base, worldSeed, family, k, split, labels, loss }, context) {
      const world = createAttributeWorld(worldSeed)
      const task = attributeTask(world, family, k, split)
      const test = attributeTask(world, family, k, 'test')
      const curve: Float32Array[] = []
      let onB = new Float32Array()
      await finetuneClassifier(
        gpu,
        context,
        {
          model: base.value.model,
          ...task,
          targets: labels === 'ground-truth' ? Float32Array.from(task.labels) : labels.value.onB,
          order: { seed: worldSeed, name: (epoch) => `w2s/order/${family}_${k}/${split}/${epoch}` },
          own: loss === 'naive' ? undefined : { rule: 'confidence', alpha: warmedUp(loss.alphaMax) },
        },
        {
          async look(readout) {
            curve.push(await readout.run(test.inputs))
          },
          async end(readout) {
            onB = await readout.run(attributeTask(world, family, k, 'B').inputs)
          },
        },
      )
      return { onB, onTest: curve[curve.length - 1], curve }
    },
    encode: ({ onB, onTest, curve }) => ({
      'on-b.f32': toBytes(onB),
      'on-test.f32': toBytes(onTest),
      ...Object.fromEntries(curve.map((probabilities, epoch) => [`curve-${epoch}.f32`, toBytes(probabilities)])),
    }),
    decode: (blobs) => ({
      onB: toFloats(blobs['on-b.f32']),
      onTest: toFloats(blobs['on-test.f32']),
      curve: Array.from({ length: EPOCHS + 1 }, (_, epoch) => toFloats(blobs[`curve-${epoch}.f32`])),
    }),
    plan({ base, family, split }) {
      const [test, onB] = [taskSize(family, 'test'), taskSize(family, 'B')]
      const seen = { test, looks: EPOCHS + 1 }
      const work = finetuningWork(base.value.model.config, taskSize(family, split), seen, onB)
      return { ...work, bytes: 4 * ((EPOCHS + 2) * test.items + onB.items) }
    },
  })

  return {
    pretrain,
    finetune,
    zeroShot: zeroShotStage(gpu),
    student: studentStage(gpu),
    activations: activationStage(gpu),
    reward: rewardStage(gpu),
  }
}

export type WeakToStrongStages = ReturnType<typeof weakToStrongStages>

function tenths(losses: number[]): number[] {
  return Array.from({ length: 10 }, (_, i) => {
    const part = losses.slice(Math.floor((i * losses.length) / 10), Math.floor(((i + 1) * losses.length) / 10))
    return part.reduce((a, b) => a + b, 0) / part.length
  })
}
