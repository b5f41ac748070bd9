// The coordinator: runs a study's cells with a runner that asks workers, and says how far it is to whoever asks.

import { noDevice, type StageEvent } from '@nanoalign/experiments'
import type { Host } from '../host.ts'
import type { RunStore } from '../run-folder.ts'
import type { SweepExperiment } from '../sweep/experiments.ts'
import type { LiveTable } from '../sweep/live-table.ts'
import { runSweep, type SweepTools } from '../sweep/run-sweep.ts'
import type { ExpandedStudy, Group } from '../sweep/study-file.ts'
import type { QueueAddress } from './connection.ts'
import { openRedis } from './open-redis.ts'
import { announce, ownPlace, workers } from './presence.ts'
import { type QueueTimings, queueName, usualTimings } from './queue.ts'
import { createQueueRunner, type QueueRunner } from './queue-runner.ts'
import { storeIdentity } from './store-identity.ts'

export interface SweepByQueue extends Pick<SweepTools, 'onCell' | 'onGroup' | 'openCells'> {
  host: Pick<Host, 'signal'>
  address: QueueAddress
  store: RunStore
  expanded: ExpandedStudy
  experiments: Record<string, SweepExperiment>
  live: LiveTable
  observe(group: Group): (event: StageEvent) => void
  urgency(key: string): number
  code: string
  version: string
  timings?: QueueTimings
}

/** @throws QueueUnreachableError, and what ends a sweep. */
export async function sweepByQueue({ host, address, store, expanded, live, ...given }: SweepByQueue): Promise<void> {
  const { timings = usualTimings, code, version, observe, openCells, experiments } = given
  const redis = await openRedis(address, (text) => live.note(text))
  let presence: ReturnType<typeof announce> | undefined
  let runner: QueueRunner | undefined
  try {
    const identity = { code, store: await storeIdentity(store.opened.storage) }
    const queue = queueName(identity)
    presence = announce(redis, 'coordinator', timings.presence, () => ({
      ...ownPlace(),
      ...identity,
      version,
      study: expanded.study.name,
      queue,
      ...live.counts,
    }))
    const asking = (runner = await createQueueRunner({
      address,
      queue,
      store: store.stages,
      signal: host.signal,
      urgency: given.urgency,
      timings,
      onEvent: (event) => showWork(live, event),
    }))
    if ((await workers(redis)).length === 0)
      live.note('no workers yet: start some with `nanoalign worker --queue …` and the same --store')
    await runSweep(expanded, experiments, {
      gpu: noDevice(),
      openCells,
      runner: (group) => asking.view(observe(group)),
      onCell: given.onCell,
      onGroup: given.onGroup,
    })
  } finally {
    // whatever is left open would keep the process from its end
    await runner?.close()
    await presence?.leave()
    redis.disconnect()
  }
}

function showWork(live: LiveTable, event: StageEvent): void {
  const name = event.label ?? event.name
  if (event.type === 'stage-start') live.onNow(name)
  if (event.type === 'stage-progress') live.onNow(`${name} · step ${event.step}/${event.steps}`)
}
