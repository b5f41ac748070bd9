// The study of games of this tab.

import { type GameOptions, gameStageCounts } from '@nanoalign/experiments'
import { ProgressMeter } from '../study/progress-meter.ts'
import { StudySession } from '../study/session.ts'
import { toCommand, toQuery } from './config.ts'

export const session = new StudySession<GameOptions>({
  page: 'games',
  nameOf: ({ game, weak, strong }) => `Weak to strong on ${game}, ${weak} → ${strong}`,
  toQuery,
  toCommand,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'games' }),
  meter: (options) => new ProgressMeter({ counts: gameStageCounts(options) }),
})
