// How much of a run is done, and how long the rest will take.

import type { StageEvent } from '@nanoalign/experiments'

export interface Progress {
  /** stages finished of `stages` */
  finished: number
  stages: number
  /** of the work, 0 to 1 */
  share: number
  /** undefined until it can be told */
  secondsLeft: number | undefined
}

/** What a run will do: any unit of work will do, as only ratios count once a run has begun. */
export interface Plan {
  /** by the name of the stage */
  counts: Record<string, number>
  /** the work of all stages of a name; their number, unless given */
  work?: Record<string, number>
  /** the work of one stage; its name's mean, unless given */
  workOf?: (event: StageEvent) => number
}

/** Follows the events of one start of a run; stages found in the store count as done, but not for the speed. */
export class ProgressMeter {
  readonly #all: Record<string, number>
  readonly #workOf: (event: StageEvent) => number
  readonly #stages: number
  readonly #done: Record<string, number> = {}
  /** work that was computed now, and the seconds it took, by stage name */
  readonly #speed: Record<string, { work: number; seconds: number }> = {}
  #finished = 0
  #now: { name: string; work: number; share: number; from: number | undefined } | undefined

  constructor({ counts, work = counts, workOf = ({ name }) => (work[name] ?? 0) / (counts[name] || 1) }: Plan) {
    this.#all = work
    this.#workOf = workOf
    this.#stages = sum(Object.values(counts))
  }

  event(event: StageEvent): void {
    const { name, type } = event
    if (type === 'stage-start') this.#now = { name, work: this.#workOf(event), share: 0, from: undefined }
    else if (type === 'stage-progress' && this.#now) {
      this.#now.share = event.step / event.steps
      this.#now.from ??= this.#now.share // what a checkpoint had done already
    } else if (type === 'stage-cached' || type === 'stage-done') {
      const work = this.#workOf(event)
      if (type === 'stage-done') this.#measure(name, work * (1 - (this.#now?.from ?? 0)), event.elapsedSeconds)
      this.#done[name] = (this.#done[name] ?? 0) + work
      this.#finished++
      this.#now = undefined
    }
  }

  /** `stageSeconds`: since the stage under way began. */
  progress(stageSeconds: number): Progress {
    const now = this.#now
    const done = (name: string) => (this.#done[name] ?? 0) + (now?.name === name ? now.work * now.share : 0)
    const names = Object.keys(this.#all)
    const fresh = now ? now.work * (now.share - (now.from ?? now.share)) : 0
    const speeds = Object.entries(this.#speed)
    const seconds = sum(speeds.map(([, speed]) => speed.seconds)) + (fresh > 0 ? stageSeconds : 0)
    const computed = sum(speeds.map(([, speed]) => speed.work)) + fresh
    const pace = (name: string) => {
      const own = this.#speed[name]
      return own && own.work > 0 ? own.seconds / own.work : seconds / computed
    }
    const left = (name: string) => Math.max(0, this.#all[name] - done(name))
    return {
      finished: Math.min(this.#finished, this.#stages),
      stages: this.#stages,
      share: 1 - sum(names.map(left)) / sum(Object.values(this.#all)),
      secondsLeft: seconds > 3 && computed > 0 ? sum(names.map((name) => left(name) * pace(name))) : undefined,
    }
  }

  /** Seconds per unit of work; undefined before a tenth of the run has been computed in this start. */
  pace(): number | undefined {
    const speeds = Object.values(this.#speed)
    const work = sum(speeds.map((speed) => speed.work))
    return work > sum(Object.values(this.#all)) / 10 ? sum(speeds.map(({ seconds }) => seconds)) / work : undefined
  }

  #measure(name: string, work: number, seconds: number): void {
    const speed = (this.#speed[name] ??= { work: 0, seconds: 0 })
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
