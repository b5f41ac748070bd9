// How much of a run is done, and how long the rest will take.

import type { StageEvent } from '@nanoalign/experiments'
import type { PlannedWork } from './planned-work.ts'

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
  /** work by the stage's key */
  readonly #work: Map<string, number>
  readonly #names: Map<string, string>
  readonly #models: Set<string>
  readonly #all: number
  readonly #done = new Set<string>()
  /** work that was computed now, and the seconds it took, by stage name */
  readonly #speed: Record<string, { work: number; seconds: number }> = {}
  #now: { key: string; share: number; from: number | undefined } | undefined

  /** `work` in any unit: once a run has begun, only ratios count. */
  constructor(work: readonly PlannedWork[]) {
    this.#work = new Map(work.map(({ key, seconds }) => [key, seconds]))
    this.#names = new Map(work.map(({ key, name }) => [key, name]))
    this.#models = new Set(work.filter(({ hasModel }) => hasModel).map(({ key }) => key))
    this.#all = sum([...this.#work.values()])
  }

  event(event: StageEvent): void {
    const { key, type } = event
    if (type === 'stage-start') this.#now = { key, share: 0, from: undefined }
    else if (type === 'stage-progress' && this.#now) {
      this.#now.share = event.step / event.steps
      this.#now.from ??= this.#now.share // what a checkpoint had done already
    } else if (type === 'stage-cached' || type === 'stage-done') {
      if (type === 'stage-done') this.#measure(key, this.#of(key) * (1 - (this.#now?.from ?? 0)), event.elapsedSeconds)
      this.#done.add(key)
      this.#now = undefined
    }
  }

  /** `stageSeconds`: since the stage under way first told how far it is. */
  progress(stageSeconds: number): Progress {
    const now = this.#now
    const fresh = now ? this.#of(now.key) * (now.share - (now.from ?? now.share)) : 0
    const speeds = Object.values(this.#speed)
    const seconds = sum(speeds.map((speed) => speed.seconds)) + (fresh > 0 ? stageSeconds : 0)
    const computed = sum(speeds.map((speed) => speed.work)) + fresh
    const pace = (key: string) => {
      const own = this.#speed[this.#names.get(key)!]
      return own && own.work > 0 ? own.seconds / own.work : seconds / computed
    }
    const left = [...this.#work]
      .filter(([key]) => !this.#done.has(key))
      .map(([key, work]) => ({ key, work: key === now?.key ? work * (1 - now.share) : work }))
    return {
      finished: this.#work.size - left.length,
      stages: this.#work.size,
      share: this.#all > 0 ? 1 - sum(left.map(({ work }) => work)) / this.#all : 0,
      secondsLeft: seconds > 3 && computed > 0 ? sum(left.map(({ key, work }) => work * pace(key))) : undefined,
    }
  }

  /** Seconds per unit of work; undefined before a tenth of the run has been computed in this start. */
  pace(): number | undefined {
    const speeds = Object.values(this.#speed)
    const work = sum(speeds.map((speed) => speed.work))
    return work > this.#all / 10 ? sum(speeds.map(({ seconds }) => seconds)) / work : undefined
  }

  /** Whether the stage makes a model. */
  makesModel(key: string): boolean {
    return this.#models.has(key)
  }

  #of(key: string): number {
    return this.#work.get(key) ?? 0
  }

  #measure(key: string, work: number, seconds: number): void {
    const speed = (this.#speed[this.#names.get(key) ?? ''] ??= { work: 0, seconds: 0 })
    speed.work += work
    speed.seconds += seconds
  }
}

export const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

/** `about 2 minutes`, for people. */
export function inWords(seconds: number): string {
  if (seconds < 8) return 'a few seconds'
  if (seconds < 50) return `about ${Math.round(seconds / 5) * 5} seconds`
  if (seconds < 90) return 'about a minute'
  if (seconds < 3300) return `about ${Math.round(seconds / 60)} minutes`
  const hours = Math.round(seconds / 1800) / 2
  return hours === 1 ? 'about an hour' : `about ${hours} hours`
}
