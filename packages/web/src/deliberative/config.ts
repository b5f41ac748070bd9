import { checkDeliberativeOptions, type DeliberativeOptions, deliberativePresets } from '@nanoalign/experiments'
import { presetConfig } from '../study/preset-config.ts'

export const config = presetConfig<DeliberativeOptions>({
  command: () => 'nanoalign deliberate',
  presets: () => deliberativePresets,
  complete: deliberativePresets.full,
  flags: ['arms', 'seeds'],
  check: checkDeliberativeOptions,
})
