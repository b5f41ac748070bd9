import { checkGameOptions, type GameOptions, gameNamed, gamePresets } from '@nanoalign/experiments'
import { type Presets, presetConfig } from '../study/preset-config.ts'

const recipe = { games: 1, batch: 1, steps: 1, pretrainingRate: 1, finetuningRate: 1, epochs: 1 }

export const config = presetConfig<GameOptions>({
  command: ({ game }) => `nanoalign w2s --task ${game}`,
  presets: (game = 'board') => presetsOf(gameNamed(game).name),
  complete: { game: '', ...gamePresets('chess').full, recipe },
  flags: ['weak', 'strong', 'seeds', 'methods'],
  check: checkGameOptions,
})

function presetsOf(game: string): Presets<GameOptions> {
  const { smoke, quick, laptop, full } = gamePresets(game)
  return { smoke: { game, ...smoke }, quick: { game, ...quick }, laptop: { game, ...laptop }, full: { game, ...full } }
}
