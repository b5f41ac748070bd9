// `nanoalign sweep --queue` with the tiny experiment and short times. Arguments: study file, folder, store (empty: in the
// folder), queue, code, open cells.
// Ends by writing result.json; with a fourth line of output per second of its memory when MEMORY is set.

import './follow-parent.ts'
import './jumping-clock.ts'
import { readFileSync } from 'node:fs'
import { RunStore } from '../../run-folder.ts'
import { createLiveTable } from '../../sweep/live-table.ts'
import { planStudy, urgencies } from '../../sweep/plan.ts'
import { parseStudy } from '../../sweep/study-file.ts'
import { SweepRecord } from '../../sweep/sweep-record.ts'
import { queueAddress } from '../connection.ts'
import { sweepByQueue } from '../sweep-by-queue.ts'
import { shortTimings } from './timings.ts'
import { tinyExperiments, tinyReport } from './tiny-study.ts'

const [path, out, place, queue, code, openCells] = process.argv.slice(2)
const controller = new AbortController()
const store = new RunStore({ out, store: place || undefined }, process.env)
const expanded = parseStudy(readFileSync(path, 'utf8'), tinyExperiments)
const plan = await planStudy(expanded, tinyExperiments, store.stages)
const record = new SweepRecord(store, expanded, tinyExperiments, tinyReport, 'test')
const host = { stderr: (text: string) => void process.stdout.write(text), terminal: false, columns: 100 }
const live = createLiveTable(host, expanded.groups, plan.stages.size, () => undefined)
if (process.env.MEMORY)
  setInterval(() => {
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    const { stages } = live.counts
    console.log(`memory ${stages.done + stages.cached} ${rss} ${heapUsed}`)
  }, 1000).unref()

try {
  await record.during(() =>
    sweepByQueue({
      host: { signal: controller.signal },
      address: queueAddress(queue, {})!,
      store,
      expanded,
      experiments: tinyExperiments,
      live,
      observe: (group) => (event) => {
        if (event.type === 'stage-corrupt') console.log(`corrupt ${event.key} ${event.reason}`)
        if (event.type !== 'stage-done' && event.type !== 'stage-cached') return
        if (event.madeBy) record.used(group, event.key, event.madeBy)
        live.onStage(event.key, event.type === 'stage-cached')
      },
      onCell: live.onCell,
      onGroup: (outcome) => record.writeGroup(outcome),
      openCells: Number(openCells),
      urgency: urgencies(plan, () => 1),
      code,
      version: 'test',
      timings: shortTimings,
    }),
  )
  process.exit(0)
} catch (error) {
  console.log((error as Error).message)
  process.exit(1)
}
