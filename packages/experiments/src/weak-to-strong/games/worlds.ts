// The data of one seed: games to read, and puzzles in splits that share no position with each other or with the games.

import { Random } from '@nanoalign/kernels'
import type { StageContext } from '../../stages/stage.ts'
import { type Difficulty, type Game, type Puzzle, rowLength, specialTokens } from './game.ts'

/**
 * A: the weak supervisor's half; B: the student's half, and the ceiling's; C, D: fresh puzzles for the steps of
 * bootstrapping; val, test; E, H: easy or hard ones alone, and their test sets.
 */
export const gameSplits = ['A', 'B', 'C', 'D', 'val', 'test', 'E', 'H', 'test-easy', 'test-hard'] as const
export type GameSplit = (typeof gameSplits)[number]

export interface PuzzleCounts {
  /** of A and B each */
  train: number
  /** of C and D each */
  fresh: number
  val: number
  test: number
  /** of E and H each; their tests have half as many as test, if there are any */
  apart: number
}

export type SplitPuzzle = Pick<Puzzle, 'prompt' | 'answer' | 'difficulty'>

export interface GameWorld {
  /** (games, rowLength) token ids, padded */
  games: Uint16Array
  puzzles: Record<GameSplit, SplitPuzzle[]>
  /** how many puzzles were found and not used, since the corpus or another split has their position */
  dropped: number
}

/**
 * `total` games to read, and the puzzles. Work is done in steps of about a tenth of a second, so that it can be stopped and
 * a page stays alive. @throws Error when a game has too few different puzzles.
 */
export async function createGameWorld(
  game: Game,
  seed: number,
  total: number,
  counts: PuzzleCounts,
  context: Pick<StageContext, 'signal' | 'report'>,
): Promise<GameWorld> {
  const breathe = breather(context.signal)
  const { start, padding } = specialTokens(game)
  const length = rowLength(game)
  const read = new Set<string>()
  const games = new Uint16Array(total * length).fill(padding)
  const random = new Random(seed, `w2s/${game.name}/games`)
  for (let g = 0; g < total; ) {
    const played = game.play(random)
    if (await breathe()) context.report({ step: g, steps: total, note: 'games' })
    if (!played) continue
    games.set([start, ...played.tokens], g * length)
    for (const key of played.keys) read.add(key)
    g++
  }
  const wanted = neededPuzzles(game, counts)
  const splitter = createSplitter(wanted, new Random(seed, `w2s/${game.name}/splits`), read)
  const draw = new Random(seed, `w2s/${game.name}/puzzles`)
  const all = splitter.missing()
  for (let since = 0; splitter.missing() > 0; ) {
    const before = splitter.missing()
    for (const puzzle of game.puzzles(draw)) splitter.add(puzzle)
    since = splitter.missing() < before ? 0 : since + 1
    if (since > 200_000)
      throw new Error(
        `${game.name}: there are not enough different puzzles; ${splitter.missing()} of ${all} are missing`,
      )
    if (await breathe()) context.report({ step: all - splitter.missing(), steps: all, note: 'puzzles' })
  }
  return { games, puzzles: splitter.puzzles, dropped: splitter.dropped() }
}

/** How many puzzles each split has, easy and hard ones together. */
export function puzzlesOfSplits({ train, fresh, val, test, apart }: PuzzleCounts): Record<GameSplit, number> {
  const apartTest = apart > 0 ? Math.floor(test / 2) : 0
  const ofHalves = { A: train, B: train, C: fresh, D: fresh, val, test }
  return { ...ofHalves, E: apart, H: apart, 'test-easy': apartTest, 'test-hard': apartTest }
}

/** About what `createGameWorld` takes on one processor core: easy and hard puzzles are found in the same games. */
export function worldSeconds(game: Game, total: number, counts: PuzzleCounts): number {
  const needed = Object.values(neededPuzzles(game, counts))
  const finding = (difficulty: Difficulty) =>
    needed.reduce((sum, each) => sum + each[difficulty], 0) * (game.seconds[difficulty] ?? 0)
  return total * game.seconds.game + Math.max(finding('easy'), finding('hard'))
}

function neededPuzzles(
  { hardShare, difficulties }: Game,
  counts: PuzzleCounts,
): Record<GameSplit, Record<Difficulty, number>> {
  const dealt = (split: GameSplit, count: number) => {
    if (split === 'E' || split === 'test-easy') return { easy: count, hard: 0 }
    if (split === 'H' || split === 'test-hard') return { easy: 0, hard: difficulties.hard ? count : 0 }
    const hard = Math.round(hardShare * count)
    return { easy: count - hard, hard }
  }
  const lengths = puzzlesOfSplits(counts)
  return Object.fromEntries(gameSplits.map((split) => [split, dealt(split, lengths[split])])) as ReturnType<
    typeof neededPuzzles
  >
}

/** Deals puzzles out: those of a group go to one split, drawn with the chances of what the splits still need. */
export function createSplitter(
  needed: Record<GameSplit, Record<Difficulty, number>>,
  random: Random,
  read: ReadonlySet<string>,
) {
  const puzzles = Object.fromEntries(gameSplits.map((split) => [split, []])) as unknown as GameWorld['puzzles']
  const left = structuredClone(needed)
  const groups = new Map<string, GameSplit>()
  const seen = new Set<string>()
  let dropped = 0
  return {
    puzzles,
    dropped: () => dropped,
    missing: () => gameSplits.reduce((sum, split) => sum + left[split].easy + left[split].hard, 0),
    add({ prompt, answer, difficulty, key, group }: Puzzle): void {
      if (read.has(key) || seen.has(key)) {
        dropped++
        return
      }
      const known = groups.get(group)
      const splits: readonly GameSplit[] = known ? [known] : gameSplits
      const total = splits.reduce((sum, split) => sum + left[split][difficulty], 0)
      if (total === 0) return
      let draw = random.integer(total)
      const split = splits.find((each) => {
        draw -= left[each][difficulty]
        return draw < 0
      })!
      groups.set(group, split)
      seen.add(key)
      left[split][difficulty]--
      puzzles[split].push({ prompt, answer, difficulty })
    },
  }
}

/** Lets other tasks run ten times a second; true when it just did. Throws the signal's reason when aborted. */
function breather(signal: AbortSignal): () => Promise<boolean> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < 100) return false
    await new Promise((resolve) => setTimeout(resolve))
    signal.throwIfAborted()
    last = performance.now()
    return true
  }
}
