// What of an unfinished result a report can be made of.

import {
  type Part,
  type SeedResult,
  seedsLeft,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrongTasks,
} from '@nanoalign/experiments'

/** The largest part of unfinished results in which every seed has the same tasks, as a report needs them. */
export function completePart(options: WeakToStrongOptions, seeds: readonly SeedResult[]): Part<WeakToStrongResult> {
  const all = weakToStrongTasks(options)
  const isComplete = ({ tasks, pairs, reward }: SeedResult) =>
    tasks.length === all.length &&
    (pairs !== undefined || !options.grid) &&
    (reward !== undefined || !options.analyses?.includes('reward'))
  const complete = seeds.filter(isComplete)
  if (complete.length > 0) {
    const done = complete.map(({ seed }) => seed)
    return {
      result: { options: { ...options, seeds: done }, seeds: complete },
      missing: seedsLeft(options.seeds, done),
    }
  }
  const [first] = seeds
  const { grid, analyses = [], ...mainPart } = options
  const part = { ...mainPart, seeds: [first.seed] }
  const left = all.slice(first.tasks.length)
  const missing = [
    ...left.map(({ family, k }) => `${family} ${k}`),
    ...(grid ? ['the other pairs of sizes'] : []),
    ...analyses,
    ...seedsLeft(options.seeds, [first.seed]),
  ]
  const families = options.families.filter((name) => !left.some(({ family }) => family === name))
  if (families.length > 0) {
    const tasks = first.tasks.filter(({ family }) => families.includes(family))
    return { result: { options: { ...part, families }, seeds: [{ ...first, tasks }] }, missing }
  }
  const few = { ...part, families: options.families.slice(0, 1), tasks: first.tasks.length }
  return { result: { options: few, seeds: [first] }, missing }
}
