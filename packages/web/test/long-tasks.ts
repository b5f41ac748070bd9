// Long tasks of the page's thread: what made it unresponsive for 50 ms or more.

import type { Page } from 'playwright'

interface Watching {
  longTasks: { at: number; ms: number }[]
}

export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as Watching
    scope.longTasks = []
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) scope.longTasks.push({ at: startTime, ms: duration })
    }).observe({ type: 'longtask' })
  })
}

export function longTasks(page: Page): Promise<Watching['longTasks']> {
  return page.evaluate(() => (globalThis as unknown as Watching).longTasks)
}
