import {
  type CardOptions,
  type CardResult,
  CardScores,
  cardReport,
  defaultWorld,
  systemCard,
} from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy<CardOptions, CardResult>({
  run: (tools, options) => systemCard(tools, options, defaultWorld),
  report: async (result, provenance) => ({
    kind: 'report',
    report: cardReport(await CardScores.of(result), provenance),
  }),
})
