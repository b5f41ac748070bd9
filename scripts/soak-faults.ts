// The long form of packages/cli/src/store/store-faults.test.ts: trainings on a bucket whose requests go wrong in every way,
// on devices that are lost at random moments, each repeated until it is done. Every one must end in the bytes of a training
// without faults. `npm run soak:faults -- 100` does a hundred, `-- 20 81` those from the 81st on; each number has its faults.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Host } from '../packages/cli/src/host.ts'
import { main } from '../packages/cli/src/main.ts'
import { faultsOf, startTestS3 } from '../packages/cli/src/store/testing.ts'
import { openNodeDevice } from '../packages/kernels/src/node.ts'
import { Random } from '../packages/kernels/src/random.ts'

const TRAIN = ['train', '--layers', '1', '--heads', '2', '--width', '32', '--context', '16', '--batch', '2']
const STEPS = ['--steps', '200', '--eval-every', '50', '--checkpoint-every', '0']
const MOST_STARTS = 30

const rounds = Number(process.argv[2] ?? 100)
const first = Number(process.argv[3] ?? 1)
const folder = mkdtempSync(path.join(os.tmpdir(), 'nanoalign-soak-'))
const counts: Record<string, number> = { starts: 0, 'devices lost': 0, 'damaged artifacts': 0, 'stores given up': 0 }
const add = (name: string, by = 1) => {
  counts[name] = (counts[name] ?? 0) + by
}

async function run(
  args: string[],
  env: Record<string, string>,
  loseAfterMs?: number,
): Promise<{ code: number; stderr: string }> {
  let stderr = ''
  const host: Host = {
    stdout() {},
    stderr: (text) => void (stderr += text),
    env,
    terminal: false,
    columns: 100,
    signal: new AbortController().signal,
    async openDevice(adapter) {
      const gpu = await openNodeDevice({ adapter })
      if (loseAfterMs !== undefined) setTimeout(() => gpu.device.destroy(), loseAfterMs).unref()
      return gpu
    },
  }
  return { code: await main(args, host), stderr }
}

function filesOf(out: string): string {
  const id = readdirSync(out).find((name) => name.startsWith('train'))!
  const files = ['config.json', 'metrics.jsonl', 'result.json', 'model.safetensors']
  return files.map((file) => readFileSync(path.join(out, id, file), 'latin1')).join('\0')
}

try {
  const straight = path.join(folder, 'straight')
  await run([...TRAIN, ...STEPS, '--out', straight], {})
  const wanted = filesOf(straight)
  const begin = Date.now()
  for (let round = first; round < first + rounds; round++) {
    const random = new Random(round, 'soak')
    const s3 = await startTestS3()
    const { fault, counts: faults } = faultsOf(round, 0.05 + 0.25 * random.uniform())
    s3.fault = fault
    const out = path.join(folder, String(round))
    const args = [...TRAIN, ...STEPS, '--out', out, '--store', 's3://bucket/soak']
    for (let start = 1; ; start++) {
      if (start > MOST_STARTS) throw new Error(`round ${round}: not done after ${MOST_STARTS} starts`)
      add('starts')
      const { code, stderr } = await run(
        args,
        s3.env,
        random.uniform() < 0.5 ? 200 + 3000 * random.uniform() : undefined,
      )
      add('damaged artifacts', (stderr.match(/warning: what is stored/g) ?? []).length)
      if (code === 0) break
      if (/the GPU device was lost/.test(stderr)) add('devices lost')
      else if (/\d tries in/.test(stderr)) add('stores given up')
      else throw new Error(`round ${round}: ended with ${code} and\n${stderr}`)
    }
    await s3.close()
    if (filesOf(out) !== wanted) throw new Error(`round ${round}: the result is another one; see ${out}`)
    for (const [kind, count] of Object.entries(faults)) add(`requests: ${kind}`, count)
    rmSync(out, { recursive: true })
    if (round % 10 === 0) console.log(`up to ${round}, ${((Date.now() - begin) / 1000).toFixed(0)} s`)
  }
  console.log(`${rounds} trainings, all with the bytes of the one without faults`)
  for (const [name, count] of Object.entries(counts)) console.log(`  ${name}: ${count}`)
  rmSync(folder, { recursive: true })
} catch (error) {
  console.error(`${(error as Error).message}\nkept: ${folder}`)
  process.exitCode = 1
}
process.exit() // devices that were destroyed may keep the process alive
