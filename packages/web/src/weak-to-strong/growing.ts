// The study, told about task by task: the same experiment on growing parts of its options. A later part finds the
// earlier one's stages done, so that nothing is computed twice but a glance at the untrained student.

import {
  Artifact,
  hashOf,
  type Runner,
  type StageDefinition,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrong,
} from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'

export type SeedResult = WeakToStrongResult['seeds'][number]
export type TaskResult = SeedResult['tasks'][number]

/**
 * Calls `onTask` after each task of the main pair, with the seeds so far, of which the last may be incomplete; and once
 * more when a seed is complete with its grid and analyses.
 */
export async function growingWeakToStrong(
  { gpu, makeRunner }: { gpu: Gpu; makeRunner: () => Runner },
  options: WeakToStrongOptions,
  onTask: (task: TaskResult, seeds: SeedResult[]) => void,
): Promise<WeakToStrongResult> {
  const known = new Map<string, Artifact<unknown>>()
  // a runner for each part: the study defines its stages anew each time, and a runner takes a definition only once
  const context = () => ({ gpu, runner: remembering(makeRunner(), known) })
  const seeds: SeedResult[] = []
  for (const [s, seed] of options.seeds.entries()) {
    const tasks: TaskResult[] = []
    for (let f = 0; f < options.families.length; f++)
      for (let k = 0; k < options.tasks; k++) {
        const part = { ...mainPart(options), seeds: [seed], families: options.families.slice(0, f + 1), tasks: k + 1 }
        const [result] = (await weakToStrong(context(), part)).seeds
        const task = result.tasks[result.tasks.length - 1]
        tasks.push(task)
        seeds[s] = { ...result, tasks: [...tasks] }
        onTask(task, seeds)
      }
    if (!options.grid && !options.analyses?.length) continue
    seeds[s] = (await weakToStrong(context(), { ...options, seeds: [seed] })).seeds[0]
    onTask(tasks[tasks.length - 1], seeds)
  }
  return weakToStrong(context(), options)
}

/** The largest part of unfinished results in which every seed has the same tasks, as a report needs them. */
export function completePart(options: WeakToStrongOptions, seeds: SeedResult[]): WeakToStrongResult {
  const isComplete = ({ tasks, pairs, reward }: SeedResult) =>
    tasks.length === options.families.length * options.tasks &&
    (pairs !== undefined || !options.grid) &&
    (reward !== undefined || !options.analyses?.includes('reward'))
  const complete = seeds.filter(isComplete)
  if (complete.length > 0) return { options: { ...options, seeds: complete.map(({ seed }) => seed) }, seeds: complete }
  const [first] = seeds
  const families = options.families.slice(0, Math.floor(first.tasks.length / options.tasks))
  const part = { ...mainPart(options), seeds: [first.seed] }
  if (families.length > 0) {
    const tasks = first.tasks.slice(0, families.length * options.tasks)
    return { options: { ...part, families }, seeds: [{ ...first, tasks }] }
  }
  return { options: { ...part, families: options.families.slice(0, 1), tasks: first.tasks.length }, seeds: [first] }
}

/** The options without what goes beyond the main pair. */
function mainPart({ grid: _, analyses: __, ...rest }: WeakToStrongOptions): WeakToStrongOptions {
  return rest
}

/** A runner that keeps what it has given in `known`, by the stage and its inputs. */
function remembering(runner: Runner, known: Map<string, Artifact<unknown>>): Runner {
  return {
    async stage<Inputs, Output>(
      definition: StageDefinition<Inputs, Output>,
      inputs: Inputs,
      options?: { label?: string },
    ) {
      const { name, version } = definition
      const key = hashOf({ name, version, inputs: withKeys(inputs) })
      const found = known.get(key) as Artifact<Output> | undefined
      if (found) return found
      const artifact = await runner.stage(definition, inputs, options)
      known.set(key, artifact)
      return artifact
    },
  }
}

/** Inputs with every artifact replaced by its key. */
function withKeys(value: unknown): unknown {
  if (value instanceof Artifact) return { $stage: value.key }
  if (Array.isArray(value)) return value.map(withKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withKeys(part)]))
}
