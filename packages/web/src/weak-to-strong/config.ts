// The exact configuration of a run as the query of the page's address, and back.

import {
  checkWeakToStrongOptions,
  type WeakToStrongOptions,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'

export const families = weakToStrongPresets.full.families
export const sizes = Object.keys(weakToStrongSizes)
export const presetNames = ['smoke', 'quick', 'laptop', 'full'] as const
export type PresetName = (typeof presetNames)[number]

/** Every option, always: a preset may change its meaning with a later version, an address must not. */
export function toQuery({ weak, strong, seeds, families, tasks, methods }: WeakToStrongOptions): string {
  const query = new URLSearchParams({
    weak,
    strong,
    seeds: seeds.join(','),
    families: families.join(','),
    tasks: String(tasks),
    methods: methods.join(','),
  })
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
}

/** Options that the query leaves out are the quick preset's. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): WeakToStrongOptions {
  const base = weakToStrongPresets.quick
  const list = (name: 'families' | 'methods') => query.get(name)?.split(',') ?? base[name]
  const options = {
    weak: query.get('weak') ?? base.weak,
    strong: query.get('strong') ?? base.strong,
    seeds: query.get('seeds')?.split(',').map(toNumber) ?? base.seeds,
    families: list('families'),
    tasks: toNumber(query.get('tasks') ?? String(base.tasks)),
    methods: list('methods'),
  }
  checkOptions(options)
  return options
}

/** The study's own check, plus what only a page needs to forbid. */
export function checkOptions(options: WeakToStrongOptions): void {
  checkWeakToStrongOptions(options)
  for (const name of ['families', 'methods'] as const)
    if (new Set(options[name]).size < options[name].length) throw new Error(`${name}: one is named twice`)
}

/** The preset with exactly these options, if there is one. */
export function presetOf(options: WeakToStrongOptions): PresetName | undefined {
  return presetNames.find((name) => toQuery(weakToStrongPresets[name]) === toQuery(options))
}

/** `--weak c --strong f …`: the same run for the command line. */
export function toCommand(options: WeakToStrongOptions): string {
  const preset = presetOf(options)
  if (preset) return `nanoalign w2s --preset ${preset}`
  const { weak, strong, seeds, families, tasks, methods } = options
  return (
    `nanoalign w2s --weak ${weak} --strong ${strong} --seeds ${seeds.join(',')} ` +
    `--families ${families.join(',')} --tasks ${tasks} --methods ${methods.join(',')}`
  )
}

function toNumber(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
}
