// What the report of each study is made by.

import {
  type CardResult,
  CardScores,
  cardReport,
  deliberativeReport,
  gameReport,
  type Provenance,
  type Report,
  reasoningReport,
  type WeakToStrongResult,
  weakToStrongReport,
} from '@nanoalign/experiments'
import { withGapFigure } from '../weak-to-strong/gap-figure.ts'

export const studyReports = {
  'weak-to-strong': (result: WeakToStrongResult, provenance: Provenance): Report =>
    withGapFigure(weakToStrongReport(result, provenance), result),
  games: gameReport,
  deliberative: deliberativeReport,
  reasoning: reasoningReport,
  card: async (result: CardResult, provenance: Provenance): Promise<Report> =>
    cardReport(await CardScores.of(result), provenance),
}

export type StudyName = keyof typeof studyReports
