// What the study can be asked for, its presets, and how much work that is.

import { taskFamilies } from './attribute-tasks.ts'
import { attributeCount } from './attribute-world.ts'
import { errorStructures } from './error-structures.ts'
import { methodNamed } from './methods/index.ts'
import { ladder, weakToStrongSizes } from './sizes.ts'

export interface WeakToStrongOptions {
  /** names of the ladder (sizes.ts): the pair that everything is measured on */
  weak: string
  strong: string
  seeds: number[]
  families: string[]
  /** tasks per family, 1 to 8 */
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
 * - `reward`: reward models on comparisons with a tempting length cue.
 */
export const weakToStrongAnalyses = ['errors', 'saliency', 'reward'] as const
export type WeakToStrongAnalysis = (typeof weakToStrongAnalyses)[number]

export const weakToStrongPresets: Record<'smoke' | 'quick' | 'laptop' | 'full', WeakToStrongOptions> = {
  smoke: { weak: 'a', strong: 'b', seeds: [1, 2], families: ['attr'], tasks: 1, methods: ['naive', 'confidence'] },
  quick: { weak: 'c', strong: 'f', seeds: [1, 2, 3], families: ['attr'], tasks: 8, methods: ['naive', 'confidence'] },
  laptop: {
    weak: 'b',
    strong: 'f',
    seeds: [1, 2, 3],
    families: ['attr', 'vote'],
    tasks: 8,
    methods: [
      'naive',
      'hard',
      'confidence',
      'confidence:0.75',
      'logconf',
      'product',
      'reverse-kl',
      'filter',
      'bootstrap',
      'ensemble',
      'stop-weak',
      'stop-truth',
    ],
    grid: { weak: ['b', 'c', 'd'], strong: ['c', 'd', 'f'] },
    analyses: ['errors', 'saliency', 'reward'],
  },
  full: {
    weak: 'b',
    strong: 'f',
    seeds: [1, 2, 3, 4, 5],
    families: ['attr', 'vote', 'mux', 'maj'],
    tasks: 8,
    methods: [
      'naive',
      'hard',
      'confidence:0.5',
      'confidence:0.75',
      'logconf',
      'product',
      'kl',
      'reverse-kl',
      'filter',
      'bootstrap',
      'ensemble',
      'stop-weak',
      'stop-truth',
    ],
    grid: { weak: ['a', 'b', 'c', 'd', 'f'], strong: ['a', 'b', 'c', 'd', 'f'] },
    analyses: ['errors', 'saliency', 'reward'],
  },
}

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
    if (!Object.hasOwn(weakToStrongSizes, size))
      throw new Error(`--${name} is "${size}" but must be one of ${ladder().join(', ')}`)
  for (const [name, list] of Object.entries({ ...grid }))
    if (new Set(list).size !== list.length) throw new Error(`--${name} ${list.join(',')} names a size twice`)
  if (seeds.length < 1 || seeds.some((s) => !Number.isInteger(s) || s < 0 || s > 0xffffffff))
    throw new Error(`seeds are ${seeds.join(', ') || 'none'} but must be integers from 0 to 4294967295, at least one`)
  if (new Set(seeds).size !== seeds.length) throw new Error(`seeds ${seeds.join(', ')} contain one twice`)
  const family = families.find((name) => !taskFamilies.includes(name))
  if (family !== undefined || families.length === 0)
    throw new Error(`task family "${family ?? ''}" is not one of ${taskFamilies.join(', ')}`)
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > attributeCount)
    throw new Error(`tasks per family is ${tasks} but must be an integer from 1 to ${attributeCount}`)
  if (methods[0] !== 'naive') throw new Error(`methods are ${methods.join(', ')} but the first must be naive`)
  for (const method of methods) methodNamed(method)
  const unknown = analyses.find((name) => !(weakToStrongAnalyses as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`analysis "${unknown}" is not one of ${weakToStrongAnalyses.join(', ')}`)
  if (!probe) return
  const finetuned = methods.find((method) => method !== 'naive' && method !== 'hard')
  if (finetuned) throw new Error(`method "${finetuned}" needs finetuning; with probes there are naive and hard`)
  if (analyses.length > 0) throw new Error(`the analyses (${analyses.join(', ')}) need finetuning, not probes`)
}

/** How many stages of each name a run asks for, those found in the store included; for an estimate of the time left. */
export function weakToStrongStageCounts(options: WeakToStrongOptions): Record<string, number> {
  const { weak, strong, seeds, families, tasks, methods, grid, analyses = [], probe } = options
  const pairs = pairsOf(options)
  const perSeed = families.length * tasks
  const sizes = new Set(pairs.flatMap((pair) => [pair.weak, pair.strong])).size
  const between = ladder().indexOf(strong) - ladder().indexOf(weak) - 1
  const counts: Record<string, number> = {
    'w2s-pretrain': seeds.length * (grid ? sizes : weak === strong ? 1 : 2),
  }
  const add = (name: string, perTask: number, perRun = 0) => {
    counts[name] = (counts[name] ?? 0) + seeds.length * (perSeed * perTask + perRun)
  }
  add('w2s-zero-shot', new Set(pairs.map((pair) => pair.strong)).size)
  if (probe) {
    add('w2s-activations', 2 * pairs.length)
    return counts
  }
  add('w2s-finetune', 2 * pairs.length, 1)
  for (const text of methods) {
    const { method, parameter } = methodNamed(text)
    const onPairs = gridMethods(options).includes(text) ? pairs.length : 1
    if (method.name === 'naive' || method.name === 'confidence' || method.name === 'kl') add('w2s-finetune', onPairs)
    else if (method.name === 'bootstrap') add('w2s-finetune', Math.max(0, between) + 1)
    else if (method.name === 'ensemble') {
      add('w2s-student', parameter)
      counts['w2s-pretrain'] += seeds.length * (parameter - 1)
    } else add('w2s-student', method.name === 'stop-weak' ? 2 : 1)
  }
  if (analyses.includes('errors')) add('w2s-student', errorStructures.length + 1)
  if (analyses.includes('saliency')) {
    add('w2s-student', 1)
    add('w2s-activations', 1)
  }
  if (analyses.includes('reward')) add('w2s-reward', 0, 4 * tasks)
  return counts
}
