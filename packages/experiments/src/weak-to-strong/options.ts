// What the study can be asked for.

import { methodNamed } from './methods/index.ts'
import { families as allFamilies, familyNamed, taskCount } from './tasks/index.ts'
import { ladder } from './worlds/index.ts'

export interface WeakToStrongOptions {
  /** rungs of the ladder (worlds/): the pair that everything is measured on */
  weak: string
  strong: string
  seeds: number[]
  families: string[]
  /** tasks per family, 1 to 8; families with fewer give all they have */
  tasks: number
  /** names of methods (methods/), 'naive' first */
  methods: string[]
  /** All pairs of these sizes in which the student is not the smaller one, with the naive and confidence methods. */
  grid?: { weak: string[]; strong: string[] }
  /** Further parts of the paper, on the main pair. */
  analyses?: WeakToStrongAnalysis[]
  /** Frozen models and logistic regressions instead of finetuning; methods: naive and hard. */
  probe?: boolean
}

/**
 * - `errors`: supervisors equally wrong on other items, and imitation made trivial (the paper's Figs. 25 and 27);
 * - `saliency`: linear probes before and after finetuning (Fig. 11);
 * - `reward`: reward models on comparisons with a tempting length cue, with generative finetuning (Fig. 10);
 * - `pretraining`: the student taken at points of its pretraining, from the untrained one on;
 * - `labels`: students of fewer weak labels;
 * - `difficulty`: models finetuned on the truth about easy or hard items alone (Fig. 20);
 * - `simulation`: supervisors that the student can represent exactly, against random errors (Fig. 24);
 * - `prompting`: zero-shot and few-shot prompts, where the corpus has in-context episodes (Fig. 9).
 */
export const weakToStrongAnalyses = [
  'errors',
  'saliency',
  'reward',
  'pretraining',
  'labels',
  'difficulty',
  'simulation',
  'prompting',
] as const
export type WeakToStrongAnalysis = (typeof weakToStrongAnalyses)[number]

/** Tasks per family that the costly analyses (pretraining, labels, difficulty) look at. */
export const ANALYSED_TASKS = 2

/** Methods that every pair of a grid gets; the others are measured on the main pair alone. */
export function gridMethods({ methods }: WeakToStrongOptions): string[] {
  return methods.filter((method) => /^(naive|confidence)\b/.test(method))
}

export interface Pair {
  weak: string
  strong: string
}

/** All pairs of the study, the main one first. */
export function pairsOf({ weak, strong, grid }: WeakToStrongOptions): Pair[] {
  const rank = (name: string) => ladder().indexOf(name)
  const all = (grid?.weak ?? []).flatMap((w) => (grid?.strong ?? []).map((s) => ({ weak: w, strong: s })))
  const others = all.filter((p) => rank(p.weak) <= rank(p.strong) && !(p.weak === weak && p.strong === strong))
  return [{ weak, strong }, ...others]
}

/** Every task of a run, family by family. */
export function tasksOf({ families, tasks }: WeakToStrongOptions): { family: string; k: number }[] {
  return families.flatMap((family) =>
    Array.from({ length: Math.min(tasks, taskCount(family)) }, (_, k) => ({ family, k })),
  )
}

/** Whether any of the families is about a text, which then has to be given. */
export function needsText({ families }: WeakToStrongOptions): boolean {
  return families.some((family) => familyNamed(family).world === 'text')
}

/** @throws Error naming the option and what it may be. */
export function checkWeakToStrongOptions(options: WeakToStrongOptions): void {
  const { weak, strong, seeds, families, tasks, methods, grid, analyses = [], probe } = options
  const sizes: [string, string][] = [
    ['weak', weak],
    ['strong', strong],
    ...(grid?.weak ?? []).map((size): [string, string] => ['weak', size]),
    ...(grid?.strong ?? []).map((size): [string, string] => ['strong', size]),
  ]
  for (const [name, size] of sizes)
    if (!ladder().includes(size)) throw new Error(`--${name} is "${size}" but must be one of ${ladder().join(', ')}`)
  for (const [name, list] of Object.entries({ ...grid }))
    if (new Set(list).size !== list.length) throw new Error(`--${name} ${list.join(',')} names a size twice`)
  if (seeds.length < 1 || seeds.some((s) => !Number.isInteger(s) || s < 0 || s > 0xffffffff))
    throw new Error(`seeds are ${seeds.join(', ') || 'none'} but must be integers from 0 to 4294967295, at least one`)
  if (new Set(seeds).size !== seeds.length) throw new Error(`seeds ${seeds.join(', ')} contain one twice`)
  const names = allFamilies.map((family) => family.name)
  const family = families.find((name) => !names.includes(name))
  if (family !== undefined || families.length === 0)
    throw new Error(`task family "${family ?? ''}" is not one of ${names.join(', ')}`)
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > 8)
    throw new Error(`tasks per family is ${tasks} but must be an integer from 1 to 8`)
  if (methods[0] !== 'naive') throw new Error(`methods are ${methods.join(', ')} but the first must be naive`)
  for (const method of methods) methodNamed(method)
  const unknown = analyses.find((name) => !(weakToStrongAnalyses as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`analysis "${unknown}" is not one of ${weakToStrongAnalyses.join(', ')}`)
  if (!probe) return
  const finetuned = methods.find((method) => method !== 'naive' && method !== 'hard')
  if (finetuned) throw new Error(`method "${finetuned}" needs finetuning; with probes there are naive and hard`)
  if (analyses.length > 0) throw new Error(`the analyses (${analyses.join(', ')}) need finetuning, not probes`)
}
