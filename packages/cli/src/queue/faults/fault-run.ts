// A study of tiny stages under faults, and what must hold afterwards.

import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPlanner, createRunner, noDevice } from '@nanoalign/experiments'
import { RunStore } from '../../run-folder.ts'
import { runSweep } from '../../sweep/run-sweep.ts'
import { parseStudy } from '../../sweep/study-file.ts'
import { SweepRecord } from '../../sweep/sweep-record.ts'
import type { NetworkNamespace } from './namespace.ts'
import { freePort, type Started, startScript, TestRedis, Wire } from './processes.ts'
import { expectedTotal, type TinyOptions, tinyExperiments, tinyReport, tinyStudy } from './tiny-study.ts'

export type FaultKind = 'worker' | 'coordinator' | 'redis' | 'cut' | 'silence' | 'unplug'

export interface FaultPlan {
  options: Omit<TinyOptions, 'seeds'>
  seeds: number
  /** what is done while the study runs, each when a further share of the stages is there */
  faults: FaultKind[]
  persistent: boolean
  workers: number
  coordinators?: number
  env?: Record<string, string>
  /** where workers live: for `unplug` */
  namespace?: NetworkNamespace
  /** of hung stages, in ms */
  hangAfterMs?: number
}

export interface FaultReport {
  /** faults that were done */
  done: FaultKind[]
  seconds: number
  outputs: string[]
}

const CODE = 'test-code'

/** Runs the study under the faults and checks what came out. @throws Error naming what does not hold. */
export async function faultRun(folder: string, plan: FaultPlan): Promise<FaultReport> {
  const { options, seeds, persistent, env = {}, hangAfterMs = 20_000, coordinators = 1, namespace } = plan
  const start = performance.now()
  const out = join(folder, 'queue')
  const redisFolder = join(folder, 'redis')
  for (const each of [out, redisFolder]) mkdirSync(each, { recursive: true })
  const study = join(folder, 'study.yaml')
  writeFileSync(study, tinyStudy('tiny', options, seeds))
  const redis = new TestRedis(await freePort(), redisFolder, persistent)
  await redis.start()
  const wire = new Wire(await freePort(), redis.port)
  await wire.mend()
  // workers reach the queue over the wire, coordinators directly
  const startWorker = () =>
    startScript(
      'worker',
      [`redis://${namespace?.host ?? '127.0.0.1'}:${wire.port}`, join(out, 'stages'), '1', CODE, String(hangAfterMs)],
      env,
      namespace?.prefix,
    )
  const startCoordinator = () => startScript('coordinator', [study, out, redis.address, CODE, '16'], env)
  const workers: Started[] = Array.from({ length: plan.workers }, startWorker)
  const leaders: Started[] = Array.from({ length: coordinators }, startCoordinator)
  const all = [...workers, ...leaders]
  const done: FaultKind[] = []
  const over = () => leaders.every(({ child }) => child.exitCode !== null)
  try {
    for (const [f, fault] of plan.faults.entries()) {
      const share = (f + 0.3) / (plan.faults.length + 1)
      while (!over() && artifactsIn(out) < share * seeds * (options.width + 2)) await sleep(20)
      await sleep(randomInt(300))
      if (over()) break
      done.push(fault)
      if (fault === 'worker' || fault === 'coordinator') {
        const list = fault === 'worker' ? workers : leaders
        const i = randomInt(list.length)
        if (list[i].child.exitCode !== null) continue
        list[i].child.kill('SIGKILL')
        await list[i].ended
        list[i] = fault === 'worker' ? startWorker() : startCoordinator()
        all.push(list[i])
      } else if (fault === 'redis') {
        await redis.kill()
        await sleep(randomInt(500))
        await redis.start()
      } else {
        if (fault === 'cut') await wire.cut()
        else if (fault === 'silence') wire.silence()
        else namespace!.unplug()
        await sleep(500 + randomInt(2500))
        namespace?.plug()
        await wire.mend()
      }
    }
    const ended = await within(120_000, Promise.all(leaders.map((leader) => leader.ended)), () =>
      all.map((each) => each.output()).join('\n---\n'),
    )
    for (const { code, output } of ended) if (code !== 0) throw new Error(`a coordinator ended with ${code}: ${output}`)
    await checkOutcome(folder, plan)
  } finally {
    for (const { child } of all) child.kill('SIGKILL')
    await Promise.all(all.map((each) => each.ended))
    await wire.cut()
    await redis.kill()
  }
  return { done, seconds: (performance.now() - start) / 1000, outputs: all.map((each) => each.output()) }
}

function artifactsIn(out: string): number {
  const folder = join(out, 'stages', 'artifacts')
  return existsSync(folder) ? readdirSync(folder).length : 0
}

/** The same bytes as without a queue and without faults, every stage there and intact, every number right. */
async function checkOutcome(folder: string, { options, seeds }: FaultPlan): Promise<void> {
  const expanded = parseStudy(tinyStudy('tiny', options, seeds), tinyExperiments)
  const straight = new RunStore({ out: join(folder, 'straight') }, {})
  const { runner: planning, stages } = createPlanner()
  await runSweep(expanded, tinyExperiments, {
    gpu: noDevice(),
    openCells: 1,
    runner: () => planning,
    async onGroup() {},
  })
  const queued = new RunStore({ out: join(folder, 'queue') }, {})
  const [group] = expanded.groups
  const failed = new Set(Object.values(options.bad ?? {}).flat())
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
  if (failed.size > 0) return
  if (keys.size !== stages.size) throw new Error(`${keys.size} artifacts for ${stages.size} stages`)
  const record = new SweepRecord(straight, expanded, tinyExperiments, tinyReport, 'test')
  await record.during(() =>
    runSweep(expanded, tinyExperiments, {
      gpu: noDevice(),
      openCells: 1,
      runner: () => createRunner({ store: straight.stages, provenance: {} }),
      onGroup: (outcome) => record.writeGroup(outcome),
    }),
  )
  for (const id of [group.id, record.id])
    if (read(straight, id) !== read(queued, id))
      throw new Error(`${id}: result.json is not that of a run without faults`)
}

const read = (store: RunStore, id: string) => readFileSync(store.path(id, 'result.json'), 'utf8')

async function within<T>(ms: number, work: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${ms / 1000} s:\n${what()}`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
