// The exact configuration of a run as the query of the page's address, and back.

import {
  checkWeakToStrongOptions,
  type WeakToStrongAnalysis,
  type WeakToStrongOptions,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'
import { asFlag } from '../study/as-flag.ts'
import type { StudyConfig } from '../study/preset-config.ts'
import { toInteger } from '../study/whole-number.ts'

export const sizes = Object.keys(weakToStrongSizes)
export const presetNames = ['smoke', 'quick', 'laptop', 'full'] as const
export type PresetName = (typeof presetNames)[number]

/** Every option, always: a preset may change its meaning with a later version, an address must not. */
export function toQuery(options: WeakToStrongOptions): string {
  const { weak, strong, seeds, families, tasks, methods, grid, analyses, probe } = options
  const query = new URLSearchParams({
    weak,
    strong,
    seeds: seeds.join(','),
    families: families.join(','),
    tasks: String(tasks),
    methods: methods.join(','),
  })
  if (grid) query.set('grid', `${grid.weak.join(',')};${grid.strong.join(',')}`)
  if (analyses?.length) query.set('analyses', analyses.join(','))
  if (probe) query.set('probe', 'yes')
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%3B', ';')
}

/** Options that the query leaves out are the quick preset's. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): WeakToStrongOptions {
  const options = readQuery(query)
  checkOptions(options)
  return options
}

/** The options as they stand in the query, right or wrong. */
export function readQuery(query: URLSearchParams): WeakToStrongOptions {
  const base = weakToStrongPresets.quick
  const list = (name: string) => query.get(name)?.split(',')
  const options: WeakToStrongOptions = {
    weak: query.get('weak') ?? base.weak,
    strong: query.get('strong') ?? base.strong,
    seeds: list('seeds')?.map(toInteger) ?? base.seeds,
    families: list('families')?.filter(Boolean) ?? base.families,
    tasks: toInteger(query.get('tasks') ?? String(base.tasks)),
    methods: list('methods') ?? base.methods,
  }
  const [weak, strong = ''] = query.get('grid')?.split(';') ?? []
  if (weak !== undefined) options.grid = { weak: weak.split(','), strong: strong.split(',') }
  const analyses = list('analyses')
  if (analyses) options.analyses = analyses as WeakToStrongAnalysis[]
  if (query.get('probe') === 'yes') options.probe = true
  return options
}

/** The study's own check, plus what only a page needs to forbid. */
export function checkOptions(options: WeakToStrongOptions): void {
  checkWeakToStrongOptions(options)
  for (const name of ['families', 'methods', 'analyses'] as const)
    if (new Set(options[name]).size < (options[name]?.length ?? 0)) throw new Error(`${name}: one is named twice`)
}

/** The preset with exactly these options, if there is one. */
export function presetOf(options: WeakToStrongOptions): PresetName | undefined {
  return presetNames.find((name) => toQuery(weakToStrongPresets[name]) === toQuery(options))
}

export const config: StudyConfig<WeakToStrongOptions> = { toQuery, fromQuery, readQuery, toCommand }

/** `--weak c --strong f …`: the same run for the command line, where it has options for it. */
export function toCommand(options: WeakToStrongOptions): string {
  const preset = presetOf(options)
  if (preset) return `nanoalign w2s --preset ${preset}`
  const { weak, strong, seeds, families, tasks, methods, grid, analyses, probe } = options
  return (
    `nanoalign w2s --weak ${grid?.weak.join(',') ?? weak} --strong ${grid?.strong.join(',') ?? strong} ` +
    `${asFlag('seeds', seeds)} --families ${families.join(',')} --tasks ${tasks} --methods ${methods.join(',')}` +
    (analyses?.length ? ` --analyses ${analyses.join(',')}` : '') +
    (probe ? ' --probe' : '')
  )
}
