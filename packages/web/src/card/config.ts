import { type CardOptions, cardPresets, checkCardOptions } from '@nanoalign/experiments'
import { presetConfig } from '../study/preset-config.ts'

export const config = presetConfig<CardOptions>({
  command: () => 'nanoalign card',
  presets: () => cardPresets,
  complete: cardPresets.laptop,
  flags: ['seeds'],
  check: checkCardOptions,
  ignored: ['diff'], // two cards to compare
})
