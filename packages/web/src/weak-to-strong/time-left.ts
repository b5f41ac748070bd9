// How much of a run is done, and how long the rest will take.

import { type StageEvent, type WeakToStrongOptions, weakToStrongSizes } from '@nanoalign/experiments'

/** The stages of a run in their order, with their expected work (about seconds on two processor cores). */
export function expectedStages({ weak, strong, seeds, families, tasks, methods }: WeakToStrongOptions): number[] {
  const pretrain = (name: string) => (weakToStrongSizes[name].rows * (12 + weakToStrongSizes[name].nEmbd)) / 70_000
  const finetune = (name: string) => 0.1 + weakToStrongSizes[name].nEmbd / 100
  const bases = weak === strong ? [pretrain(weak)] : [pretrain(weak), pretrain(strong)]
  const task = [finetune(weak), finetune(strong), ...methods.map(() => finetune(strong))]
  const perSeed = Array.from({ length: families.length * tasks }, (_, i) =>
    i === 0 ? [...task, finetune(strong)] : task,
  )
  return seeds.flatMap(() => [...bases, ...perSeed.flat()])
}

export interface Progress {
  /** stages finished of `stages` */
  finished: number
  stages: number
  /** of the work, 0 to 1 */
  share: number
  /** undefined until it can be told */
  secondsLeft: number | undefined
}

/** Follows the events of one start of a run; stages found in the store count as done, but not for the speed. */
export class ProgressMeter {
  readonly #work: number[]
  #finished = 0
  #partial = 0
  #partialAtStart: number | undefined
  #computed = 0
  #seconds = 0

  constructor(options: WeakToStrongOptions) {
    this.#work = expectedStages(options)
  }

  event(event: StageEvent): void {
    const work = this.#work[this.#finished] ?? 0
    if (event.type === 'stage-start') this.#begin()
    else if (event.type === 'stage-progress') {
      this.#partial = event.step / event.steps
      this.#partialAtStart ??= this.#partial // what a checkpoint had done already
    } else if (event.type === 'stage-cached' || event.type === 'stage-done') {
      if (event.type === 'stage-done') {
        this.#computed += work * (1 - (this.#partialAtStart ?? 0))
        this.#seconds += event.elapsedSeconds
      }
      this.#finished++
      this.#begin()
    }
  }

  /** `stageSeconds`: since the stage under way began. */
  progress(stageSeconds: number): Progress {
    const done = sum(this.#work.slice(0, this.#finished)) + (this.#work[this.#finished] ?? 0) * this.#partial
    const all = sum(this.#work)
    const fresh = Math.max(0, this.#partial - (this.#partialAtStart ?? 0))
    const computed = this.#computed + (this.#work[this.#finished] ?? 0) * fresh
    const seconds = this.#seconds + (fresh > 0 ? stageSeconds : 0)
    return {
      finished: this.#finished,
      stages: this.#work.length,
      share: Math.min(1, done / all),
      secondsLeft: seconds > 3 && computed > 0 ? ((all - done) * seconds) / computed : undefined,
    }
  }

  #begin(): void {
    this.#partial = 0
    this.#partialAtStart = undefined
  }
}

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

/** `about 2 minutes`, for people. */
export function inWords(seconds: number): string {
  if (seconds < 8) return 'a few seconds'
  if (seconds < 50) return `about ${Math.round(seconds / 5) * 5} seconds`
  if (seconds < 90) return 'about a minute'
  if (seconds < 3300) return `about ${Math.round(seconds / 60)} minutes`
  const hours = Math.round(seconds / 1800) / 2
  return hours === 1 ? 'about an hour' : `about ${hours} hours`
}
