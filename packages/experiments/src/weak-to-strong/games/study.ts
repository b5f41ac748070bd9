// Weak-to-strong generalization on games (Burns et al. 2023, arXiv 2312.09390, §4.1 “Chess puzzles”, §4.2, §4.3.1,
// appendix C): language models read games in move notation; then they are finetuned to give the best move of a puzzle.
//
// Weak supervisor: a small model, finetuned on the solutions of half A. Student: a larger one, finetuned on the moves
// that the supervisor finds most likely on half B (hard labels, as in the paper). Ceiling: the larger one, finetuned on
// the solutions of half B, in the same order. Scored by exact match on puzzles of neither half.
//
// How this differs from the paper: models of 10⁴ to 10⁷ parameters pretrained here, on self-play instead of people's
// games; puzzles made here, with a move that exhaustive search proves best. All sizes read the same games.

import type { Gpu } from '@nanoalign/kernels'
import { trainingFlopsPerToken } from '@nanoalign/model'
import { askEach } from '../../stages/ask-each.ts'
import { type OnPart, type Part, seedsLeft } from '../../stages/part.ts'
import type { Artifact, Runner } from '../../stages/stage.ts'
import { alphaZero, easyToHard, scratch } from './analyses.ts'
import { trueAnswers } from './answers.ts'
import { type Game, type GameRecipe, rowLength } from './game.ts'
import { gameNamed } from './index.ts'
import { type GameBench, type GameTraining, gameMethodNamed, sameMoves } from './methods.ts'
import {
  checkGameOptions,
  type GameOptions,
  type GamePair,
  gamePairs,
  gridGameMethods,
  stepsBetween,
} from './options.ts'
import type { GamePairResult, GameResult, GameSeedResult, GameSizeResult } from './result.ts'
import { type GameAnswers, type GameFinetuneInputs, type GameModel, type GameStages, gameStages } from './stages.ts'
import { inWords, legalShare, testPuzzles } from './words.ts'
import type { GameSplit, GameWorld } from './worlds.ts'

/** What one seed's steps have in common. */
export interface GameSeed {
  game: Game
  seed: number
  options: GameOptions
  recipe: GameRecipe
  world: Artifact<GameWorld>
  base(size: string, steps?: number): Promise<Artifact<GameModel>>
  finetune(who: string, size: string, inputs: Tuning): Promise<Artifact<GameAnswers>>
  // asked for by several pairs, made once
  zeroShot(size: string): Promise<Artifact<GameAnswers>>
  weak(size: string): Promise<Artifact<GameAnswers>>
  ceiling(size: string): Promise<Artifact<GameAnswers>>
}

export type Tuning = Partial<Pick<GameFinetuneInputs, 'split' | 'labels' | 'confidence' | 'on' | 'looking'>> & {
  rate?: number
  base?: Artifact<GameModel>
}

export interface GameContext {
  gpu: Gpu
  runner: Runner
  /** Of the first seed the main pair by the methods that are done; later all seeds that are done. */
  onPart?: OnPart<GameResult>
}

/** Runs the study; finished stages come from the runner's store. */
export async function gameWeakToStrong(
  { gpu, runner, onPart }: GameContext,
  options: GameOptions,
): Promise<GameResult> {
  checkGameOptions(options)
  const stages = gameStages(gpu)
  const done: GameSeedResult[] = []
  const one = async (number: number) => {
    const seed = await runSeed(await openSeed(runner, stages, number, options), runner, (main) => {
      if (done.length === 0) onPart?.(() => partOfSeed(options, main))
    })
    done.push(seed)
    const seeds = done.map((each) => each.seed)
    if (done.length < options.seeds.length)
      onPart?.(() => ({
        result: { options: { ...options, seeds }, seeds: [...done] },
        missing: seedsLeft(options.seeds, seeds),
      }))
    return seed
  }
  return { options, seeds: await askEach(runner, options.seeds, one) }
}

/** A part that has one seed's main pair alone. */
function partOfSeed(options: GameOptions, result: GameSeedResult): Part<GameResult> {
  const { grid, analyses, ...main } = options
  const methods = Object.keys(result.pairs[0].students)
  return {
    result: { options: { ...main, seeds: [result.seed], methods }, seeds: [result] },
    missing: [
      ...options.methods.filter((method) => !methods.includes(method)),
      ...(grid ? ['the other pairs of sizes'] : []),
      ...(analyses ?? []),
      ...seedsLeft(options.seeds, [result.seed]),
    ],
  }
}

async function openSeed(runner: Runner, stages: GameStages, seed: number, options: GameOptions): Promise<GameSeed> {
  const game = gameNamed(options.game)
  const recipe = { ...game.recipe, ...options.recipe }
  const label = (text: string) => ({ label: `seed ${seed}: ${text}` })
  const world = await runner.stage(
    stages.world,
    { game: game.name, seed, games: recipe.games, counts: options.counts },
    label('games and puzzles'),
  )
  const { batch, pretrainingRate } = recipe
  const base = once((size, steps = recipe.steps) =>
    runner.stage(
      stages.pretrain,
      { world, game: game.name, seed, size: game.sizes[size], recipe: { batch, steps, pretrainingRate } },
      label(`pretrain ${size}`),
    ),
  )
  const finetune: GameSeed['finetune'] = async (who, size, { rate = 1, base: own, ...inputs }) =>
    runner.stage(
      stages.finetune,
      {
        base: own ?? (await base(size)),
        world,
        game: game.name,
        seed,
        labels: 'ground-truth',
        on: ['test'],
        looking: false,
        recipe: { epochs: recipe.epochs, finetuningRate: recipe.finetuningRate * rate },
        ...inputs,
      },
      label(`${who} ${size}`),
    )
  const apart: GameSplit[] = options.counts.apart > 0 ? ['test-easy', 'test-hard'] : []
  // what supervisors label
  const students: GameSplit[] = options.counts.fresh > 0 ? ['B', 'C'] : ['B']
  return {
    game,
    seed,
    options,
    recipe,
    world,
    base,
    finetune,
    zeroShot: once((size) => finetune('zero-shot', size, { on: ['test', ...apart] })),
    weak: once((size) => finetune('weak supervisor', size, { split: 'A', on: [...students, 'test'] })),
    ceiling: once((size) => finetune('strong ceiling', size, { split: 'B' })),
  }
}

/** The same promise for the same arguments. */
function once<T>(make: (size: string, steps?: number) => Promise<T>): (size: string, steps?: number) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (size, steps) => {
    const name = `${size} ${steps ?? ''}`
    if (!known.has(name)) known.set(name, make(size, steps))
    return known.get(name)!
  }
}

/** One seed; `tell` hears of its main pair after each method. */
async function runSeed(
  context: GameSeed,
  runner: Runner,
  tell: (main: GameSeedResult) => void,
): Promise<GameSeedResult> {
  const { game, seed, options, world, weak, ceiling } = context
  const pairs = gamePairs(options)
  const { puzzles, dropped } = world.value
  const legal: Record<string, number> = {}
  const told = (who: string, tokens: Uint16Array) => {
    legal[who] = legalShare(game, puzzles.test, tokens)
    return inWords(game, tokens)
  }

  const sizes: Record<string, GameSizeResult> = {}
  for (const name of Object.keys(game.sizes)) {
    if (!pairs.some((pair) => pair.weak === name || pair.strong === name)) continue
    const { answers } = (await context.zeroShot(name)).value
    const zeroShot = told(`${name}, zero-shot`, answers.test!)
    sizes[name] = { ...(await sizeResult(context, name)), zeroShot, curves: {} }
  }
  for (const size of new Set(pairs.map((pair) => pair.weak))) {
    const { answers, looks } = (await weak(size)).value
    sizes[size].weak = told(`${size}, weak supervisor`, answers.test!)
    sizes[size].curves.weak = rightShares(context, looks)
  }
  for (const size of new Set(pairs.map((pair) => pair.strong))) {
    const { answers, looks } = (await ceiling(size)).value
    sizes[size].ceiling = told(`${size}, ceiling`, answers.test!)
    sizes[size].curves.ceiling = rightShares(context, looks)
  }

  const found = { seed, test: testPuzzles(game, puzzles.test), dropped, sizes, legal }
  let alphaZeroIsNaive = false
  const runPair = async (pair: GamePair, isMain: boolean): Promise<GamePairResult> => {
    const bench = createBench(context, pair, await weak(pair.weak))
    const result: GamePairResult = { ...pair, students: {}, curves: {} }
    for (const name of isMain ? options.methods : gridGameMethods(options)) {
      const { method, parameter } = gameMethodNamed(name)
      const { test, looks } = await method.student(bench(name), parameter)
      result.students[name] = told(`${pair.weak}→${pair.strong}, ${name}`, test)
      if (looks) result.curves[name] = rightShares(context, looks)
      if (!isMain) continue
      if (name === 'naive') alphaZeroIsNaive = await alphaZero(context, pair, looks!)
      tell({
        ...found,
        pairs: [{ ...pair, students: { ...result.students }, curves: { ...result.curves } }],
        alphaZeroIsNaive,
      })
    }
    return result
  }
  const results = await askEach(runner, pairs, (pair, p) => runPair(pair, p === 0))
  return {
    ...found,
    pairs: results,
    alphaZeroIsNaive,
    ...(options.analyses?.includes('easy-to-hard') && { easyToHard: await easyToHard(context) }),
    ...(options.analyses?.includes('scratch') && { scratch: await scratch(context) }),
  }
}

async function sizeResult({ base, game, recipe }: GameSeed, size: string) {
  const { model, losses } = (await base(size)).value
  const T = rowLength(game) - 1
  const tokens = recipe.steps * recipe.batch * T
  const parameters = Object.values(model.values).reduce((total, data) => total + data.length, 0)
  return { parameters, flops: tokens * trainingFlopsPerToken(model.config, T), losses }
}

function createBench({ game, options, world, finetune }: GameSeed, pair: GamePair, weak: Artifact<GameAnswers>) {
  return (method: string): GameBench => ({
    weak,
    between: stepsBetween(options.game, pair),
    moveLength: game.moveLength,
    truthOnVal: trueAnswers(world.value.puzzles.val),
    train({
      size = pair.strong,
      labels = weak,
      soft = false,
      confidence,
      rate,
      split = 'B',
      on = [],
      looking,
    }: GameTraining = {}) {
      return finetune(`${pair.weak}→${pair.strong}, ${method},`, size, {
        split,
        labels: { weak: labels, soft },
        ...(confidence !== undefined && { confidence }),
        ...(rate !== undefined && { rate }),
        ...(looking !== undefined && { looking }),
        on: [...on, 'test'],
      })
    },
  })
}

function rightShares({ game, world }: GameSeed, looks: Uint16Array[]): number[] {
  const { val } = world.value.puzzles
  const truth = trueAnswers(val)
  return looks.map((look) => sameMoves(look, truth, game.moveLength) / val.length)
}
