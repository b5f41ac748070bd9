// Draws the report so far: the newest part, one at a time, and for no more than a third of the time, as a run and its
// drawing may have to share a processor.

import type { Drawable } from '../report/messages.ts'

export interface ReportPart {
  drawable: Drawable
  /** what is still to come, in words */
  missing: string[]
}

const PAUSE = 2 // times as long as the drawing took

export class GrowingReport {
  readonly #draw: (part: ReportPart) => Promise<void>
  #next: ReportPart | undefined
  #busy = false

  constructor(draw: (part: ReportPart) => Promise<void>) {
    this.#draw = draw
  }

  /** Of parts that come while one is drawn, the last is drawn after it. */
  add(part: ReportPart): void {
    this.#next = part
    if (!this.#busy) this.#work()
  }

  /** Forgets what waits. */
  clear(): void {
    this.#next = undefined
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let part = this.#take(); part; part = this.#take()) {
      const begin = performance.now()
      await this.#draw(part).catch(() => {}) // the next one may do better
      const pause = PAUSE * (performance.now() - begin)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
    this.#busy = false
  }

  #take(): ReportPart | undefined {
    const part = this.#next
    this.#next = undefined
    return part
  }
}
