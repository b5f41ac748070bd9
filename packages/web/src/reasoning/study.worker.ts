import { type ReasoningOptions, reason, reasoningReport } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<ReasoningOptions>(async ({ gpu, runner, provenance }, options) => {
  const result = await reason({ gpu, runner }, options)
  return { drawable: { kind: 'report', report: reasoningReport(result, provenance) }, result }
})
