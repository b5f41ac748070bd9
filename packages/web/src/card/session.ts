// The system card of this tab.

import { type CardOptions, cardStageCounts } from '@nanoalign/experiments'
import { ProgressMeter } from '../study/progress-meter.ts'
import { StudySession } from '../study/session.ts'
import { toCommand, toQuery } from './config.ts'

const models = [{ documents: 'card' }, { documents: 'card' }] as const

export const session = new StudySession<CardOptions>({
  page: 'card',
  nameOf: ({ seeds }) => `System card, ${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds`}`,
  toQuery,
  toCommand,
  openWorker: () => new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'card' }),
  meter({ seeds, training }) {
    const counts = cardStageCounts(models, seeds.length, training)
    // by time on a software adapter: most of it is pretraining
    const work = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * (shares[name] ?? 1)]))
    return new ProgressMeter({ counts, work })
  },
})

/** How long one stage of a name takes beside one evaluation. */
const shares: Record<string, number> = { 'deliberative-base': 100, 'deliberative-rl': 40, 'deliberative-sft': 10 }
