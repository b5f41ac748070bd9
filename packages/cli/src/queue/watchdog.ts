// A time limit that counts only time in which this process was awake. A machine that slept, or a process that was stopped, has
// not been watching, and whom it watches has mostly slept as well.

/** Of the whole limit; a sleep, however long, counts as one of them. */
const TICKS = 20

export interface Watchdog {
  /** A sign of life: the limit begins anew. */
  feed(): void
  stop(): void
}

/** Calls `onHang` once, when nobody has fed it for `limitMs` of waking time (up to a twentieth longer). */
export function watchdog(limitMs: number, onHang: () => void): Watchdog {
  let ticks = 0
  const timer = setInterval(() => {
    if (++ticks <= TICKS) return
    clearInterval(timer)
    onHang()
  }, limitMs / TICKS)
  return {
    feed: () => {
      ticks = 0
    },
    stop: () => clearInterval(timer),
  }
}
