import { type DeliberativeOptions, defaultWorld, deliberate, deliberativeReport } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'
import type { TrainedArms } from './messages.ts'

serveStudy<DeliberativeOptions, TrainedArms>(async ({ gpu, runner, provenance, tell }, options) => {
  const result = await deliberate({ gpu, runner }, options, defaultWorld)
  const [{ seed, arms }] = result.seeds
  tell({ seed, keys: Object.fromEntries(Object.entries(arms).map(([arm, { key }]) => [arm, key])) })
  return { drawable: { kind: 'report', report: deliberativeReport(result, provenance) }, result }
})
