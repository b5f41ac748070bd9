// The long form of the fault tests: `npm run soak:queue -- [faults] [seed folder]`. Studies run one after the other, each under some
// random faults, until so many have been done (100 unless said), with and without a Redis that persists.

import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FaultKind, faultRun } from './fault-run.ts'
import { redisProgram } from './processes.ts'

const PER_STUDY = 10
const KINDS: FaultKind[] = [
  'worker',
  'worker',
  'worker',
  'coordinator',
  'coordinator',
  'redis',
  'redis',
  'cut',
  'silence',
]

const wanted = Number(process.argv[2] ?? 100)
if (!redisProgram) {
  console.log('needs redis-server or valkey-server on the PATH')
  process.exit(1)
}
const counts: Partial<Record<FaultKind, number>> = {}
let sum = 0
for (let study = 0; sum < wanted; study++) {
  const folder = mkdtempSync(join(tmpdir(), 'nanoalign-soak-'))
  const persistent = study % 2 === 0
  const clock = study % 3 === 2
  const faults = Array.from({ length: Math.min(PER_STUDY, wanted - sum) }, () => KINDS[randomInt(KINDS.length)])
  const { done, seconds } = await faultRun(folder, {
    options: { width: 4, steps: 4, ms: 20, salt: study + 1 },
    seeds: 60,
    faults,
    persistent,
    workers: 2,
    coordinators: study % 4 === 3 ? 2 : 1,
    ...(clock && { env: { CLOCK_JUMPS: '1' } }),
  })
  rmSync(folder, { recursive: true })
  for (const fault of done) counts[fault] = (counts[fault] ?? 0) + 1
  sum += done.length
  console.log(
    `study ${study + 1} (Redis ${persistent ? 'persists' : 'forgets'}${clock ? ', clocks jump' : ''}): ${done.join(', ')}; ` +
      `${seconds.toFixed(0)} s; all stages there, the same result. ${sum}/${wanted}`,
  )
}
console.log(
  `${sum} faults (${Object.entries(counts)
    .map(([kind, n]) => `${n} × ${kind}`)
    .join(', ')}): nothing lost, nothing counted twice`,
)
