import { type CardOptions, CardScores, cardReport, defaultWorld, systemCard } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<CardOptions>(async ({ gpu, runner, provenance }, options) => {
  const result = await systemCard({ gpu, runner }, options, defaultWorld)
  const report = cardReport(await CardScores.of(result), provenance)
  return { drawable: { kind: 'report', report }, result }
})
