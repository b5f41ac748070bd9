// One run at a time, over all tabs of this browser: two would halve each other's speed and compute the same stages.

/** Runs `work` when no other tab is at work; `onWait` hears that it has to wait. An abort ends the waiting too. */
export async function withGpuTurn<T>(signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const free = await navigator.locks.request('nanoalign-gpu', { ifAvailable: true }, async (lock) =>
    lock ? { value: await work() } : undefined,
  )
  if (free) return free.value
  onWait()
  return navigator.locks.request('nanoalign-gpu', { signal }, work)
}
