// The study in a worker, told about cell by cell.

import type { WeakToStrongOptions, WeakToStrongResult } from '@nanoalign/experiments'
import type { Drawable } from '../report/messages.ts'
import { serveStudy } from '../study/serve-study.ts'
import { completePart, growingWeakToStrong, type TaskResult } from './growing.ts'
import type { Cell } from './messages.ts'

serveStudy<WeakToStrongOptions, Cell>(async ({ gpu, makeRunner, provenance, tell, showPartial }, options) => {
  const drawable = (result: WeakToStrongResult): Drawable => ({
    kind: 'weak-to-strong',
    result: new TextEncoder().encode(JSON.stringify(result)),
    provenance,
  })
  const result = await growingWeakToStrong({ gpu, makeRunner }, options, (task, seeds) => {
    tell(cellOf(task, seeds[seeds.length - 1].seed))
    showPartial(() => drawable(completePart(options, seeds)))
  })
  return { drawable: drawable(result), result }
})

function cellOf({ family, k, truth, weak, ceiling, students }: TaskResult, seed: number): Cell {
  const accuracy = (p: number[]) => p.filter((value, i) => Number(value > 0.5) === truth[i]).length / truth.length
  return {
    seed,
    family,
    k,
    weak: accuracy(weak),
    ceiling: accuracy(ceiling),
    students: Object.fromEntries(Object.entries(students).map(([method, p]) => [method, accuracy(p)])),
  }
}
