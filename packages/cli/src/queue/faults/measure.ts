// What the queue costs: `npm run bench:queue`. Stages that sleep show how work spreads; stages that do nothing show what
// is left, which is the engine's own. Everything on one machine, so the store's and the queue's work is in it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, redisProgram, type Started, TestRedis } from './processes.ts'
import { buildPrograms, startScript } from './programs.ts'
import { type TinyOptions, tinyStudy } from './tiny-study.ts'

interface Measured {
  workers: number
  stages: number
  seconds: number
  /** computed by workers, and how many of them more than once */
  computed: number
  twice: number
  memory: { stages: number; rss: number; heap: number }[]
}

/** Times from the first stage that is computed to the end of the coordinator; processes have started before. */
async function measure(
  workers: number,
  options: Omit<TinyOptions, 'seeds'>,
  seeds: number,
  open: number,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'nanoalign-measure-'))
  const [out, log, study] = [join(folder, 'out'), join(folder, 'log'), join(folder, 'study.yaml')]
  mkdirSync(out)
  writeFileSync(log, '')
  writeFileSync(study, tinyStudy('tiny', options, seeds))
  const redis = new TestRedis(await freePort(), folder, false)
  await redis.start()
  const crew: Started[] = Array.from({ length: workers }, () =>
    startScript('worker', [redis.address, join(out, 'stages'), '1', 'code', '60000'], { TINY_LOG: log }),
  )
  while (!crew.every((worker) => worker.output().includes('waiting for stages')))
    await new Promise((resolve) => setTimeout(resolve, 50))
  const coordinator = startScript('coordinator', [study, out, '', redis.address, 'code', String(open)], { MEMORY: '1' })
  let begin: number | undefined
  const watching = setInterval(() => {
    if (begin === undefined && readFileSync(log).length > 0) begin = performance.now()
  }, 5)
  const { code, output } = await coordinator.ended
  const seconds = (performance.now() - begin!) / 1000
  clearInterval(watching)
  for (const { child } of crew) child.kill('SIGKILL')
  await Promise.all(crew.map(({ ended }) => ended))
  await redis.kill()
  if (code !== 0) throw new Error(output)
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const memory = [...output.matchAll(/memory (\d+) (\d+) (\d+)/g)].map(([, stages, rss, heap]) => ({
    stages: Number(stages),
    rss: Number(rss) / 2 ** 20,
    heap: Number(heap) / 2 ** 20,
  }))
  rmSync(folder, { recursive: true })
  const stages = seeds * (options.width + 2)
  return { workers, stages, seconds, computed: lines.length, twice: lines.length - new Set(lines).size, memory }
}

if (!redisProgram) {
  console.log('needs redis-server or valkey-server on the PATH')
  process.exit(1)
}
const [what = 'all'] = process.argv.slice(2)
await buildPrograms()
if (what === 'all' || what === 'scaling') {
  const ms = 100
  for (const workers of [1, 2, 4]) {
    const { stages, seconds } = await measure(workers, { width: 6, steps: 1, ms, salt: 1 }, 40, 64)
    // the two short stages of a seed sleep for `ms` and not at all
    const asleep = (40 * 7 * ms) / 1000 / workers
    console.log(
      `${workers} workers: ${stages} stages (280 of ${ms} ms, 40 of 0 ms) in ${seconds.toFixed(1)} s, ${asleep.toFixed(1)} s of them asleep; ` +
        `${(((seconds - asleep) * 1000 * workers) / stages).toFixed(1)} ms per stage and worker besides`,
    )
  }
}
if (what === 'all' || what === 'many') {
  const { stages, seconds, computed, twice, memory } = await measure(
    2,
    { width: 8, steps: 1, ms: 0, salt: 2 },
    1000,
    256,
  )
  console.log(
    `${stages} stages through 2 workers in ${seconds.toFixed(0)} s: ${(stages / seconds).toFixed(0)} per second, ` +
      `${computed} computed, ${twice} of them twice`,
  )
  for (const { stages: at, rss, heap } of memory.filter((_, i) => i % Math.ceil(memory.length / 10) === 0))
    console.log(`  coordinator after ${at} stages: ${rss.toFixed(0)} MiB, ${heap.toFixed(0)} MiB of it live objects`)
}
