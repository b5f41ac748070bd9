// The exact configuration of a card as the query of the page's address, and back.

import { type CardOptions, cardPresets, checkCardOptions } from '@nanoalign/experiments'
import { fromFlatQuery, toFlatQuery } from '../study/flat-query.ts'

export type PresetName = keyof typeof cardPresets
export const presetNames = Object.keys(cardPresets) as PresetName[]

export const toQuery = (options: CardOptions) => toFlatQuery(options)

/** Options that the query leaves out are the quick preset's. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): CardOptions {
  const options = readQuery(query)
  checkCardOptions(options)
  return options
}

export function readQuery(query: URLSearchParams): CardOptions {
  const own = new URLSearchParams(query)
  own.delete('diff') // two cards to compare are no option of a run
  return fromFlatQuery<CardOptions>(own, cardPresets.quick, cardPresets.laptop)
}

/** The preset that differs in seeds at most. */
export function presetOf(options: CardOptions): PresetName | undefined {
  const rest = ({ seeds: _, ...others }: CardOptions) => toFlatQuery(others)
  return presetNames.find((name) => rest(cardPresets[name]) === rest(options))
}

/** The same run for the command line, where it has options for it. */
export const toCommand = (options: CardOptions): string =>
  `nanoalign card --preset ${presetOf(options) ?? 'quick'} --seeds ${options.seeds.join(',')}`
