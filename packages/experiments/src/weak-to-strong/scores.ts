// Predictions as what the bootstrap counts: per seed, task and item 1 or 0.

import type { Point } from '../report/report.ts'
import {
  accuracyInterval,
  type BootstrapOptions,
  type Correctness,
  differenceInterval,
  type Interval,
  percentileInterval,
  resampleAccuracies,
} from '../statistics/bootstrap.ts'
import { summarizeWeakToStrong, type WeakToStrongSummary } from '../statistics/pgr.ts'
import { mean } from '../statistics/summary.ts'
import { type Pair, pairsOf } from './options.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'
import { promptsOf } from './tasks/index.ts'

/** The tasks of each seed. */
export type TasksBySeed = TaskResult[][]

/** All pairs that were run, the main one first, with their tasks of one family. The same result gives the same arrays. */
export function pairResults(result: WeakToStrongResult, family: string): (Pair & { tasks: TasksBySeed })[] {
  const { options, seeds } = result
  return once(result, family, () => {
    const own = (tasks: TaskResult[]) => tasks.filter((task) => task.family === family)
    return pairsOf(options).map(({ weak, strong }, p) => ({
      weak,
      strong,
      tasks: seeds.map((seed) => own(p === 0 ? seed.tasks : seed.pairs![p - 1].tasks)),
    }))
  })
}

// A report and the claims ask for the same bootstraps, which take a tenth of a second each.
const known = new WeakMap<object, Map<string, unknown>>()

/** What `make` gives, made once per owner and name. */
export function once<T>(owner: object, name: string, make: () => T): T {
  if (!known.has(owner)) known.set(owner, new Map())
  const own = known.get(owner)!
  if (!own.has(name)) own.set(name, make())
  return own.get(name) as T
}

/** {@link summaryOf} the students of a method. */
export function methodSummary(tasks: TasksBySeed, family: string, method: string): WeakToStrongSummary {
  return once(tasks, `summary ${method}`, () => summaryOf(tasks, family, (task) => task.students[method]))
}

/** A method's accuracy minus that of naive finetuning. */
export function overNaive(tasks: TasksBySeed, family: string, method: string): Interval {
  const of = (name: string) => (task: TaskResult) => task.students[name]
  return once(tasks, `over naive ${method}`, () => gainOver(tasks, family, of(method), of('naive')))
}

/** Tasks that ask about the same test items have errors that go together. */
export function bootstrapOptions(family: string): BootstrapOptions {
  return { sharedItems: promptsOf(family).ofAnyTask }
}

/** 1 where `is` holds of an item. */
export function count(tasks: TasksBySeed, is: (task: TaskResult, item: number) => boolean): Correctness {
  return tasks.map((seed) => seed.map((task) => Uint8Array.from(task.truth, (_, i) => Number(is(task, i)))))
}

/** 1 where a model is right. */
export function correct(tasks: TasksBySeed, of: (task: TaskResult) => number[]): Correctness {
  return count(tasks, (task, i) => Number(of(task)[i] > 0.5) === task.truth[i])
}

/** A model's test accuracy over the share of its finetuning: mean over tasks, with the seeds' range. */
export function curvePoints(tasks: TasksBySeed, who: string): Point[] {
  const looks = tasks[0][0].curves[who].length
  return Array.from({ length: looks }, (_, look) => {
    const all = tasks.map((seed) => mean(seed.map((task) => task.curves[who][look])))
    return { x: look / (looks - 1), y: mean(all), low: Math.min(...all), high: Math.max(...all) }
  })
}

/** Which of a task's predictions. */
export type Pick = (task: TaskResult) => number[]

/** Accuracies, gain, gap and PGR of the students that `of` picks, with the study's own ceilings or others. */
export function summaryOf(
  tasks: TasksBySeed,
  family: string,
  of: Pick,
  { ceiling = (task: TaskResult) => task.ceiling, weak = (task: TaskResult) => task.weak } = {},
): WeakToStrongSummary {
  const models = {
    weak: correct(tasks, weak),
    ceiling: correct(tasks, ceiling),
    zeroShot: correct(tasks, (task) => task.zeroShot),
  }
  return summarizeWeakToStrong({ ...models, student: correct(tasks, of) }, bootstrapOptions(family))
}

/** Accuracy of one model minus that of another, on the same items. */
export function gainOver(tasks: TasksBySeed, family: string, of: Pick, baseline: Pick): Interval {
  const models = { student: correct(tasks, of), baseline: correct(tasks, baseline) }
  return differenceInterval(resampleAccuracies(models, bootstrapOptions(family)), 'student', 'baseline')
}

/** How often `is` holds among the items where `among` does. */
export function shareAmong(is: Correctness, among: Correctness, options?: BootstrapOptions): Interval {
  const both = is.map((seed, s) => seed.map((items, t) => items.map((value, i) => value * among[s][t][i])))
  const { value, draws } = resampleAccuracies({ both, among }, options)
  return percentileInterval(
    value.both / value.among,
    draws.both.map((draw, r) => (draws.among[r] > 0 ? draw / draws.among[r] : 0)),
  )
}

/** Accuracy of one model. */
export function accuracyOf(tasks: TasksBySeed, family: string, of: Pick): Interval {
  return shareOf(tasks, family, (task, i) => Number(of(task)[i] > 0.5) === task.truth[i])
}

/** Of how many test items `is` holds. */
export function shareOf(tasks: TasksBySeed, family: string, is: (task: TaskResult, item: number) => boolean): Interval {
  return accuracyInterval(resampleAccuracies({ all: count(tasks, is) }, bootstrapOptions(family)), 'all')
}

/** The tasks that have a part which only some have. */
export function having(tasks: TasksBySeed, part: keyof TaskResult): TasksBySeed {
  return once(tasks, `having ${part}`, () => tasks.map((seed) => seed.filter((task) => task[part] !== undefined)))
}

/**
 * What becomes of the supervisor's errors and successes, as shares of all test items: `inherited` (both are wrong),
 * `corrected` (only the supervisor is), `new` (only the student is).
 */
export function fatesOf(tasks: TasksBySeed, family: string, method: string) {
  const isRight = (p: number[], task: TaskResult, i: number) => Number(p[i] > 0.5) === task.truth[i]
  const where = (weakRight: boolean, studentRight: boolean) =>
    count(
      tasks,
      (task, i) =>
        isRight(task.weak, task, i) === weakRight && isRight(task.students[method], task, i) === studentRight,
    )
  const fates = { inherited: where(false, false), corrected: where(false, true), new: where(true, false) }
  return once(tasks, `fates ${method}`, () => {
    const resampled = resampleAccuracies(fates, bootstrapOptions(family))
    const of = (name: keyof typeof fates) => accuracyInterval(resampled, name)
    return { inherited: of('inherited'), corrected: of('corrected'), new: of('new') }
  })
}

/** How often the student is on the supervisor's side: of all items, and of those where the supervisor is right or wrong. */
export function agreementOf(tasks: TasksBySeed, family: string, method: string) {
  const agree = count(tasks, (task, i) => task.weak[i] > 0.5 === task.students[method][i] > 0.5)
  const options = bootstrapOptions(family)
  const where = (is: (task: TaskResult, i: number) => boolean) => shareAmong(agree, count(tasks, is), options)
  const right = (task: TaskResult, i: number) => Number(task.weak[i] > 0.5) === task.truth[i]
  return once(tasks, `agreement ${method}`, () => ({
    all: where(() => true),
    right: where(right),
    wrong: where((task, i) => !right(task, i)),
  }))
}
