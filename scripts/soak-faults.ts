// The long form of packages/cli/src/store/store-faults.test.ts: trainings that are repeated until they are done, on a bucket
// whose requests go wrong in every way, or (every fourth, where file systems can be mounted) on a disk that is full or becomes
// read-only; in half of the starts on a device that is lost at a random moment. Every one must end in the bytes of a training
// without faults. `npm run soak:faults -- 100` does a hundred, `-- 20 81` those from the 81st on; each number has its faults.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Host } from '../packages/cli/src/host.ts'
import { main } from '../packages/cli/src/main.ts'
import { faultsOf, startTestS3 } from '../packages/cli/src/store/testing.ts'
import { openNodeDevice } from '../packages/kernels/src/node.ts'
import { Random } from '../packages/kernels/src/random.ts'

const TRAIN = ['train', '--layers', '1', '--heads', '2', '--width', '32', '--context', '16', '--batch', '2']
const STEPS = ['--steps', '60', '--eval-every', '20', '--checkpoint-every', '0']
const MOST_STARTS = 30

const rounds = Number(process.argv[2] ?? 100)
const first = Number(process.argv[3] ?? 1)
const folder = mkdtempSync(path.join(os.tmpdir(), 'nanoalign-soak-'))
const counts: Record<string, number> = {}
const add = (name: string, by = 1) => {
  counts[name] = (counts[name] ?? 0) + by
}

/** Ways in which a training may end early, by what is said then. */
const ENDS: [name: string, said: RegExp][] = [
  ['devices lost', /the GPU device was lost/],
  ['stores given up', /\d tries in/],
  ['disks full', /no space left \(ENOSPC\)/],
  ['disks read-only', /read-only file system \(EROFS\)/],
]

interface Start {
  args: string[]
  env: Record<string, string>
  /** what is done to the device or the disk, and when */
  accident?: { ms: number; happen(device: GPUDevice): void }
}

async function run({ args, env, accident }: Start): Promise<{ code: number; stderr: string }> {
  let stderr = ''
  let timer: NodeJS.Timeout | undefined
  const host: Host = {
    stdout() {},
    stderr: (text) => void (stderr += text),
    env,
    terminal: false,
    columns: 100,
    signal: new AbortController().signal,
    async openDevice(adapter) {
      const gpu = await openNodeDevice({ adapter })
      if (accident) timer = setTimeout(() => accident.happen(gpu.device), accident.ms)
      return gpu
    },
  }
  const code = await main(args, host)
  clearTimeout(timer)
  return { code, stderr }
}

/** Starts a training again and again until it is done. `before` is called before each start. @throws Error for a wrong result. */
async function untilDone(round: number, out: string, wanted: string, before: (start: number) => Start): Promise<void> {
  for (let start = 1; ; start++) {
    if (start > MOST_STARTS) throw new Error(`round ${round}: not done after ${MOST_STARTS} starts`)
    add('starts')
    const { code, stderr } = await run(before(start))
    add('damaged artifacts', (stderr.match(/warning: what is stored/g) ?? []).length)
    if (code === 0) break
    const end = ENDS.find(([, said]) => said.test(stderr))
    if (!end || stderr.includes('unexpected')) throw new Error(`round ${round}: ended with ${code} and\n${stderr}`)
    add(end[0])
  }
  if (filesOf(out) !== wanted) throw new Error(`round ${round}: the result is another one; see ${out}`)
}

function filesOf(out: string): string {
  const id = readdirSync(out).find((name) => name.startsWith('train'))!
  const files = ['config.json', 'metrics.jsonl', 'result.json', 'model.safetensors']
  return files.map((file) => readFileSync(path.join(out, id, file), 'latin1')).join('\0')
}

const loseDevice = (random: Random) => ({
  ms: 50 + 1500 * random.uniform(),
  happen: (device: GPUDevice) => device.destroy(),
})

async function onBucket(round: number, random: Random, out: string, wanted: string): Promise<void> {
  const s3 = await startTestS3()
  const { fault, counts: faults } = faultsOf(round, 0.02 + 0.18 * random.uniform())
  s3.fault = fault
  const args = [...TRAIN, ...STEPS, '--out', out, '--store', 's3://bucket/soak']
  await untilDone(round, out, wanted, () => ({
    args,
    env: s3.env,
    ...(random.uniform() < 0.5 && { accident: loseDevice(random) }),
  }))
  await s3.close()
  for (const [kind, count] of Object.entries(faults)) add(`requests: ${kind}`, count)
}

const mount = (place: string, ...args: string[]) => execFileSync('mount', [...args, place], { stdio: 'pipe' })

/** A disk that is too small at first, grows at each start, and becomes read-only in the middle of some. */
async function onDisk(round: number, random: Random, out: string, wanted: string): Promise<void> {
  mkdirSync(out)
  let kilobytes = 40 + random.integer(300)
  mount(out, '-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'nanoalign-soak')
  const readOnly = () => {
    try {
      mount(out, '-o', 'remount,ro')
    } catch {} // a file is being written
  }
  try {
    await untilDone(round, out, wanted, (start) => {
      if (start > 1) kilobytes += random.integer(200)
      mount(out, '-o', `remount,rw,size=${kilobytes}k`)
      const ms = 50 + 1500 * random.uniform()
      const accident = random.uniform() < 0.5 ? { ms, happen: readOnly } : loseDevice(random)
      return { args: [...TRAIN, ...STEPS, '--out', out], env: {}, ...(random.uniform() < 0.7 && { accident }) }
    })
  } finally {
    execFileSync('umount', [out])
  }
}

try {
  const straight = path.join(folder, 'straight')
  await run({ args: [...TRAIN, ...STEPS, '--out', straight], env: {} })
  const wanted = filesOf(straight)
  const mounts = process.platform === 'linux' && process.getuid?.() === 0
  if (!mounts) console.log('without full and read-only disks: that takes root on Linux')
  const begin = performance.now()
  const seconds = () => ((performance.now() - begin) / 1000).toFixed(0)
  for (let round = first; round < first + rounds; round++) {
    const random = new Random(round, 'soak')
    const out = path.join(folder, String(round))
    await (mounts && round % 4 === 0 ? onDisk : onBucket)(round, random, out, wanted)
    rmSync(out, { recursive: true })
    if (round % 10 === 0) console.log(`up to ${round}, ${seconds()} s`)
  }
  console.log(
    `${rounds} trainings from number ${first} on, ${seconds()} s, all with the bytes of the one without faults`,
  )
  for (const [name, count] of Object.entries(counts)) console.log(`  ${name}: ${count}`)
  rmSync(folder, { recursive: true })
} catch (error) {
  console.error(`${(error as Error).message}\nkept: ${folder}`)
  process.exitCode = 1
}
process.exit() // devices that were destroyed may keep the process alive
