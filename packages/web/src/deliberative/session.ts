// The deliberative study of this tab.

import type { DeliberativeOptions } from '@nanoalign/experiments'
import { StudySession } from '../study/session.ts'
import { config } from './config.ts'
import { add } from './lab/state.ts'
import type { TrainedArms } from './messages.ts'

export const session = new StudySession<DeliberativeOptions, TrainedArms>({
  page: 'deliberative',
  nameOf: ({ arms }) => `Deliberative alignment, ${arms.length} arms`,
  config,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'deliberative' }),
  onNews: ({ seed, keys }) =>
    add({
      kind: 'own',
      seed,
      arms: Object.fromEntries(Object.entries(keys).map(([arm, key]) => [arm, { key }])),
      command: '',
      adapter: '',
    }),
})
