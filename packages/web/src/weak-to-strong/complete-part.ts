// What of an unfinished result a report can be made of.

import {
  type SeedResult,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrongTasks,
} from '@nanoalign/experiments'

/** The largest part of unfinished results in which every seed has the same tasks, as a report needs them. */
export function completePart(options: WeakToStrongOptions, seeds: readonly SeedResult[]): WeakToStrongResult {
  const isComplete = ({ tasks, pairs, reward }: SeedResult) =>
    tasks.length === weakToStrongTasks(options).length &&
    (pairs !== undefined || !options.grid) &&
    (reward !== undefined || !options.analyses?.includes('reward'))
  const complete = seeds.filter(isComplete)
  if (complete.length > 0) return { options: { ...options, seeds: complete.map(({ seed }) => seed) }, seeds: complete }
  const [first] = seeds
  const { grid: _, analyses: __, ...mainPart } = options
  const part = { ...mainPart, seeds: [first.seed] }
  const unfinished = weakToStrongTasks(options).slice(first.tasks.length)
  const families = options.families.filter((name) => !unfinished.some(({ family }) => family === name))
  if (families.length > 0) {
    const tasks = first.tasks.filter(({ family }) => families.includes(family))
    return { options: { ...part, families }, seeds: [{ ...first, tasks }] }
  }
  return { options: { ...part, families: options.families.slice(0, 1), tasks: first.tasks.length }, seeds: [first] }
}
