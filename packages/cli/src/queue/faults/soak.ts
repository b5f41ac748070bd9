// The long form of the fault tests: `npm run soak:queue -- [kills] [seed] [first study]`. Studies run one after the other, each
// under faults drawn from the seed and its number, until so many processes have been killed (100 unless said). By turns: a Redis that
// persists or forgets, a folder or a bucket whose requests go wrong, clocks that jump, two coordinators, stages that go wrong.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '@nanoalign/kernels'
import { faultsOf, startTestS3 } from '../../store/testing.ts'
import { type FaultKind, type FaultPlan, faultRun } from './fault-run.ts'
import { NetworkNamespace } from './namespace.ts'
import { redisProgram } from './processes.ts'

const PER_STUDY = 14
const KILLS: FaultKind[] = ['worker', 'worker', 'worker', 'coordinator', 'coordinator', 'redis', 'redis']
const OTHERS: FaultKind[] = ['cut', 'silence', 'forget', 'stranger', 'unplug']
const KILLS_IN_TEN = 8

const wanted = Number(process.argv[2] ?? 100)
const seed = Number(process.argv[3] ?? 1)
const first = Number(process.argv[4] ?? 1)
if (!redisProgram) {
  console.log('needs redis-server or valkey-server on the PATH')
  process.exit(1)
}
const namespace = NetworkNamespace.create()
if (typeof namespace === 'string') console.log(`without unplugged networks: ${namespace}`)

const counts: Record<string, number> = {}
const add = (name: string, by = 1) => {
  counts[name] = (counts[name] ?? 0) + by
}
const isKill = (fault: FaultKind) => KILLS.includes(fault)
const folder = mkdtempSync(join(tmpdir(), 'nanoalign-soak-'))
const begin = performance.now()

async function oneStudy(number: number): Promise<number> {
  const random = new Random(seed, `soak ${number}`)
  const pick = <T>(list: readonly T[]) => list[random.integer(list.length)]
  const bucket = number % 3 === 1 ? await startTestS3() : undefined
  const requests = faultsOf(random.uint32(), 0.02 + 0.08 * random.uniform())
  if (bucket) bucket.fault = requests.fault
  const bad = number % 5 === 4 && { throws: [2], hangs: [9], blocks: [17], crashes: [25], exhausts: [33], loses: [41] }
  const jumps = number % 4 === 2
  // a bucket of this machine cannot be reached from a network of its own
  const cable = !bucket && typeof namespace !== 'string' ? namespace : undefined
  const others = OTHERS.filter((fault) => cable || fault !== 'unplug')
  const plan: FaultPlan = {
    options: { width: 4, steps: 4, ms: 10, salt: number + 1, ...(bad && { bad }) },
    seeds: 45,
    faults: Array.from({ length: PER_STUDY }, () => pick(random.integer(10) < KILLS_IN_TEN ? KILLS : others)),
    seed: random.uint32(),
    persistent: number % 2 === 0,
    workers: 2,
    coordinators: number % 4 === 3 ? 2 : 1,
    ...(bucket && { bucket }),
    namespace: cable,
    ...(jumps && { env: { CLOCK_JUMPS: String(random.uint32()) } }),
    ...(bad && { hangAfterMs: 3000 }),
  }
  const { done, seconds } = await faultRun(join(folder, String(number)), plan)
  await bucket?.close()
  rmSync(join(folder, String(number)), { recursive: true })
  for (const fault of done) add(fault)
  if (bucket) for (const [kind, count] of Object.entries(requests.counts)) add(`requests: ${kind}`, count)
  const how = [
    plan.persistent ? 'Redis persists' : 'Redis forgets',
    ...(bucket ? ['a bucket with faults'] : []),
    ...(jumps ? ['clocks jump'] : []),
    ...(plan.coordinators === 2 ? ['two coordinators'] : []),
    ...(bad ? ['stages that go wrong'] : []),
  ]
  console.log(
    `study ${number} (${how.join(', ')}): ${done.join(' ') || 'no fault'}; ${seconds.toFixed(0)} s, as it should be`,
  )
  return done.filter(isKill).length
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    if (typeof namespace !== 'string') namespace.remove()
    process.exit(1)
  })
let kills = 0
let number = first
try {
  for (; kills < wanted; number++) kills += await oneStudy(number)
  console.log(
    `${kills} processes killed in ${number - first} studies, ${((performance.now() - begin) / 1000).toFixed(0)} s, seed ${seed}: ` +
      'no stage lost, none counted twice, the same results',
  )
  for (const [kind, count] of Object.entries(counts)) console.log(`  ${kind}: ${count}`)
  rmSync(folder, { recursive: true })
} catch (error) {
  console.error(`study ${number} of seed ${seed}: ${(error as Error).message}\nkept: ${folder}`)
  process.exitCode = 1
} finally {
  if (typeof namespace !== 'string') namespace.remove()
}
process.exit()
