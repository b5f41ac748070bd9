// Whatever is killed, cut or wrong: no stage is lost, none counts twice, nothing half-written is read, and the result is the
// same, byte for byte. The long form is `npm run soak:queue`.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, startTestS3 } from '../../store/testing.ts'
import { temporaryFolder, until } from '../../testing.ts'
import { type FaultPlan, faultRun } from './fault-run.ts'
import { NetworkNamespace } from './namespace.ts'
import { freePort, redisProgram, TestRedis } from './processes.ts'
import { buildPrograms, startScript } from './programs.ts'
import { tinyStudy } from './tiny-study.ts'

if (!redisProgram) console.warn('skipped: the tests of the queue need redis-server or valkey-server on the PATH')
const folder = temporaryFolder()
const place = (name: string) => path.join(folder, name)

/** Seeds of a study whose last fault must come before its end, on a quick machine, too. */
const LONGER = 48

const usual: FaultPlan = {
  options: { width: 3, steps: 3, ms: 10, salt: 1 },
  seeds: 24,
  faults: [],
  seed: 1,
  persistent: true,
  workers: 2,
}

// minutes on a busy machine: most of the time processes start
describe.skipIf(!redisProgram)('faults', { timeout: 400_000 }, () => {
  beforeAll(buildPrograms)

  test('without faults every stage is computed exactly once, by two coordinators and two workers', async () => {
    const log = place('computed.log')
    await faultRun(place('none'), { ...usual, coordinators: 2, env: { TINY_LOG: log } })
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    expect(lines).toHaveLength(24 * 5)
    expect(new Set(lines).size).toBe(lines.length)
  })

  test('workers, the coordinator and a Redis with persistence are killed', async () => {
    const faults: FaultPlan['faults'] = ['worker', 'redis', 'coordinator']
    const { done } = await faultRun(place('kept'), { ...usual, seeds: LONGER, faults })
    expect(done).toEqual(faults)
  })

  test('Redis forgets everything, twice, and the clocks jump', async () => {
    const faults: FaultPlan['faults'] = ['redis', 'redis']
    const { done } = await faultRun(place('forgotten'), {
      ...usual,
      seeds: LONGER,
      persistent: false,
      faults,
      env: { CLOCK_JUMPS: '1' },
    })
    expect(done).toEqual(faults)
  })

  test('the wire between workers and queue is cut, goes silent, and forgets its connections; the store is a bucket of which every twentieth request goes wrong', async () => {
    const bucket = await startTestS3()
    const { fault, counts } = faultsOf(1, 1 / 20)
    bucket.fault = fault
    try {
      const faults: FaultPlan['faults'] = ['cut', 'silence', 'forget']
      const { done, outputs } = await faultRun(place('cut'), { ...usual, faults, bucket })
      expect(done).toEqual(faults)
      expect(outputs.join()).toMatch(/the queue is away \(no answer for 6 s\).*the queue is back/s)
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20)
    } finally {
      await bucket.close()
    }
  })

  test('the network of the workers is unplugged (needs root on Linux)', async (context) => {
    const namespace = NetworkNamespace.create()
    if (typeof namespace === 'string') return context.skip(`no network namespace can be made (${namespace})`)
    try {
      const { done } = await faultRun(place('unplugged'), { ...usual, faults: ['unplug'], namespace })
      expect(done).toHaveLength(1)
    } finally {
      namespace.remove()
    }
  })

  test('a worker with other code, or another store, is refused with a word and takes nothing', async () => {
    const out = place('refused')
    mkdirSync(path.join(out, 'redis'), { recursive: true })
    const redis = new TestRedis(await freePort(), path.join(out, 'redis'), false)
    await redis.start()
    const study = path.join(out, 'study.yaml')
    writeFileSync(study, tinyStudy('tiny', usual.options, 1))
    const leader = startScript('coordinator', [study, out, '', redis.address, 'new', '4'])
    const worker = (code: string, store: string) =>
      startScript('worker', [redis.address, path.join(out, store), '1', code, '20000'])
    try {
      await until(() => leader.output().includes('no workers yet'), 'the coordinator')
      const [old, elsewhere] = await Promise.all([worker('old', 'stages').ended, worker('new', 'elsewhere').ended])
      expect([old.code, elsewhere.code]).toEqual([1, 1])
      expect(old.output).toMatch(
        /refused: study "tiny" on \S+ runs nanoalign test, code new, and this worker .* code old/,
      )
      expect(elsewhere.output).toMatch(/refused: study "tiny" .* another store/)
      expect(existsSync(path.join(out, 'stages', 'artifacts'))).toBe(false)
      const right = worker('new', 'stages')
      expect((await leader.ended).code).toBe(0)
      right.child.kill('SIGTERM')
      expect((await right.ended).code).toBe(0)
    } finally {
      leader.child.kill('SIGKILL')
      await redis.kill()
    }
  })

  test('a stage that throws, has no memory, hangs, blocks its process or crashes it fails after its tries, one whose device is lost goes on in another process, one without its store when that is back, one that never gets its input from a store that answers fails; the rest goes on', async () => {
    const bad = {
      throws: [2],
      hangs: [3],
      blocks: [4],
      crashes: [5],
      exhausts: [6],
      loses: [7],
      misses: [8],
      starves: [9],
    }
    const options = { ...usual.options, ms: 1, bad }
    const { outputs } = await faultRun(place('bad'), { ...usual, options, seeds: 9, hangAfterMs: 700 })
    const out = place('bad')
    const sweep = path.join(out, 'queue', sweepIn(path.join(out, 'queue')), 'result.json')
    const [{ cells }] = JSON.parse(readFileSync(sweep, 'utf8')).runs
    const errors = cells.map(({ error }: { error?: string }) => error)
    expect(errors[0]).toBeUndefined()
    expect(errors.slice(1, 6)).toEqual([
      'seed 2: part 0: this part is poisonous',
      'seed 3: part 0: no progress for 0.7 s, as when a kernel hangs; the process was ended',
      'seed 4: part 0: no progress for 0.7 s, as when a kernel hangs; the process was ended',
      'seed 5: part 0: the process that computed it ended (SIGSEGV)',
      'seed 6: part 0: the adapter is out of memory',
    ])
    expect(errors.slice(6)).toEqual([undefined, undefined, 'seed 9: part 0: cannot read y: other side closed'])
    expect(outputs.join('\n')).toMatch(/failed: seed 7: part 0: the GPU device was lost .* \(try 1\)/)
    expect(
      outputs.join('\n').match(/the store is away: .*ECONNREFUSED; "seed 8: part 0" goes back to the queue/g),
    ).toHaveLength(3)
    expect(outputs.join('\n')).toMatch(/failed: seed 2: part 0: this part is poisonous \(try 3\)/)
  })
})

function sweepIn(out: string): string {
  return readdirSync(out).find((name) => name.startsWith('sweep-'))!
}
