// The study in a worker, told about cell by cell.

import {
  type TaskResult,
  type WeakToStrongOptions,
  type WeakToStrongPair,
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
  const context = {
    gpu,
    runner,
    onTask(task: TaskResult, pair: WeakToStrongPair, seeds: readonly WeakToStrongResult['seeds'][number][]) {
      tell(cellOf(task, pair, seeds[seeds.length - 1].seed))
      showPartial(() => drawable(completePart(options, seeds)))
    },
  }
  const result = await weakToStrong(context, options)
  return { drawable: drawable(result), result }
})

function cellOf({ family, k, truth, weak, ceiling, students }: TaskResult, pair: WeakToStrongPair, seed: number): Cell {
  const accuracy = (p: number[]) => p.filter((value, i) => Number(value > 0.5) === truth[i]).length / truth.length
  return {
    pair,
    seed,
    family,
    k,
    weak: accuracy(weak),
    ceiling: accuracy(ceiling),
    students: Object.fromEntries(Object.entries(students).map(([method, p]) => [method, accuracy(p)])),
  }
}
