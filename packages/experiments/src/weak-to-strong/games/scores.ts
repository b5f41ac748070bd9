// Numbers of a result, with intervals over seeds and puzzles. An answer is right if it is the solution, word for word.

import {
  type Correctness,
  differenceInterval,
  type Interval,
  percentileInterval,
  resampleAccuracies,
} from '../../statistics/bootstrap.ts'
import { summarizeWeakToStrong, type WeakToStrongSummary } from '../../statistics/pgr.ts'
import type { Difficulty } from './game.ts'
import { type GamePair, gamePairs } from './options.ts'
import type { GamePairResult, GameResult, GameSeedResult } from './result.ts'

/** Picks one model's answers to the test puzzles. */
export type AnswersOf = (seed: GameSeedResult) => string[]

/** 1 where the answer is the solution, for each seed. */
export function rightAnswers({ seeds }: GameResult, of: AnswersOf): Correctness {
  return seeds.map((seed) => {
    const { truth } = seed.test
    return [Uint8Array.from(of(seed).map((answer, i) => Number(answer === truth[i])))]
  })
}

/** Accuracy of one model, on all test puzzles or on those of a difficulty. */
export function accuracyOf(result: GameResult, of: AnswersOf, difficulty?: Difficulty): Interval {
  const right = rightAnswers(result, of)
  const { value, draws } = resampleAccuracies({ right: difficulty ? onlyOf(result, right, difficulty) : right })
  return percentileInterval(value.right, draws.right)
}

function onlyOf({ seeds }: GameResult, right: Correctness, difficulty: Difficulty): Correctness {
  return right.map(([items], s) => [items.filter((_, i) => seeds[s].test.difficulty[i] === difficulty)])
}

/** Accuracy of one model minus that of another on the same puzzles. */
export function accuracyDifference(result: GameResult, of: AnswersOf, baseline: AnswersOf): Interval {
  const models = { student: rightAnswers(result, of), baseline: rightAnswers(result, baseline) }
  return differenceInterval(resampleAccuracies(models), 'student', 'baseline')
}

export function pairOf(seed: GameSeedResult, { weak, strong }: GamePair): GamePairResult {
  return seed.pairs.find((pair) => pair.weak === weak && pair.strong === strong)!
}

export const weakOf =
  ({ weak }: GamePair): AnswersOf =>
  (seed) =>
    seed.sizes[weak].weak!
export const ceilingOf =
  ({ strong }: GamePair): AnswersOf =>
  (seed) =>
    seed.sizes[strong].ceiling!
export const zeroShotOf =
  (size: string): AnswersOf =>
  (seed) =>
    seed.sizes[size].zeroShot
export const studentOf =
  (pair: GamePair, method: string): AnswersOf =>
  (seed) =>
    pairOf(seed, pair).students[method]

/** Accuracies, gain, gap and PGR of one pair's students by a method. */
export function gameSummary(result: GameResult, pair: GamePair, method: string): WeakToStrongSummary {
  return once(result, `${pair.weak} ${pair.strong} ${method}`, () =>
    summarizeWeakToStrong({
      weak: rightAnswers(result, weakOf(pair)),
      student: rightAnswers(result, studentOf(pair, method)),
      ceiling: rightAnswers(result, ceilingOf(pair)),
      zeroShot: rightAnswers(result, zeroShotOf(pair.strong)),
    }),
  )
}

// a report and the claims ask for the same bootstraps
const known = new WeakMap<GameResult, Map<string, WeakToStrongSummary>>()
function once(result: GameResult, name: string, make: () => WeakToStrongSummary): WeakToStrongSummary {
  if (!known.has(result)) known.set(result, new Map())
  const own = known.get(result)!
  if (!own.has(name)) own.set(name, make())
  return own.get(name)!
}

/** How often the student gives the supervisor's answer: of all puzzles, and where the supervisor is right or wrong. */
export function gameAgreement(result: GameResult, pair: GamePair, method: string) {
  const weak = weakOf(pair)
  const student = studentOf(pair, method)
  const agree = result.seeds.map((seed) => {
    const theirs = weak(seed)
    return Uint8Array.from(student(seed).map((answer, i) => Number(answer === theirs[i])))
  })
  const right = rightAnswers(result, weak)
  const where = (among: (i: number, s: number) => boolean): Interval => {
    const chosen = agree.map((items, s) => [Uint8Array.from(items, (_, i) => Number(among(i, s)))])
    const both = chosen.map(([items], s) => [items.map((is, i) => is * agree[s][i])])
    const { value, draws } = resampleAccuracies({ both, chosen })
    const shares = Array.from(draws.both, (draw, r) => (draws.chosen[r] > 0 ? draw / draws.chosen[r] : 0))
    return percentileInterval(value.both / value.chosen, shares)
  }
  return {
    all: where(() => true),
    right: where((i, s) => right[s][0][i] === 1),
    wrong: where((i, s) => right[s][0][i] === 0),
  }
}

/** All pairs, by supervisor and then by student, each in order of size. */
export function sortedPairs(result: GameResult): GamePair[] {
  const names = Object.keys(result.seeds[0].sizes)
  return gamePairs(result.options).sort(
    (a, b) => names.indexOf(a.weak) - names.indexOf(b.weak) || names.indexOf(a.strong) - names.indexOf(b.strong),
  )
}

export type Training = 'zero-shot' | 'easy' | 'hard'

/** 1 where a model trained on `trained` puzzles is right on those of `asked`, for each seed. */
export function easyToHardRight(
  { seeds }: GameResult,
  size: string,
  trained: Training,
  asked: Difficulty,
): Correctness {
  return seeds.map(({ easyToHard }) => {
    const { truth } = easyToHard![asked]
    const answers = easyToHard!.sizes[size][trained][asked === 'easy' ? 0 : 1]
    return [Uint8Array.from(answers.map((answer, i) => Number(answer === truth[i])))]
  })
}
