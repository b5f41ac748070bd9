// What the study of games can be asked for, its presets, and how much work that is.

import type { GameRecipe } from './game.ts'
import { gameNamed } from './index.ts'
import { gameMethodNamed } from './methods.ts'
import type { PuzzleCounts } from './worlds.ts'

/** Puzzles per step of finetuning. */
export const BATCH = 32

export interface GameOptions {
  /** name of a game (index.ts) */
  game: string
  /** sizes of its ladder: the pair on which every method is measured */
  weak: string
  strong: string
  seeds: number[]
  /** names of methods (methods.ts), 'naive' first */
  methods: string[]
  /** all pairs of these sizes in which the student is the larger one, with the naive and confidence methods */
  grid?: { weak: string[]; strong: string[] }
  counts: PuzzleCounts
  /** what differs from the game's own recipe */
  recipe?: Partial<GameRecipe>
  analyses?: GameAnalysis[]
}

/**
 * - `easy-to-hard`: strong models trained on the truth about easy or hard puzzles alone (appendix C);
 * - `scratch`: the student and the ceiling without pretraining, a control.
 */
export const gameAnalyses = ['easy-to-hard', 'scratch'] as const
export type GameAnalysis = (typeof gameAnalyses)[number]

type Presets = Record<'smoke' | 'quick' | 'laptop' | 'full', Omit<GameOptions, 'game'>>

const smoke: Presets['smoke'] = {
  weak: '',
  strong: '',
  seeds: [1, 2],
  methods: ['naive', 'confidence'],
  counts: { train: 64, fresh: 0, val: 40, test: 100, apart: 0 },
  recipe: { games: 200, steps: 12, batch: 16, epochs: 1 },
}
const allMethods = ['naive', 'confidence', 'confidence:0.75', 'bootstrap', 'slow', 'stop-weak', 'stop-truth']

const boardCounts = { train: 1500, fresh: 1500, val: 1000, apart: 1500 }
const board: Presets = {
  smoke: { ...smoke, weak: 'A', strong: 'B' },
  quick: {
    weak: 'C',
    strong: 'D',
    seeds: [1, 2, 3],
    methods: ['naive', 'soft', 'confidence'],
    counts: { ...boardCounts, fresh: 0, apart: 0, test: 2000 },
    recipe: { steps: 550 },
  },
  laptop: {
    weak: 'B',
    strong: 'E',
    seeds: [1, 2, 3],
    methods: ['naive', 'soft', ...allMethods.slice(1)],
    grid: { weak: ['B', 'C', 'D'], strong: ['C', 'D', 'E'] },
    counts: { ...boardCounts, test: 5000 },
    analyses: ['easy-to-hard', 'scratch'],
  },
  full: {
    weak: 'B',
    strong: 'H',
    seeds: [1, 2, 3, 4, 5],
    methods: ['naive', 'soft', ...allMethods.slice(1)],
    grid: { weak: ['A', 'B', 'C', 'D', 'E', 'F', 'G'], strong: ['B', 'C', 'D', 'E', 'F', 'G', 'H'] },
    counts: { ...boardCounts, test: 20_000 },
    analyses: ['easy-to-hard', 'scratch'],
  },
}
/** Without what needs hard puzzles. */
const misere: Presets = {
  smoke: board.smoke,
  quick: board.quick,
  laptop: { ...board.laptop, counts: { ...board.laptop.counts, apart: 0 }, analyses: ['scratch'] },
  full: { ...board.full, counts: { ...board.full.counts, apart: 0 }, analyses: ['scratch'] },
}
const chess: Presets = {
  smoke: { ...smoke, weak: 'a', strong: 'b', counts: { train: 64, fresh: 0, val: 20, test: 40, apart: 0 } },
  quick: {
    weak: 'b',
    strong: 'c',
    seeds: [1],
    methods: ['naive', 'confidence'],
    counts: { train: 800, fresh: 0, val: 200, test: 1000, apart: 0 },
  },
  laptop: {
    weak: 'b',
    strong: 'd',
    seeds: [1, 2, 3],
    methods: allMethods,
    grid: { weak: ['a', 'b', 'c'], strong: ['b', 'c', 'd'] },
    counts: { train: 800, fresh: 800, val: 200, test: 1000, apart: 400 },
    analyses: ['easy-to-hard', 'scratch'],
  },
  full: {
    weak: 'a',
    strong: 'h',
    seeds: [1, 2, 3, 4, 5],
    methods: allMethods,
    grid: { weak: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], strong: ['b', 'c', 'd', 'e', 'f', 'g', 'h'] },
    counts: { train: 20_000, fresh: 20_000, val: 2000, test: 20_000, apart: 10_000 },
    recipe: { games: 500_000, steps: 30_000, batch: 64 },
    analyses: ['easy-to-hard', 'scratch'],
  },
}

/** The presets of a game; those of the small board for a game that has none of its own. */
export function gamePresets(game: string): Presets {
  return { board, misere, chess }[game] ?? board
}

export interface GamePair {
  weak: string
  strong: string
}

/** All pairs of the study, the main one first. */
export function gamePairs({
  game,
  weak,
  strong,
  grid,
}: Pick<GameOptions, 'game' | 'weak' | 'strong' | 'grid'>): GamePair[] {
  const ladder = Object.keys(gameNamed(game).sizes)
  const all = (grid?.weak ?? []).flatMap((w) => (grid?.strong ?? []).map((s) => ({ weak: w, strong: s })))
  const others = all.filter(
    (pair) =>
      ladder.indexOf(pair.weak) < ladder.indexOf(pair.strong) && !(pair.weak === weak && pair.strong === strong),
  )
  return [{ weak, strong }, ...others]
}

/** Methods that every pair of a grid gets; the others are measured on the main pair alone. */
export function gridGameMethods({ methods }: Pick<GameOptions, 'methods'>): string[] {
  return methods.filter((method) => method === 'naive' || method === 'confidence')
}

/** The sizes in between that a bootstrap passes through: all of one or two, else two at even distances. */
export function stepsBetween(game: string, { weak, strong }: GamePair): string[] {
  const ladder = Object.keys(gameNamed(game).sizes)
  const between = ladder.slice(ladder.indexOf(weak) + 1, ladder.indexOf(strong))
  if (between.length <= 2) return between
  return [1, 2].map((i) => between[Math.round((i * (between.length + 1)) / 3) - 1])
}

/** @throws Error naming the option and what it may be. */
export function checkGameOptions(options: GameOptions): void {
  const { weak, strong, seeds, methods, grid, counts, analyses = [] } = options
  const game = gameNamed(options.game)
  const ladder = Object.keys(game.sizes)
  for (const [name, sizes] of Object.entries({
    weak: [weak, ...(grid?.weak ?? [])],
    strong: [strong, ...(grid?.strong ?? [])],
  })) {
    const unknown = sizes.find((size) => !ladder.includes(size))
    if (unknown !== undefined) throw new Error(`--${name} is "${unknown}" but must be one of ${ladder.join(', ')}`)
  }
  for (const [name, sizes] of Object.entries({ ...grid }))
    if (new Set(sizes).size !== sizes.length) throw new Error(`--${name} ${sizes.join(',')} names a size twice`)
  if (ladder.indexOf(weak) >= ladder.indexOf(strong))
    throw new Error(`the student ${strong} must be larger than its supervisor ${weak}; sizes are ${ladder.join(', ')}`)
  if (seeds.length < 1 || seeds.some((s) => !Number.isInteger(s) || s < 0 || s > 0xffffffff))
    throw new Error(`seeds are ${seeds.join(', ') || 'none'} but must be integers from 0 to 4294967295, at least one`)
  if (new Set(seeds).size !== seeds.length) throw new Error(`seeds ${seeds.join(', ')} contain one twice`)
  if (methods[0] !== 'naive') throw new Error(`methods are ${methods.join(', ')} but the first must be naive`)
  if (new Set(methods).size !== methods.length) throw new Error(`methods ${methods.join(', ')} contain one twice`)
  for (const method of methods) gameMethodNamed(method)
  if (methods.includes('soft') && game.moveLength > 1)
    throw new Error(`method "soft" needs moves of one token, but those of ${game.name} have ${game.moveLength}`)
  const unknown = analyses.find((name) => !(gameAnalyses as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`analysis "${unknown}" is not one of ${gameAnalyses.join(', ')}`)
  if (analyses.includes('easy-to-hard') && !game.difficulties.hard)
    throw new Error(`${game.name} has no hard puzzles, which the analysis easy-to-hard needs`)
  const least: PuzzleCounts = {
    train: BATCH,
    fresh: methods.includes('bootstrap') ? BATCH : 0,
    val: 1,
    test: 2,
    apart: analyses.includes('easy-to-hard') ? BATCH : 0,
  }
  for (const name of Object.keys(least) as (keyof PuzzleCounts)[])
    if (!Number.isInteger(counts[name]) || counts[name] < least[name])
      throw new Error(`puzzles for ${name} are ${counts[name]} but must be ${least[name]} or more`)
}

/** How many stages of each name a run asks for, those found in the store included; for an estimate of the time left. */
export function gameStageCounts(options: GameOptions): Record<string, number> {
  const { game, weak, strong, seeds, methods, analyses = [] } = options
  const pairs = gamePairs(options)
  const supervisors = new Set(pairs.map((pair) => pair.weak)).size
  const students = new Set(pairs.map((pair) => pair.strong)).size
  const sizes = new Set(pairs.flatMap((pair) => [pair.weak, pair.strong]))
  const between = stepsBetween(game, { weak, strong })
  if (methods.includes('bootstrap')) for (const size of between) sizes.add(size)
  const measured = new Set(pairs.flatMap((pair) => [pair.weak, pair.strong])).size
  const main = methods.reduce((sum, name) => sum + gameMethodNamed(name).method.trainings(between.length), 0)
  let finetunings = measured + supervisors + students + 1 + main + (pairs.length - 1) * gridGameMethods(options).length
  let pretrainings = sizes.size
  if (analyses.includes('easy-to-hard')) finetunings += 2 * students
  if (analyses.includes('scratch')) {
    pretrainings += 1
    finetunings += 2
  }
  return {
    'w2s-game-world': seeds.length,
    'w2s-game-pretrain': seeds.length * pretrainings,
    'w2s-game-finetune': seeds.length * finetunings,
  }
}
