// A real study, here and over a queue: the same files, byte for byte.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { freePort, redisProgram, TestRedis } from '../queue/faults/processes.ts'
import { RunStore } from '../run-folder.ts'
import { startTestS3 } from '../store/testing.ts'
import { anotherAdapter, run, start, temporaryFolder, until } from '../testing.ts'

const folder = temporaryFolder()
const study = path.join(folder, 'study.yaml')
writeFileSync(
  study,
  'name: pair\nexperiments: [{ experiment: w2s, preset: smoke, seeds: 2, options: { methods: [naive], strong: a } }]\n',
)
const sweep = (out: string, ...more: string[]) => ['sweep', study, '--out', path.join(folder, out), ...more]
const idIn = (out: string, prefix: string) => readdirSync(path.join(folder, out)).find((id) => id.startsWith(prefix))!
const results = (out: string) =>
  ['sweep-', 'w2s-'].map((prefix) => readFileSync(path.join(folder, out, idIn(out, prefix), 'result.json'), 'utf8'))

test('the cost is shown before anything is computed', async () => {
  const { code, stderr, stdout } = await run(sweep('dry', '--dry-run', '--json'))
  expect([code, stderr]).toEqual([0, expect.stringContaining('study pair: 1 run, 2 cells')])
  const { costs } = JSON.parse(stdout)
  const all = costs.at(-1)
  expect(all).toMatchObject({ name: 'all', stages: 12, found: 0 })
  for (const each of [all.flops, all.bytes, all.seconds]) expect(each).toBeGreaterThan(0)
})

test('run here, it is the run that its command makes; again, everything is found', async () => {
  // a look at all runs for each of them would take for ever in a large study
  const list = vi.spyOn(RunStore.prototype, 'list')
  const first = await run(sweep('here'))
  expect(first.code).toBe(0)
  expect(list).not.toHaveBeenCalled()
  expect(first.stdout).toMatch(/Study pair[\s\S]*weak supervisor \(a\)[\s\S]*report: \S+report\.html\n$/)
  const state = () => JSON.parse(readFileSync(path.join(folder, 'here', idIn('here', 'w2s-'), 'run.json'), 'utf8'))
  const before = state()
  const own = ['w2s', '--preset', 'smoke', '--strong', 'a', '--methods', 'naive', '--out', path.join(folder, 'here')]
  const direct = await run(own, { openDevice: anotherAdapter })
  expect(direct.code).toBe(0)
  expect(direct.stderr).toContain('adapter: another GPU')
  // another adapter has computed nothing: the result is not its own
  expect([state().adapter, state().madeBy]).toEqual([before.adapter, before.madeBy])
  expect(readdirSync(path.join(folder, 'here')).filter((name) => name.startsWith('w2s-'))).toHaveLength(1)
  const again = await run(sweep('here', '--dry-run'))
  expect(again.stderr).toMatch(/all +12 +12 +0\.0/)
  const shown = await run(['runs', 'report', 'sweep-pair', '--out', path.join(folder, 'here')])
  expect(shown.stdout).toMatch(/report\.html\n$/)
})

test('a study goes to another folder as one file: its report, its runs and its stages', async () => {
  const zip = path.join(folder, 'pair.zip')
  const exported = await run(['runs', 'export', 'sweep-pair', zip, '--stages', '--out', path.join(folder, 'here')])
  expect(exported.stdout).toMatch(/pair\.zip: sweep-pair-\w+ and its 1 run and 12 stages, /)
  const list = vi.spyOn(RunStore.prototype, 'list').mockClear()
  const imported = await run(['runs', 'import', zip, '--stages', '--out', path.join(folder, 'carried')])
  expect(imported.stdout).toMatch(/^run sweep-pair-\w+ \(done\) and its 1 run, 12 stages\nreport: /)
  expect(list).toHaveBeenCalledTimes(1)
  expect(results('carried')).toEqual(results('here'))
  for (const prefix of ['sweep-', 'w2s-'])
    expect(existsSync(path.join(folder, 'carried', idIn('carried', prefix), 'report.html'))).toBe(true)
  expect((await run(sweep('carried', '--dry-run'))).stderr).toMatch(/all +12 +12 /)
})

test('a cell that fails is in the report, the others go on, and the command says so by its exit code', async () => {
  const file = path.join(folder, 'diverges.yaml')
  const matrix = 'matrix: { recipe: [{ steps: 2 }, { steps: 2, pretrainingRate: 1.0e+30 }] }'
  writeFileSync(file, `name: bad\nexperiments: [{ experiment: board, preset: smoke, seeds: 1, ${matrix} }]`)
  const { code, stdout, stderr } = await run(['sweep', file, '--out', path.join(folder, 'bad')])
  expect(code).toBe(1)
  expect(stdout).toMatch(/Failed: 1 cell[\s\S]*diverged[\s\S]*report: /)
  expect(stderr).toMatch(/\nnanoalign: 1 of 2 cells failed; the same command tries again\n$/)
  const { stdout: listed } = await run(['runs', '--json', '--out', path.join(folder, 'bad')])
  const states = JSON.parse(listed).map(({ id, status }: { id: string; status: string }) => [id.split('-')[0], status])
  expect(states.sort().map(String)).toEqual(['sweep,failed', 'w2s,done', 'w2s,failed'])
  // a run of a sweep can go elsewhere by itself
  const { id } = JSON.parse(listed).find((each: { status: string }) => each.status === 'done')
  const zip = path.join(folder, 'bad.zip')
  const exported = await run(['runs', 'export', id, zip, '--stages', '--out', path.join(folder, 'bad')])
  expect(exported.stdout).toMatch(/ and [1-9]\d* stages, /)
})

let redis: TestRedis | undefined
beforeAll(async () => {
  if (!redisProgram) return
  redis = new TestRedis(await freePort(), folder, false)
  await redis.start()
})
afterAll(() => redis?.kill())

test.skipIf(!redisProgram)(
  'over a queue, with two workers and a bucket: the same bytes; status tells of it',
  async () => {
    const bucket = await startTestS3()
    const place = ['--queue', redis!.address, '--store', 's3://bucket/team']
    const workers = [1, 2].map(() => start(['worker', ...place], bucket.env))
    onTestFinished(() => {
      for (const { child } of workers) child.kill('SIGKILL')
    })
    let log = ''
    for (const { child } of workers) child.stderr!.on('data', (text) => (log += text))
    const ready = () => log.match(/waiting for stages/g)?.length === 2
    await until(() => ready() || workers.some(({ child }) => child.exitCode !== null), 'two workers', 100)
    const { code, stderr } = await run(sweep('queue', ...place), { env: bucket.env })
    expect([code, stderr.replace(/.*\nrun:/s, 'run:')]).toEqual([0, expect.stringContaining('run: sweep-pair')])
    expect(results('queue')).toEqual(results('here'))
    expect(existsSync(path.join(folder, 'queue', 'stages'))).toBe(false)
    // a worker tells of itself every 5 seconds
    const done = async () => {
      const { stdout } = await run(['sweep', 'status', '--queue', redis!.address])
      return [...stdout.matchAll(/worker \S+: .*0\/1 busy, (\d+) done, 0 failed/g)].map(([, count]) => Number(count))
    }
    await expect
      .poll(async () => (await done()).reduce((a, b) => a + b, 0), { timeout: 30_000, interval: 1_000 })
      .toBe(12)
    expect(await done()).toHaveLength(2)
    for (const { child } of workers) child.kill('SIGINT')
    expect((await Promise.all(workers.map(({ ended }) => ended))).map((each) => each.code)).toEqual([0, 0])
    await bucket.close()
  },
)

test.skipIf(!redisProgram)('a sweep that cannot use its store says so, and ends', async () => {
  const store = path.join(folder, 'damaged')
  mkdirSync(store)
  writeFileSync(path.join(store, 'store-id'), '0123456789ab')
  const { ended } = start(sweep('none', '--queue', redis!.address, '--store', store))
  expect(await ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/store-id in the store is damaged; delete/),
  })
})

test('a queue that is not there is an error with a hint, not a wait for ever', async () => {
  const { code, stderr } = await run(['sweep', 'status', '--queue', `redis://127.0.0.1:${await freePort()}`])
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^nanoalign: the queue at \S+ cannot be used: nothing listens there \(ECONNREFUSED\); start .*\n$/,
  )
})
