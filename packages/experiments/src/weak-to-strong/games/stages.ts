// The expensive steps of the games: the world (games and puzzles), pretraining, and finetuning with its answers.

import { type Gpu, Random } from '@nanoalign/kernels'
import { gptParameters, type ModelFile, Parameters, readModel, writeModel } from '@nanoalign/model'
import { completionReadout, completionTask, languageModelTask, train } from '@nanoalign/trainer'
import { type Artifact, defineStage } from '../../stages/stage.ts'
import { decodeJson, encodeJson, runTraining, toBytes, toFloats } from '../../training.ts'
import { modelBytes, readingWork, total, trainingWork } from '../../work.ts'
import { type GreedyAnswers, greedyAnswers, promptRows, puzzleRowLength } from './answers.ts'
import { completionBatch, corpusBatches, labelsOf } from './batches.ts'
import { type GameModelSize, type GameRecipe, gameModel, rowLength, specialTokens } from './game.ts'
import { gameNamed } from './index.ts'
import { BATCH } from './options.ts'
import {
  createGameWorld,
  type GameSplit,
  type GameWorld,
  gameSplits,
  type PuzzleCounts,
  puzzlesOfSplits,
  worldSeconds,
} from './worlds.ts'

export interface WorldInputs {
  game: string
  seed: number
  games: number
  counts: PuzzleCounts
}

export interface GamePretrainInputs {
  world: Artifact<GameWorld>
  game: string
  seed: number
  size: GameModelSize
  /** steps 0: a model that has read nothing */
  recipe: Pick<GameRecipe, 'batch' | 'steps' | 'pretrainingRate'>
}

export interface GameModel {
  model: ModelFile
  /** mean training loss of consecutive tenths of the run, nats per token */
  losses: number[]
}

export interface GameFinetuneInputs {
  base: Artifact<GameModel>
  world: Artifact<GameWorld>
  game: string
  seed: number
  /** the split it is trained on; none: the model as it is */
  split?: GameSplit
  /** the truth, or a weak supervisor's answers to that split: its moves, or (moves of one token) its probabilities */
  labels: 'ground-truth' | { weak: Artifact<GameAnswers>; soft: boolean }
  recipe: Pick<GameRecipe, 'epochs' | 'finetuningRate'>
  /** largest share of the student's own most likely tokens in the targets; 0: none, by the same kernels */
  confidence?: number
  /** splits to answer besides the validation puzzles */
  on: GameSplit[]
  /** whether to answer the test puzzles at every look, for early stopping */
  looking: boolean
}

export interface GameAnswers {
  /** (puzzles·moveLength) tokens, by split */
  answers: Partial<Record<GameSplit, Uint16Array>>
  /** P(first token) of the puzzles of split B, (puzzles·outputs), where a move is one token */
  soft?: Float32Array
  /** answers to the validation puzzles before the first step and then ten times, evenly */
  looks: Uint16Array[]
  /** the same of the test puzzles */
  testLooks?: Uint16Array[]
}

export const LOOKS = 10

export function gameStages(gpu: Gpu) {
  const world = defineStage<WorldInputs, GameWorld>({
    name: 'w2s-game-world',
    version: 1,
    run: ({ game, seed, games, counts }, context) => createGameWorld(gameNamed(game), seed, games, counts, context),
    encode: ({ games, ...rest }) => ({ 'games.u16': shortBytes(games), 'puzzles.json': encodeJson(rest) }),
    decode: (blobs) => ({ games: shorts(blobs['games.u16']), ...decodeJson(blobs['puzzles.json']) }) as GameWorld,
    plan({ game: name, games, counts }) {
      const game = gameNamed(name)
      const lengths = puzzlesOfSplits(counts)
      const puzzles = Object.values(lengths).reduce((sum, length) => sum + length, 0)
      return {
        flops: 0,
        submits: 0,
        hostSeconds: worldSeconds(game, games, counts),
        bytes: 2 * games * rowLength(game) + 40 * puzzles,
        known: { puzzles: Object.fromEntries(Object.entries(lengths).map(([split, length]) => [split, { length }])) },
      }
    },
  })

  const pretrain = defineStage<GamePretrainInputs, GameModel>({
    name: 'w2s-game-pretrain',
    version: 1,
    async run({ world, game: name, seed, size, recipe: { batch: B, steps, pretrainingRate } }, context) {
      const game = gameNamed(name)
      const config = gameModel(game, size)
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.initialise(new Random(seed, `w2s/${name}/init/${JSON.stringify(size)}`).uint32())
      const shape = { B, T: rowLength(game) - 1 }
      const batchAt = corpusBatches(game, world.value.games, B, seed)
      const losses = await runTraining(context, (options) =>
        train(gpu, parameters, (loss) => languageModelTask(gpu, config, parameters, loss, shape, batchAt), {
          beta2: 0.98,
          weightDecay: 0.01,
          decay: 'all',
          ...options,
          steps,
          schedule: {
            kind: 'cosine',
            peak: pretrainingRate / config.nEmbd,
            warmup: Math.round(0.05 * steps),
            floor: 0.05,
          },
        }),
      )
      const values = await parameters.toHost()
      parameters.destroy()
      return { model: { config, values }, losses: tenths(losses) }
    },
    encode: ({ model, losses }) => ({
      'model.safetensors': writeModel(gptParameters(model.config), model),
      'metrics.json': encodeJson({ losses }),
    }),
    decode: (blobs) =>
      ({ model: readModel(blobs['model.safetensors']), ...decodeJson(blobs['metrics.json']) }) as GameModel,
    plan({ game: name, size, recipe: { batch, steps } }) {
      const game = gameNamed(name)
      const config = gameModel(game, size)
      const work = trainingWork(config, { B: batch, T: rowLength(game) - 1, steps })
      return { ...work, bytes: modelBytes(config), config }
    },
  })

  const finetune = defineStage<GameFinetuneInputs, GameAnswers>({
    name: 'w2s-game-finetune',
    version: 1,
    async run(inputs, context) {
      const { base, world, seed, split, labels, recipe, confidence, on, looking } = inputs
      const game = gameNamed(inputs.game)
      const { puzzles } = world.value
      const { config, values } = base.value.model
      const parameters = new Parameters(gpu, gptParameters(config))
      parameters.load(values)
      const [T, R] = [puzzleRowLength(game), game.moveLength]
      const readout = await completionReadout(gpu, config, parameters, { B: 200, T })
      const looks: Uint16Array[] = []
      const testLooks: Uint16Array[] = []
      const look = async () => {
        looks.push((await greedyAnswers(game, readout, puzzles.val)).tokens)
        if (looking) testLooks.push((await greedyAnswers(game, readout, puzzles.test)).tokens)
      }
      await look()
      if (split !== undefined) {
        const items = puzzles[split]
        const perEpoch = Math.floor(items.length / BATCH)
        if (perEpoch < 1) throw new RangeError(`${split} has ${items.length} puzzles, fewer than a batch of ${BATCH}`)
        const steps = recipe.epochs * perEpoch
        const outputs = specialTokens(game).start
        const soft = labels !== 'ground-truth' && labels.soft
        const K = soft ? outputs : 1
        const targets = labelsOf(game, world.value, split, labels)
        const rows = promptRows(game, items)
        const orders = Array.from({ length: recipe.epochs }, (_, epoch) =>
          new Random(seed, `w2s/${game.name}/order/${split}/${epoch}`).shuffle(Array.from(items.keys())),
        )
        const batchAt = (step: number) => {
          const start = (step % perEpoch) * BATCH
          const chosen = orders[Math.floor(step / perEpoch)].slice(start, start + BATCH)
          return completionBatch(game, items, rows, targets, chosen, K)
        }
        // looks at steps of equal distance, the last one at the end
        const every = Math.max(1, Math.floor(steps / LOOKS))
        const isLook = (step: number) => step === steps || (step % every === 0 && step / every < LOOKS)
        const alpha =
          confidence === undefined ? undefined : (step: number) => confidence * Math.min(1, step / (0.2 * steps))
        await runTraining(
          context,
          (options) =>
            train(
              gpu,
              parameters,
              (loss) => completionTask(gpu, config, parameters, loss, { B: BATCH, T, R, K }, batchAt, alpha),
              {
                beta2: 0.98,
                weightDecay: 0,
                ...options,
                steps,
                schedule: {
                  kind: 'cosine',
                  peak: recipe.finetuningRate / config.nEmbd ** 2,
                  warmup: Math.max(1, Math.round(0.05 * steps)),
                  floor: 0.05,
                },
                pauseEvery: every,
                checkpoint: undefined, // seconds of work: not worth a checkpoint
              },
            ),
          async (step) => {
            if (isLook(step)) await look()
          },
        )
      }
      const answers: GameAnswers['answers'] = {}
      let first: GreedyAnswers['first'] | undefined
      for (const which of on) {
        const found = await greedyAnswers(game, readout, puzzles[which])
        answers[which] = found.tokens
        if (which === 'B' && R === 1) first = found.first
      }
      readout.destroy()
      parameters.destroy()
      return { answers, looks, ...(first && { soft: first }), ...(looking && { testLooks }) }
    },
    encode: ({ answers, soft, looks, testLooks = [] }) => ({
      ...Object.fromEntries(
        Object.entries(answers).map(([split, tokens]) => [`on-${split.toLowerCase()}.u16`, shortBytes(tokens)]),
      ),
      ...Object.fromEntries(looks.map((tokens, i) => [`look-${i}.u16`, shortBytes(tokens)])),
      ...Object.fromEntries(testLooks.map((tokens, i) => [`look-test-${i}.u16`, shortBytes(tokens)])),
      ...(soft && { 'soft-b.f32': toBytes(soft as Float32Array<ArrayBuffer>) }),
    }),
    decode(blobs) {
      const series = (prefix: string) => {
        const all: Uint16Array[] = []
        while (blobs[`${prefix}-${all.length}.u16`]) all.push(shorts(blobs[`${prefix}-${all.length}.u16`]))
        return all
      }
      const answers = gameSplits.flatMap((split) => {
        const blob = blobs[`on-${split.toLowerCase()}.u16`]
        return blob ? [[split, shorts(blob)]] : []
      })
      const testLooks = series('look-test')
      return {
        answers: Object.fromEntries(answers) as GameAnswers['answers'],
        looks: series('look'),
        ...(blobs['soft-b.f32'] && { soft: toFloats(blobs['soft-b.f32']) }),
        ...(testLooks.length > 0 && { testLooks }),
      }
    },
    plan({ base, world, game: name, split, recipe, on, looking }) {
      const game = gameNamed(name)
      const { config } = base.value.model
      const T = puzzleRowLength(game)
      const { puzzles } = world.value
      const steps = split === undefined ? 0 : recipe.epochs * Math.floor(puzzles[split].length / BATCH)
      const looks = (split === undefined ? 1 : 1 + LOOKS) * (puzzles.val.length + (looking ? puzzles.test.length : 0))
      const rows = game.moveLength * (looks + on.reduce((sum, which) => sum + puzzles[which].length, 0))
      const work = total(trainingWork(config, { B: BATCH, T, steps }), readingWork(config, { rows, T, batch: 200 }))
      const soft = on.includes('B') && game.moveLength === 1 ? puzzles.B.length * specialTokens(game).start : 0
      return { ...work, bytes: 2 * rows + 4 * soft }
    },
  })

  return { world, pretrain, finetune }
}

export type GameStages = ReturnType<typeof gameStages>

function tenths(losses: number[]): number[] {
  const at = (i: number) => Math.floor((i * losses.length) / 10)
  return Array.from({ length: 10 }, (_, i) => losses.slice(at(i), at(i + 1)))
    .filter((part) => part.length > 0)
    .map((part) => part.reduce((a, b) => a + b, 0) / part.length)
}

const shortBytes = (data: Uint16Array) => new Uint8Array(data.slice().buffer)
const shorts = (bytes: Uint8Array) => new Uint16Array(bytes.slice().buffer)
