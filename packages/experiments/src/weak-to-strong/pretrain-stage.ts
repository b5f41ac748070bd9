// Pretraining: a model reads its corpus once.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, Parameters, readModel, writeModel } from '@nanoalign/model'
import { languageModelTask, nextTokenReadout, train } from '@nanoalign/trainer'
import { type Artifact, defineStage, type StageContext } from '../stages/stage.ts'
import { decodeJson, encodeJson, runTraining } from '../training.ts'
import { modelBytes, trainingWork } from '../work.ts'
import type { WorldName } from './tasks/family.ts'
import { BATCH } from './worlds/batch.ts'
import type { Worlds } from './worlds/index.ts'
import type { LadderSize, World } from './worlds/world.ts'

export interface PretrainInputs {
  /** absent: the attribute world */
  world?: WorldName
  /** SHA-256 of the text that the world is made of */
  text?: string
  worldSeed: number
  /** names the corpus's stream and the initialisation's */
  sizeName: string
  size: LadderSize
}

export interface Pretrained {
  model: ModelFile
  /** mean training loss of consecutive tenths of the run, nats per predicted token */
  losses: number[]
  /** how much the model knows by its own words, as its world measures it */
  knowledge: number
}

const OPTIMIZER = { beta2: 0.98, weightDecay: 0.01, decay: 'all' } as const

/** Recipe: attribute world, section 1; the other worlds differ in the highest learning rate. */
export function pretrainStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<PretrainInputs, Pretrained>({
    name: 'w2s-pretrain',
    version: 1,
    async run(inputs, context) {
      const world = worlds.open(inputs.world ?? 'attributes', inputs.worldSeed)
      const parameters = await initialised(gpu, world, inputs)
      const knowledge = await knowledgeOf(gpu, parameters, world, inputs.size)
      const between = stepsBetweenLooks(world, inputs.size)
      const losses = await pretrain(gpu, parameters, world, inputs, context, between, async (step) =>
        step % between === 0 ? knowledge.read() : undefined,
      )
      const pretrained = await finished(parameters, world, inputs.size, knowledge, losses)
      knowledge.destroy()
      parameters.destroy()
      return pretrained
    },
    ...files,
    plan: (inputs) => planned(worlds, inputs, 1),
  })
}

/** Shares of the pretraining after which a {@link snapshotStage} is taken; 0 is a model that has read nothing. */
export const SNAPSHOTS = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1] as const

/** A pretraining's models on the way, and the last of them. */
export interface PretrainingPath {
  points: Pretrained[]
  model: ModelFile
}

/** The same pretraining, with the model of each of {@link SNAPSHOTS}; the last one is that of {@link pretrainStage}. */
export function pathStage(gpu: Gpu, worlds: Worlds) {
  return defineStage<PretrainInputs, PretrainingPath>({
    name: 'w2s-pretrain-path',
    version: 1,
    async run(inputs, context) {
      const world = worlds.open(inputs.world ?? 'attributes', inputs.worldSeed)
      const parameters = await initialised(gpu, world, inputs)
      const steps = Math.floor(inputs.size.rows / BATCH)
      const knowledge = await knowledgeOf(gpu, parameters, world, inputs.size)
      const point = () => finished(parameters, world, inputs.size, knowledge, [])
      const points: Pretrained[] = [await point()]
      // the training pauses at twentieths, all of a whole number of steps but the last
      const twentieth = Math.max(1, Math.floor(steps / 20))
      const due = SNAPSHOTS.map((share) => (share === 1 ? steps : Math.round(20 * share) * twentieth))
      // the snapshots are in memory alone, so an interrupted path starts again
      await pretrain(
        gpu,
        parameters,
        world,
        inputs,
        { ...context, checkpoint: noCheckpoint },
        twentieth,
        async (step) => {
          if (due.includes(step)) points.push(await point())
        },
      )
      knowledge.destroy()
      parameters.destroy()
      return { points, model: points[points.length - 1].model }
    },
    encode: ({ points }) =>
      Object.fromEntries(
        points.flatMap((pretrained, i) =>
          Object.entries(files.encode(pretrained)).map(([name, bytes]) => [`${i}-${name}`, bytes]),
        ),
      ),
    decode(blobs) {
      const points = SNAPSHOTS.map((_, i) =>
        files.decode({
          'model.safetensors': blobs[`${i}-model.safetensors`],
          'metrics.json': blobs[`${i}-metrics.json`],
        }),
      )
      return { points, model: points[points.length - 1].model }
    },
    plan: (inputs) => planned(worlds, inputs, SNAPSHOTS.length),
  })
}

/** One model of a path, as a stage of its own so that others can be keyed by it. */
export const snapshotStage = defineStage<{ path: Artifact<PretrainingPath>; index: number }, Pretrained>({
  name: 'w2s-snapshot',
  version: 1,
  run: async ({ path, index }) => path.value.points[index],
  encode: (pretrained) => files.encode(pretrained),
  decode: (blobs) => files.decode(blobs),
  plan({ path }) {
    const { config } = path.value.model
    return { flops: 0, submits: 0, bytes: modelBytes(config), config }
  },
})

function planned(worlds: Worlds, { world = 'attributes', worldSeed, sizeName, size }: PretrainInputs, models: number) {
  const opened = worlds.open(world, worldSeed)
  const config = opened.config(size)
  const T = opened.corpus({ ...size, rows: BATCH }, sizeName).rowLength - 1
  const work = trainingWork(config, { B: BATCH, T, steps: Math.floor(size.rows / BATCH) })
  return { ...work, bytes: models * modelBytes(config), config }
}

async function initialised(gpu: Gpu, world: World, { worldSeed, sizeName, size }: PretrainInputs): Promise<Parameters> {
  const parameters = new Parameters(gpu, gptParameters(world.config(size)))
  parameters.initialise(new Random(worldSeed, `w2s/init/${sizeName}`).uint32())
  if (world.initialise) {
    const values = await parameters.toHost()
    world.initialise(values, size)
    parameters.load(values)
  }
  return parameters
}

async function pretrain(
  gpu: Gpu,
  parameters: Parameters,
  world: World,
  { sizeName, size }: PretrainInputs,
  context: StageContext,
  pauseEvery: number,
  onEvent: (step: number) => Promise<number | undefined>,
): Promise<number[]> {
  const { rowLength, batchAt } = world.corpus(size, sizeName)
  const steps = Math.floor(size.rows / BATCH)
  const shape = { B: BATCH, T: rowLength - 1 }
  const peak = world.pretrainingPeak / size.nEmbd
  return runTraining(
    context,
    (options) =>
      train(gpu, parameters, (loss) => languageModelTask(gpu, world.config(size), parameters, loss, shape, batchAt), {
        ...OPTIMIZER,
        ...options,
        steps,
        schedule: { kind: 'cosine', peak, warmup: Math.round(0.05 * steps), floor: 0.05 },
        pauseEvery,
      }),
    onEvent,
  )
}

async function finished(
  parameters: Parameters,
  world: World,
  size: LadderSize,
  knowledge: Knowledge,
  losses: number[],
): Promise<Pretrained> {
  const model = { config: world.config(size), values: await parameters.toHost() }
  return { model, losses: tenths(losses), knowledge: await knowledge.read() }
}

/** Reads out what a model knows, by its world's own measure. */
async function knowledgeOf(gpu: Gpu, parameters: Parameters, world: World, size: LadderSize) {
  const { inputs, inputLength, score } = world.knowledge
  const readout = await nextTokenReadout(gpu, world.config(size), parameters, { B: 400, T: inputLength })
  return { read: async () => score(await readout.run(inputs)), destroy: () => readout.destroy() }
}

type Knowledge = Awaited<ReturnType<typeof knowledgeOf>>

const LOOKS = 10

/** For whoever watches a model read; no looks where they would cost more than a few hundredths of the training. */
function stepsBetweenLooks({ knowledge }: World, { rows }: LadderSize): number {
  return LOOKS * knowledge.inputs.length < 3 * rows ? Math.floor(rows / BATCH / LOOKS) : Number.POSITIVE_INFINITY
}

const noCheckpoint: StageContext['checkpoint'] = { load: async () => undefined, save: async () => {}, due: () => false }

const files = {
  encode: ({ model, losses, knowledge }: Pretrained) => ({
    'model.safetensors': writeModel(gptParameters(model.config), model),
    'metrics.json': encodeJson({ losses, knowledge }),
  }),
  decode: (blobs: Record<string, Uint8Array>) =>
    ({ model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }) as Pretrained,
}

function tenths(losses: number[]): number[] {
  if (losses.length === 0) return []
  return Array.from({ length: 10 }, (_, i) => {
    const part = losses.slice(Math.floor((i * losses.length) / 10), Math.floor(((i + 1) * losses.length) / 10))
    return part.reduce((a, b) => a + b, 0) / part.length
  })
}
