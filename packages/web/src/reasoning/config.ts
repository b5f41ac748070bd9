import { checkReasoningOptions, type ReasoningOptions, reasoningPresets } from '@nanoalign/experiments'
import { presetConfig } from '../study/preset-config.ts'

export const config = presetConfig<ReasoningOptions>({
  command: () => 'nanoalign reason',
  presets: () => reasoningPresets,
  complete: reasoningPresets.full,
  flags: ['tasks', 'algorithms', 'seeds'],
  check: checkReasoningOptions,
})
