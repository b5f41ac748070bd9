import { type DeliberativeOptions, defaultWorld, deliberate, deliberativeReport } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<DeliberativeOptions>(async ({ gpu, runner, provenance }, options) => {
  const result = await deliberate({ gpu, runner }, options, defaultWorld)
  return { drawable: { kind: 'report', report: deliberativeReport(result, provenance) }, result }
})
