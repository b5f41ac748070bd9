// The weak-to-strong study of this tab.

import type { WeakToStrongOptions } from '@nanoalign/experiments'
import { signal } from '@preact/signals'
import { StudySession } from '../study/session.ts'
import { config } from './config.ts'
import type { Cell } from './messages.ts'

const keyOf = ({ pair, seed, family, k }: Cell) => [pair.weak, pair.strong, seed, family, k].join(' ')

/** the pairs, seeds and tasks whose student has learned */
export const cells = signal<Cell[]>([])

export const session = new StudySession<WeakToStrongOptions, Cell>({
  page: 'weak-to-strong',
  nameOf: ({ weak, strong }) => `Weak to strong, ${weak} → ${strong}`,
  config,
  openWorker: () =>
    new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'weak to strong' }),
  hasCurve: ({ name }) => name.endsWith('pretrain'),
  onNews(cell) {
    cells.value = [...cells.value.filter((known) => keyOf(known) !== keyOf(cell)), cell]
  },
  onReset() {
    cells.value = []
  },
})
