// The reasoning study of this tab.

import { type ReasoningOptions, reasoningStageCounts } from '@nanoalign/experiments'
import { ProgressMeter } from '../study/progress-meter.ts'
import { StudySession } from '../study/session.ts'
import { toCommand, toQuery } from './config.ts'

export const session = new StudySession<ReasoningOptions>({
  page: 'reasoning',
  nameOf: ({ tasks }) => `Learning to reason: ${tasks.join(', ')}`,
  toQuery,
  toCommand,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'reasoning' }),
  meter: (options) => new ProgressMeter({ counts: reasoningStageCounts(options) }),
})
