// The exact configuration of a run as the query of the page's address, and back.

import { checkReasoningOptions, type ReasoningOptions, reasoningPresets } from '@nanoalign/experiments'
import { fromFlatQuery, toFlatQuery } from '../study/flat-query.ts'

export type PresetName = keyof typeof reasoningPresets
export const presetNames = Object.keys(reasoningPresets) as PresetName[]

export const toQuery = (options: ReasoningOptions) => toFlatQuery(options)

/** Options that the query leaves out are the quick preset's. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): ReasoningOptions {
  const options = readQuery(query)
  checkReasoningOptions(options)
  return options
}

export const readQuery = (query: URLSearchParams) =>
  fromFlatQuery<ReasoningOptions>(query, reasoningPresets.quick, reasoningPresets.full)

/** The preset that differs in tasks, algorithms and seeds at most. */
export function presetOf(options: ReasoningOptions): PresetName | undefined {
  const rest = ({ tasks: _, algorithms: __, seeds: ___, ...others }: ReasoningOptions) => toFlatQuery(others)
  return presetNames.find((name) => rest(reasoningPresets[name]) === rest(options))
}

/** The same run for the command line, where it has options for it. */
export function toCommand(options: ReasoningOptions): string {
  const { tasks, algorithms, seeds } = options
  return (
    `nanoalign reason --preset ${presetOf(options) ?? 'quick'} --tasks ${tasks.join(',')} ` +
    `--algorithms ${algorithms.join(',')} --seeds ${seeds.join(',')}`
  )
}
