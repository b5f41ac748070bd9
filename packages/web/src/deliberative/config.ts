// The exact configuration of a run as the query of the page's address, and back.

import { checkDeliberativeOptions, type DeliberativeOptions, deliberativePresets } from '@nanoalign/experiments'
import { fromFlatQuery, toFlatQuery } from '../study/flat-query.ts'

export type PresetName = keyof typeof deliberativePresets
export const presetNames = Object.keys(deliberativePresets) as PresetName[]

export const toQuery = (options: DeliberativeOptions) => toFlatQuery(options, deliberativePresets.full)

/** Options that the query leaves out are the quick preset's. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): DeliberativeOptions {
  const options = readQuery(query)
  checkDeliberativeOptions(options)
  return options
}

export const readQuery = (query: URLSearchParams) =>
  fromFlatQuery<DeliberativeOptions>(query, deliberativePresets.quick, deliberativePresets.full)

/** The preset that differs in arms and seeds at most. */
export function presetOf(options: DeliberativeOptions): PresetName | undefined {
  const rest = ({ arms: _, seeds: __, ...others }: DeliberativeOptions) => toFlatQuery(others)
  return presetNames.find((name) => rest(deliberativePresets[name]) === rest(options))
}

/** The same run for the command line, where it has options for it. */
export function toCommand(options: DeliberativeOptions): string {
  const { arms, seeds } = options
  return `nanoalign deliberate --preset ${presetOf(options) ?? 'quick'} --arms ${arms.join(',')} --seeds ${seeds.join(',')}`
}
