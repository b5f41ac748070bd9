// How long the page's own thread was busy at a stretch, from Chromium's trace: what keeps it from answering a click.

import type { Page } from 'playwright'
import { expect } from 'vitest'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  /** microseconds, by the clock and of the thread's own work */
  dur?: number
  tdur?: number
  args?: { name?: string; data?: { frames?: { processId?: number; parent?: string; url?: string }[] } }
}

interface Task {
  /** milliseconds by the clock: what a visitor feels, on this machine as loaded as it is */
  wallMs: number
  /** milliseconds of the thread's own work: what it would be on a machine with nothing else to do */
  ms: number
}

const LIMIT_MS = 50

export async function watchLongTasks(page: Page): Promise<void> {
  await page
    .context()
    .browser()!
    .startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline', 'toplevel'] })
}

/**
 * Ends the watching: no task of the page's main thread may have been 50 ms of work. The limit is on the thread's own
 * work, as the clock also counts what other processes take from it, and here the GPU is one of them.
 */
export async function expectNoLongTasks(page: Page, doing: string): Promise<void> {
  const trace = await page.context().browser()!.stopTracing()
  const tasks = mainThreadTasks(JSON.parse(trace.toString()).traceEvents, page.url())
  const worst = tasks.slice(0, 4).map(({ ms, wallMs }) => `${ms.toFixed(0)} (${wallMs.toFixed(0)} by the clock)`)
  console.log(`longest tasks of the page's thread while ${doing}, ms: ${worst.join(', ')}`)
  expect(tasks.filter(({ ms }) => ms >= LIMIT_MS)).toEqual([])
}

/** Of the page at that address, whatever comes after its #; longest work first. */
function mainThreadTasks(events: TraceEvent[], address: string): Task[] {
  const frames = events.find(({ name }) => name === 'TracingStartedInBrowser')?.args?.data?.frames ?? []
  const process = frames.find(({ parent, url }) => !parent && url && beforeHash(url) === beforeHash(address))?.processId
  const main = events.find(
    ({ name, pid, args }) => name === 'thread_name' && pid === process && args?.name === 'CrRendererMain',
  )
  const tasks = events.filter(({ name, pid, tid }) => pid === main?.pid && tid === main?.tid && name === 'RunTask')
  if (tasks.length === 0) throw new Error("long tasks: the trace holds no task of the page's main thread")
  return tasks.map(({ dur = 0, tdur = dur }) => ({ wallMs: dur / 1000, ms: tdur / 1000 })).sort((a, b) => b.ms - a.ms)
}

const beforeHash = (address: string) => address.split('#')[0]
