import { type CardOptions, CardScores, cardReport, defaultWorld, systemCard } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<CardOptions>(async ({ gpu, makeRunner, provenance }, options) => {
  const result = await systemCard({ gpu, runner: makeRunner() }, options, defaultWorld)
  const report = cardReport(await CardScores.of(result), provenance)
  return { drawable: { kind: 'report', report }, result }
})
