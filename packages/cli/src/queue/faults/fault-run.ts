// A study of tiny stages under faults.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '@nanoalign/kernels'
import { RunStore } from '../../run-folder.ts'
import type { TestS3 } from '../../store/testing.ts'
import { checkOutcome } from './check-outcome.ts'
import type { NetworkNamespace } from './namespace.ts'
import { freePort, type Started, TestRedis, Wire } from './processes.ts'
import { buildPrograms, startScript } from './programs.ts'
import { type TinyOptions, tinyStudy } from './tiny-study.ts'

/**
 * kill -9 of a worker, a coordinator, Redis; the wire between workers and Redis cut, silent, or forgotten; the workers' network unplugged;
 * a worker of other code comes and has to be refused.
 */
export type FaultKind = 'worker' | 'coordinator' | 'redis' | 'cut' | 'silence' | 'forget' | 'unplug' | 'stranger'

export interface FaultPlan {
  options: Omit<TinyOptions, 'seeds'>
  seeds: number
  /** what is done while the study runs, each when a further share of the stages is there */
  faults: FaultKind[]
  /** of who is hit, and of delays */
  seed: number
  persistent: boolean
  workers: number
  coordinators?: number
  env?: Record<string, string>
  /** the store, in place of a folder */
  bucket?: TestS3
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
const LONGEST_SECONDS = 300

/** Runs the study under the faults and checks what came out. @throws Error naming what does not hold. */
export async function faultRun(folder: string, plan: FaultPlan): Promise<FaultReport> {
  const { options, seeds, persistent, bucket, hangAfterMs = 20_000, coordinators = 1, namespace } = plan
  await buildPrograms()
  const start = performance.now()
  const random = new Random(plan.seed, 'faults of a queue')
  const env = { ...plan.env, ...bucket?.env }
  const out = join(folder, 'queue')
  const redisFolder = join(folder, 'redis')
  for (const each of [out, redisFolder]) mkdirSync(each, { recursive: true })
  const store = new RunStore({ out, store: bucket && 's3://bucket/queue' }, env)
  const study = join(folder, 'study.yaml')
  writeFileSync(study, tinyStudy('tiny', options, seeds))
  const redis = new TestRedis(await freePort(), redisFolder, persistent)
  await redis.start()
  const wire = new Wire(await freePort(), redis.port)
  await wire.mend()
  // workers reach the queue over the wire, coordinators directly
  const queue = `redis://${namespace?.host ?? '127.0.0.1'}:${wire.port}`
  const startWorker = (code = CODE) =>
    startScript('worker', [queue, store.opened.location, '1', code, String(hangAfterMs)], env, namespace?.prefix)
  const startCoordinator = () =>
    startScript('coordinator', [study, out, bucket ? store.opened.location : '', redis.address, CODE, '16'], env)
  const workers: Started[] = Array.from({ length: plan.workers }, () => startWorker())
  const leaders: Started[] = Array.from({ length: coordinators }, startCoordinator)
  const all = [...workers, ...leaders]
  const done: FaultKind[] = []
  const over = () => leaders.every(({ child }) => child.exitCode !== null)
  /** @throws Error when a worker that nobody killed has ended: its study would wait for ever. */
  const checkWorkers = () => {
    const ended = workers.find(({ child }) => child.exitCode !== null)
    if (ended) throw new Error(`a worker ended by itself with ${ended.child.exitCode}: ${ended.output()}`)
  }

  async function doFault(fault: FaultKind): Promise<void> {
    if (fault === 'worker' || fault === 'coordinator') {
      const list = fault === 'worker' ? workers : leaders
      const i = random.integer(list.length)
      if (list[i].child.exitCode !== null) return
      list[i].child.kill('SIGKILL')
      await list[i].ended
      list[i] = fault === 'worker' ? startWorker() : startCoordinator()
      all.push(list[i])
    } else if (fault === 'redis') {
      await redis.kill()
      await sleep(random.integer(500))
      await redis.start()
    } else if (fault === 'stranger') {
      const stranger = startWorker('other-code')
      all.push(stranger)
      while (stranger.child.exitCode === null && !over()) await sleep(20)
      if (over()) return // whom nobody asks for anything, nobody refuses
      const { code, output } = await stranger.ended
      if (code !== 1 || !/refused: .* code test-code/.test(output))
        throw new Error(`a worker of other code ended with ${code}: ${output}`)
    } else if (fault === 'forget') {
      wire.forget()
    } else {
      if (fault === 'cut') await wire.cut()
      else if (fault === 'silence') wire.silence()
      else namespace!.unplug()
      await sleep(500 + random.integer(2500))
      namespace?.plug()
      await wire.mend()
    }
    done.push(fault)
  }

  try {
    for (const [f, fault] of plan.faults.entries()) {
      const share = (f + 0.3) / (plan.faults.length + 1)
      while (!over() && artifactsIn(out, bucket) < share * seeds * (options.width + 2)) {
        checkWorkers()
        await sleep(20)
      }
      await sleep(random.integer(300))
      if (over()) break
      await doFault(fault)
    }
    const outputs = () => all.map((each) => each.output()).join('\n---\n')
    const ended = await inTime(Promise.all(leaders.map((leader) => leader.ended)), checkWorkers, outputs)
    for (const { code, output } of ended) if (code !== 0) throw new Error(`a coordinator ended with ${code}: ${output}`)
    if (bucket) bucket.fault = () => undefined
    await checkOutcome(folder, store, options, seeds)
  } finally {
    for (const { child } of all) child.kill('SIGKILL')
    await Promise.all(all.map((each) => each.ended))
    await wire.cut()
    await redis.kill()
  }
  return { done, seconds: (performance.now() - start) / 1000, outputs: all.map((each) => each.output()) }
}

function artifactsIn(out: string, bucket: TestS3 | undefined): number {
  if (bucket) return [...bucket.objects.keys()].filter((name) => name.endsWith('/manifest.json')).length
  const folder = join(out, 'stages', 'artifacts')
  return existsSync(folder) ? readdirSync(folder).length : 0
}

/** Seconds in which this process was awake are counted: a machine that sleeps, or a soak that is stopped, is not late. */
async function inTime<T>(work: Promise<T>, check: () => void, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let seconds = 0
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (++seconds > LONGEST_SECONDS) reject(new Error(`not done after ${LONGEST_SECONDS} s:\n${what()}`))
      try {
        check()
      } catch (error) {
        reject(error)
      }
    }, 1000)
  })
  return Promise.race([work, late]).finally(() => clearInterval(timer))
}
