// How long a sweep on one device still takes: what its plan says of the stages to come, corrected by how long those that
// are done took.

import type { StageEvent } from '@nanoalign/experiments'

/** A plan counts as much as so much measured work: at first the estimate, later the pace. */
const PRIOR_SECONDS = 10

export interface TimeLeft {
  onEvent(event: StageEvent): void
  seconds(): number
}

/** `toCome`: the estimated seconds of each stage that is to be computed, by key. */
export function createTimeLeft(toCome: Iterable<readonly [string, number]>): TimeLeft {
  const open = new Map(toCome)
  let left = [...open.values()].reduce((sum, seconds) => sum + seconds, 0)
  let [measured, estimated] = [PRIOR_SECONDS, PRIOR_SECONDS]
  let underWay: { key: string; share: number } | undefined
  return {
    onEvent(event) {
      const { key, type } = event
      if (type === 'stage-progress') underWay = { key, share: event.steps > 0 ? event.step / event.steps : 0 }
      const own = open.get(key)
      if (own === undefined || (type !== 'stage-done' && type !== 'stage-cached')) return
      open.delete(key)
      left -= own
      if (type === 'stage-cached') return
      measured += event.elapsedSeconds
      estimated += own
    },
    seconds() {
      const done = underWay ? (open.get(underWay.key) ?? 0) * underWay.share : 0
      return (Math.max(0, left - done) * measured) / estimated
    },
  }
}
