import { type GameOptions, gameReport, gameWeakToStrong } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<GameOptions>(async ({ gpu, runner, provenance }, options) => {
  const result = await gameWeakToStrong({ gpu, runner }, options)
  return { drawable: { kind: 'report', report: gameReport(result, provenance) }, result }
})
