// Time left, from the pace of the stage under way and the mean duration of the finished ones of each name.

import type { StageEvent } from '@nanoalign/experiments'

/** How many stages there will be in all, by name. */
export type StageCounts = Record<string, number>

export interface Eta {
  onEvent(event: StageEvent): void
  /** `all` is false while stages are to come of a name that has not been seen: then it is for the current stage alone. */
  left(): { seconds: number; all: boolean } | undefined
}

// a pace measured over less than this is a guess
const MEASURED_AFTER_SECONDS = 2

/** `now` in milliseconds. */
export function createEta(counts: StageCounts, now: () => number): Eta {
  const toCome = { ...counts }
  const finished: Record<string, { seconds: number; count: number }> = {}
  // the steps before the first report of a resumed stage took no time here
  let current: { name: string; firstStep: number; since: number; step: number; steps: number } | undefined

  const mean = (name: string) => finished[name] && finished[name].seconds / finished[name].count

  return {
    onEvent(event) {
      const { name } = event
      switch (event.type) {
        case 'stage-start':
          current = undefined
          break
        case 'stage-progress':
          current ??= { name, firstStep: event.step, since: now(), step: event.step, steps: event.steps }
          current.step = event.step
          break
        case 'stage-done':
          finished[name] ??= { seconds: 0, count: 0 }
          finished[name].seconds += event.elapsedSeconds
          finished[name].count++
          toCome[name] = (toCome[name] ?? 0) - 1
          break
        case 'stage-cached':
          toCome[name] = (toCome[name] ?? 0) - 1
      }
    },

    left() {
      if (!current) return undefined
      const { name, firstStep, since, step, steps } = current
      const elapsed = (now() - since) / 1000
      const measured = step > firstStep && elapsed >= MEASURED_AFTER_SECONDS
      const whole = measured ? (elapsed / (step - firstStep)) * steps : mean(name)
      if (whole === undefined) return undefined
      const here = whole * (1 - step / steps)
      let seconds = here
      for (const [other, count] of Object.entries(toCome)) {
        const more = other === name ? count - 1 : count
        if (more <= 0) continue
        const each = mean(other) ?? (other === name ? whole : undefined)
        if (each === undefined) return { seconds: here, all: false }
        seconds += each * more
      }
      return { seconds, all: true }
    },
  }
}
