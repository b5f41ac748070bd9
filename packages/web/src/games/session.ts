// The study of games of this tab.

import type { GameOptions } from '@nanoalign/experiments'
import { StudySession } from '../study/session.ts'
import { config } from './config.ts'

export const session = new StudySession<GameOptions>({
  page: 'games',
  nameOf: ({ game, weak, strong }) => `Weak to strong on ${game}, ${weak} → ${strong}`,
  config,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'games' }),
})
