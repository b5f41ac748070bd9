// The exact configuration of a run as the query of the page's address, and back.

import { checkGameOptions, type GameOptions, gameNamed, gamePresets } from '@nanoalign/experiments'
import { fromFlatQuery, toFlatQuery } from '../study/flat-query.ts'

export const presetNames = ['smoke', 'quick', 'laptop', 'full'] as const
export type PresetName = (typeof presetNames)[number]

const recipe = { games: 1, batch: 1, steps: 1, pretrainingRate: 1, finetuningRate: 1, epochs: 1 }
const complete = { game: '', ...gamePresets('chess').full, recipe }

export const preset = (game: string, name: PresetName): GameOptions => ({ game, ...gamePresets(game)[name] })

export const toQuery = (options: GameOptions) => toFlatQuery(options, complete)

/** Options that the query leaves out are those of the game's quick preset. @throws Error in words for the visitor. */
export function fromQuery(query: URLSearchParams): GameOptions {
  const options = readQuery(query)
  checkGameOptions(options)
  return options
}

export function readQuery(query: URLSearchParams): GameOptions {
  const { name } = gameNamed(query.get('game') ?? 'board')
  return fromFlatQuery<GameOptions>(query, preset(name, 'quick'), complete)
}

/** The preset that differs in seeds and methods at most. */
export function presetOf(options: GameOptions): PresetName | undefined {
  const rest = ({ seeds: _, methods: __, ...others }: GameOptions) => toFlatQuery(others)
  return presetNames.find((name) => rest(preset(options.game, name)) === rest(options))
}

/** The same run for the command line, where it has options for it. */
export function toCommand(options: GameOptions): string {
  const { game, weak, strong, seeds, methods } = options
  return (
    `nanoalign w2s --task ${game} --preset ${presetOf(options) ?? 'quick'} --weak ${weak} --strong ${strong} ` +
    `--seeds ${seeds.join(',')} --methods ${methods.join(',')}`
  )
}
