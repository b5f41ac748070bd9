// What must hold after a study under faults: the same bytes as without a queue and without faults, every stage there and
// intact, every number right.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPlanner, createRunner, noDevice, type Runner } from '@nanoalign/experiments'
import { RunStore } from '../../run-folder.ts'
import { type GroupOutcome, runSweep } from '../../sweep/run-sweep.ts'
import { parseStudy } from '../../sweep/study-file.ts'
import { SweepRecord } from '../../sweep/sweep-record.ts'
import { expectedTotal, type TinyOptions, tinyExperiments, tinyReport, tinyStudy } from './tiny-study.ts'

/** Of the study that is in `queued`; its straight run is made in `folder`. @throws Error naming what does not hold. */
export async function checkOutcome(
  folder: string,
  queued: RunStore,
  options: Omit<TinyOptions, 'seeds'>,
  seeds: number,
): Promise<void> {
  const expanded = parseStudy(tinyStudy('tiny', options, seeds), tinyExperiments)
  const here = (runner: Runner, onGroup: (outcome: GroupOutcome) => Promise<void>) =>
    runSweep(expanded, tinyExperiments, { gpu: noDevice(), openCells: 1, runner: () => runner, onGroup })
  const { runner: planning, stages } = createPlanner()
  await here(planning, async () => {})

  const [group] = expanded.groups
  const { loses = [], misses = [], ...fatal } = options.bad ?? {}
  const failed = new Set(Object.values(fatal).flat())
  const { totals } = (await queued.readJson(group.id, 'result.json')) as { totals: { seed: number; total: number }[] }
  const wanted = group.options.seeds.filter((seed) => !failed.has(seed))
  if (totals.map(({ seed }) => seed).join() !== wanted.join()) throw new Error(`seeds are ${JSON.stringify(totals)}`)
  for (const { seed, total } of totals)
    if (total !== expectedTotal(group.options as TinyOptions, seed)) throw new Error(`seed ${seed}: ${total} is wrong`)

  const keys = new Set(await queued.stages.keys())
  for (const key of keys) {
    if (!stages.has(key)) throw new Error(`${key} was never asked for`)
    const problems: string[] = []
    if (!(await queued.stages.get(key, (_, reason) => problems.push(reason)))) throw new Error(`${key}: ${problems}`)
  }
  // a straight run would end at the first stage that fails, or whose device is lost
  if (failed.size > 0) return
  if (keys.size !== stages.size) throw new Error(`${keys.size} artifacts for ${stages.size} stages`)
  if (loses.length + misses.length > 0) return

  const straight = new RunStore({ out: join(folder, 'straight') }, {})
  const record = new SweepRecord(straight, expanded, tinyExperiments, tinyReport, 'test')
  const runner = createRunner({ store: straight.stages, provenance: {} })
  await record.during(() => here(runner, (outcome) => record.writeGroup(outcome)))
  for (const id of [group.id, record.id])
    if (read(straight, id) !== read(queued, id))
      throw new Error(`${id}: result.json is not that of a run without faults`)
}

const read = (store: RunStore, id: string) => readFileSync(store.path(id, 'result.json'), 'utf8')
