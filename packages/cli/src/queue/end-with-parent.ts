// A process that is blocked, in a driver or in a loop, cannot hear that its parent was killed. A thread beside it can.

import { Worker } from 'node:worker_threads'

const LOOK_EVERY_MS = 1000

/**
 * Ends this process, whatever it is doing, `graceMs` after its parent has gone; until then it may end by itself. On Windows,
 * where a process keeps the number of a parent that is no more, this does nothing: Node puts its children into a job, and
 * the system ends them with it.
 */
export function endWithParent(graceMs = 5000): void {
  const watch = `
    const { graceMs, parent } = require('node:worker_threads').workerData
    const timer = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(timer)
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs)
    }, ${LOOK_EVERY_MS})`
  new Worker(watch, { eval: true, workerData: { graceMs, parent: process.ppid } }).unref()
}
