// One sweep from start to end: the plan, the run, the report.

import {
  adapterClass,
  type Calibration,
  calibrate,
  createRunner,
  estimatedSeconds,
  type PlannedStage,
  reportText,
  type StageEvent,
} from '@nanoalign/experiments'
import { type Gpu, NoAdapterError } from '@nanoalign/kernels'
import { codeVersion } from '../code-version.ts'
import type { SweepOptions } from '../commands/sweep.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { artifactProvenance, versions } from '../provenance.ts'
import { type QueueAddress, queueAddress } from '../queue/connection.ts'
import { loadSweepReport, reportOf, writeReport } from '../reports.ts'
import { RunStore } from '../run-folder.ts'
import { ReferenceKeeper } from '../store/references.ts'
import { sweepExperiments } from './experiments.ts'
import { createLiveTable, type LiveTable } from './live-table.ts'
import { costs, costText, learnedFactors, planStudy, type StudyPlan, urgencies } from './plan.ts'
import { runSweep, type SweepTools } from './run-sweep.ts'
import { type ExpandedStudy, firstOf, type Group, readStudy } from './study-file.ts'
import { SweepRecord } from './sweep-record.ts'
import { count } from './sweep-report.ts'
import { createTimeLeft } from './time-left.ts'

/** @throws UsageError for a study that cannot be; RunError for a sweep that ended early. */
export async function sweepStudy(host: Host, path: string, given: SweepOptions, command: string): Promise<void> {
  const expanded = await readStudy(path)
  const address = queueAddress(given.queue, host.env)
  const store = new RunStore(given, host.env)
  const { study, groups, leftOut } = expanded
  const cells = groups.reduce((sum, { options }) => sum + options.seeds.length, 0)
  host.stderr(`study ${study.name}: ${count(groups.length, 'run')}, ${count(cells, 'cell')} (runs × seeds)\n`)
  for (const each of firstOf(leftOut)) host.stderr(`left out: ${each}\n`)

  // with a queue the device is only measured: workers may be faster, but nothing better is known before they come
  const gpu = await openGpu(host, given.adapter, 'default').catch((error) => {
    if (address && error instanceof NoAdapterError) return undefined
    throw error
  })
  try {
    const plan = await planStudy(expanded, sweepExperiments, store.stages, host.signal)
    const done = plan.found.size === plan.stages.size
    const seconds = done ? () => 0 : gpu && (await estimator(plan, store, gpu))
    const rows = costs(plan, seconds)
    if (given.dryRun && given.json) {
      const runs = groups.map(({ id, label }) => ({ id, label }))
      return host.stdout(`${JSON.stringify({ study: study.name, cells, runs, costs: rows }, null, 2)}\n`)
    }
    host.stderr(`${costText(rows)}\n`)
    if (address && seconds && !done) host.stderr('times are those of one worker with the adapter above\n')
    if (given.dryRun) return
    if (address) gpu?.close()
    await run({ host, given, command, expanded, store, plan, seconds, gpu, address })
  } finally {
    gpu?.close()
  }
}

interface SweepRun {
  host: Host
  given: SweepOptions
  command: string
  expanded: ExpandedStudy
  store: RunStore
  plan: StudyPlan
  seconds?: (stage: PlannedStage) => number
  gpu?: Gpu
  address?: QueueAddress
}

async function run({ host, given, command, expanded, store, plan, seconds, gpu, address }: SweepRun): Promise<void> {
  const record = new SweepRecord(store, expanded, sweepExperiments, reportOf, command)
  host.stderr(`run: ${record.id} in ${store.folder}\n`)
  if (store.shared) host.stderr(`stages: ${store.opened.location}\n`)
  const references = new ReferenceKeeper(store.opened.storage, record.id, store.folder)
  // workers may be many, and faster
  const time =
    seconds && !address
      ? createTimeLeft([...plan.stages].flatMap(([key, stage]) => (plan.found.has(key) ? [] : [[key, seconds(stage)]])))
      : undefined
  const live = createLiveTable(host, expanded.groups, plan.stages.size, () => time?.seconds())
  /** What a cell's runner tells of its stages. */
  const observe = (group: Group) => (event: StageEvent) => {
    references.add(event.key)
    time?.onEvent(event)
    if (event.type !== 'stage-done' && event.type !== 'stage-cached') return showStage(live, event)
    if (event.madeBy) record.used(group, event.key, event.madeBy)
    live.onStage(event.key, event.type === 'stage-cached')
  }
  const shared = {
    onCell(group, outcome) {
      if (outcome === 'begun') record.begun(group)
      live.onCell(group, outcome)
    },
    onGroup: (outcome) => record.writeGroup(outcome),
  } satisfies Partial<SweepTools>
  const { run, result } = await record
    .during(async () => {
      await references.open(plan.stages.keys())
      if (address) {
        const { sweepByQueue } = await import('../queue/sweep-by-queue.ts')
        await sweepByQueue({
          ...shared,
          host,
          address,
          store,
          expanded,
          live,
          observe,
          experiments: sweepExperiments,
          openCells: given.openCells,
          urgency: urgencies(plan, seconds ?? (({ flops }) => flops)),
          code: codeVersion(),
          version: versions().nanoalign,
        })
      } else
        await runSweep(expanded, sweepExperiments, {
          ...shared,
          gpu: gpu!,
          openCells: 1, // one device
          runner: (group) =>
            createRunner({
              store: store.stages,
              signal: host.signal,
              provenance: artifactProvenance(gpu!),
              checkpointEveryMs: given.checkpointEvery * 1000,
              onEvent: observe(group),
            }),
        })
    })
    .finally(() => {
      live.stop()
      return references.close(record.status === 'done' ? 'done' : 'unfinished')
    })
  const report = await loadSweepReport(store, run, result)
  const reportPath = await writeReport(store, run, report)
  if (given.json) host.stdout(`${JSON.stringify({ run: run.id, report: reportPath, result })}\n`)
  else host.stdout(`\n${reportText(report, { width: Math.min(host.columns, 120) })}\nreport: ${reportPath}\n`)
  if (run.state.error) throw new Error(`${run.state.error}; the same command tries again`)
}

/** Estimates one stage's seconds on this device, from a calibration and from what is recorded of stages like it. */
async function estimator(plan: StudyPlan, store: RunStore, gpu: Gpu): Promise<(stage: PlannedStage) => number> {
  const calibration: Calibration = await calibrate(gpu)
  const factors = await learnedFactors(plan, store.stages, adapterClass(gpu.adapter), calibration)
  return (stage) => estimatedSeconds(calibration, stage) * (factors[stage.name] ?? 1)
}

/** Shows in the table what a runner tells. */
function showStage(live: LiveTable, event: StageEvent): void {
  const name = event.label ?? event.name
  switch (event.type) {
    case 'stage-start':
      live.onNow(name)
      break
    case 'stage-progress':
      live.onNow(`${name} · step ${event.step}/${event.steps}${event.note ? ` · ${event.note}` : ''}`)
      break
    case 'stage-corrupt':
      live.note(`warning: what is stored of "${name}" cannot be used, so that work is done again: ${event.reason}`)
  }
}
