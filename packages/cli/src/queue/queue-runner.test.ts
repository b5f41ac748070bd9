import { ArtifactStore, defineStage, stageKey } from '@nanoalign/experiments'
import { Queue } from 'bullmq'
import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import { queueAddress } from './connection.ts'
import { freePort, redisProgram, TestRedis } from './faults/processes.ts'
import { PREFIX } from './queue.ts'
import { createQueueRunner } from './queue-runner.ts'

const folder = temporaryFolder()
const stage = defineStage({
  name: 'nothing',
  version: 1,
  run: async (_: { n: number }) => 0,
  encode: () => ({}),
  decode: () => 0,
})

test.skipIf(!redisProgram)('what the rest of the study waits for longest is taken first', async () => {
  const redis = new TestRedis(await freePort(), folder, false)
  await redis.start()
  const address = queueAddress(redis.address, {})!
  const urgency = new Map([0.2, 1, 0, 0.999].map((share, n) => [stageKey(stage, { n }).key, share]))
  const controller = new AbortController()
  const runner = await createQueueRunner({
    address,
    queue: 'stages-test',
    store: new ArtifactStore(createStorage()),
    signal: controller.signal,
    urgency: (key) => urgency.get(key)!,
  })
  const view = runner.view(() => {})
  const asked = [0, 1, 2, 3].map((n) => view.stage(stage, { n }))
  const ended = Promise.allSettled(asked)
  const queue = new Queue('stages-test', { connection: address.options, prefix: PREFIX })
  try {
    await expect
      .poll(async () => (await queue.getPrioritized()).map(({ data }) => data.stage.inputs.n))
      .toEqual([1, 3, 0, 2])
  } finally {
    controller.abort(new Error('over'))
    await ended
    await runner.close()
    await queue.close()
    await redis.kill()
  }
})
