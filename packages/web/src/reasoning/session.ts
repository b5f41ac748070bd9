// The reasoning study of this tab.

import type { ReasoningOptions } from '@nanoalign/experiments'
import { StudySession } from '../study/session.ts'
import { config } from './config.ts'

export const session = new StudySession<ReasoningOptions>({
  page: 'reasoning',
  nameOf: ({ tasks }) => `Learning to reason: ${tasks.join(', ')}`,
  config,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'reasoning' }),
})
