import { type ReasoningOptions, type ReasoningResult, reason, reasoningReport } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<ReasoningOptions, ReasoningResult>({
  run: reason,
  report: (result, provenance) => ({ kind: 'report', report: reasoningReport(result, provenance) }),
})
