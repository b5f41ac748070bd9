import { type DeliberativeOptions, type DeliberativeResult, defaultWorld, deliberate } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'
import type { TrainedArms } from './messages.ts'

serveStudy<DeliberativeOptions, DeliberativeResult, TrainedArms>({
  study: 'deliberative',
  async run({ tell, ...tools }, options) {
    const result = await deliberate(tools, options, defaultWorld)
    const [{ seed, arms }] = result.seeds
    tell({ seed, keys: Object.fromEntries(Object.entries(arms).map(([arm, { key }]) => [arm, key])) })
    return result
  },
})
