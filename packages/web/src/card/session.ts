// The system card of this tab.

import type { CardOptions } from '@nanoalign/experiments'
import { StudySession } from '../study/session.ts'
import { config } from './config.ts'

export const session = new StudySession<CardOptions>({
  page: 'card',
  nameOf: ({ seeds }) => `System card, ${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}`,
  config,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'card' }),
})
