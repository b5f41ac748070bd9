// How long the parts of a run take.

import {
  type StageEvent,
  type WeakToStrongOptions,
  weakToStrongSizes,
  weakToStrongStageCounts,
} from '@nanoalign/experiments'
import { type Plan, sum } from '../study/progress-meter.ts'

const PRETRAIN = 'w2s-pretrain'
const ZERO_SHOT = 'w2s-zero-shot'

/**
 * Work in seconds on two processor cores, in Chromium on SwiftShader: the quick study took 267 s there
 * (test/quick.e2e.test.ts on a quiet machine), and is 272 s here.
 */
export function plan(options: WeakToStrongOptions): Required<Plan> {
  const { weak, strong, seeds, grid } = options
  const models = [...new Set([weak, strong, ...(grid?.weak ?? []), ...(grid?.strong ?? [])])]
  const counts = weakToStrongStageCounts(options)
  const work: Record<string, number> = {}
  for (const [name, count] of Object.entries(counts)) work[name] = count * finetuning(strong)
  work[ZERO_SHOT] = counts[ZERO_SHOT] * zeroShot
  const copies = Math.max(0, counts[PRETRAIN] - seeds.length * models.length) // the ensemble's, of the weak size
  work[PRETRAIN] = seeds.length * sum(models.map(pretraining)) + copies * pretraining(weak)
  const workOf = ({ name, label }: StageEvent) => {
    if (name === ZERO_SHOT) return zeroShot
    const size = /pretrain (\w+)/.exec(label ?? '')?.[1]
    return name === PRETRAIN && size && weakToStrongSizes[size] ? pretraining(size) : finetuning(strong)
  }
  return { counts, work, workOf }
}

const pretraining = (size: string) => (weakToStrongSizes[size].rows * (12 + weakToStrongSizes[size].nEmbd)) / 70_000
const zeroShot = 0.03
const finetuning = (size: string) => 0.1 + weakToStrongSizes[size].nEmbd / 100
