// How long the parts of a run take.

import {
  type StageEvent,
  type WeakToStrongOptions,
  weakToStrongSizes,
  weakToStrongStageCounts,
} from '@nanoalign/experiments'
import { type Plan, sum } from '../study/progress-meter.ts'

const PRETRAIN = 'w2s-pretrain'

/** Work in seconds on two processor cores. */
export function plan(options: WeakToStrongOptions): Required<Plan> {
  const { weak, strong, seeds, grid } = options
  const models = [...new Set([weak, strong, ...(grid?.weak ?? []), ...(grid?.strong ?? [])])]
  const counts = weakToStrongStageCounts(options)
  const work: Record<string, number> = {}
  for (const [name, count] of Object.entries(counts)) work[name] = count * finetuning(strong)
  const copies = Math.max(0, counts[PRETRAIN] - seeds.length * models.length) // the ensemble's, of the weak size
  work[PRETRAIN] = seeds.length * sum(models.map(pretraining)) + copies * pretraining(weak)
  const workOf = ({ name, label }: StageEvent) => {
    const size = /pretrain (\w+)/.exec(label ?? '')?.[1]
    return name === PRETRAIN && size && weakToStrongSizes[size] ? pretraining(size) : finetuning(strong)
  }
  return { counts, work, workOf }
}

const pretraining = (size: string) => (weakToStrongSizes[size].rows * (12 + weakToStrongSizes[size].nEmbd)) / 70_000
const finetuning = (size: string) => 0.1 + weakToStrongSizes[size].nEmbd / 100
