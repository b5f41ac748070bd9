// What is going on at a queue: studies, workers, and jobs by state.

import { Queue } from 'bullmq'
import type { Host } from '../host.ts'
import type { QueueAddress } from './connection.ts'
import { openRedis } from './open-redis.ts'
import { coordinators, workers } from './presence.ts'
import { closeAll, PREFIX } from './queue.ts'

const LISTED = 10

/** @throws QueueUnreachableError. */
export async function showStatus(host: Host, address: QueueAddress, json: boolean): Promise<void> {
  const redis = await openRedis(address)
  try {
    const [studies, crew, names] = [await coordinators(redis), await workers(redis), await queueNames(redis)]
    const queues = []
    for (const name of names) {
      const queue = new Queue(name, { connection: address.options, prefix: PREFIX })
      queue.on('error', () => {})
      const { active, waiting, prioritized, failed } = await queue.getJobCounts(
        'active',
        'waiting',
        'prioritized',
        'failed',
      )
      const failures = (await queue.getFailed(0, LISTED - 1)).map(({ id, data, failedReason, attemptsMade }) => ({
        key: id,
        stage: data.label ?? data.stage?.name,
        error: failedReason,
        tries: attemptsMade,
      }))
      queues.push({ name, active, waiting: waiting + prioritized, failed, failures })
      await closeAll([queue])
    }
    if (json) return host.stdout(`${JSON.stringify({ studies, workers: crew, queues }, null, 2)}\n`)
    host.stdout(`queue at ${address.shown}\n`)
    if (studies.length === 0) host.stdout('no study is under way\n')
    for (const { study, host: where, pid, cells, stages, code, version } of studies) {
      const failed = cells.failed > 0 ? `, ${cells.failed} failed` : ''
      host.stdout(
        `study ${study} on ${where} (process ${pid}): ${cells.done}/${cells.all} cells${failed}, ` +
          `${stages.done + stages.cached}/${stages.all} stages (${stages.cached} found); nanoalign ${version}, code ${code}\n`,
      )
    }
    if (crew.length === 0) host.stdout('no workers\n')
    for (const { host: where, pid, adapter, processes, done, failed, busy, code } of crew)
      host.stdout(
        `worker ${where}:${pid}: ${adapter || 'starting'}; ${busy.length}/${processes} busy, ${done} done, ${failed} failed, code ${code}` +
          `${busy.map((what) => `\n  ${what}`).join('')}\n`,
      )
    for (const { name, active, waiting, failed, failures } of queues) {
      host.stdout(`queue ${name}: ${active} under way, ${waiting} waiting, ${failed} failed\n`)
      for (const { stage, error, tries } of failures)
        host.stdout(`  failed after ${tries === 1 ? '1 try' : `${tries} tries`}: ${stage}: ${error}\n`)
      if (failed > failures.length) host.stdout(`  … and ${failed - failures.length} more\n`)
    }
  } finally {
    redis.disconnect()
  }
}

/** All queues of stages that the server holds, whoever made them. */
export async function queueNames(redis: Awaited<ReturnType<typeof openRedis>>): Promise<string[]> {
  const names = new Set<string>()
  for (let cursor = '0'; ; ) {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${PREFIX}:stages-*:meta`, 'COUNT', 1000)
    for (const key of keys) names.add(key.slice(PREFIX.length + 1, -':meta'.length))
    cursor = next
    if (cursor === '0') return [...names].sort()
  }
}
