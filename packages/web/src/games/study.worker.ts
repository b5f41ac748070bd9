import { type GameOptions, type GameResult, gameReport, gameWeakToStrong } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<GameOptions, GameResult>({
  run: ({ showPartial, ...tools }, options) =>
    gameWeakToStrong({ ...tools, onPart: (part) => showPartial(() => part) }, options),
  report: (result, provenance) => ({ kind: 'report', report: gameReport(result, provenance) }),
})
