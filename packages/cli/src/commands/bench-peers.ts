// bench --peers: each peer runs in a process of its own, with its own device on the same adapter; samples are taken in
// turn, one process at a time. The peers live in benchmarks/peers of the repository and are installed on first use.

import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  type Clock,
  cost,
  type Group,
  isWanted,
  matmulCase,
  millions,
  noise,
  openTraining,
  type PeerBenchmark,
  type PeerRow,
  parameterCount,
  runsPerSample,
  summarizeTimes,
  type TrainingShape,
  trainingShape,
} from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'

const FOLDER = fileURLToPath(new URL('../../../../benchmarks/peers', import.meta.url))

const PEERS = [
  { name: 'jax-js', script: 'jax.mjs', npm: '@jax-js/jax', trains: true },
  { name: 'TensorFlow.js', script: 'dist/tfjs.mjs', npm: '@tensorflow/tfjs-backend-webgpu', trains: true },
  { name: 'ONNX Runtime Web', script: 'ort.mjs', npm: 'onnxruntime-web', trains: false },
] as const

interface Options {
  quick: boolean
  only?: readonly Group[]
  match?: string
}

const ADAM = { lr: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8 }

/** Compares with every peer. A peer that fails gets a row that says why. */
export async function comparePeers(
  host: Host,
  gpu: Gpu,
  clock: Clock,
  { quick, only = ['matmul', 'training'], match }: Options,
  record: Pick<PeerBenchmark, 'date' | 'command' | 'versions' | 'machine'>,
): Promise<PeerBenchmark> {
  await install(host)
  const peers: Peer[] = []
  const rows: PeerRow[] = []
  const add = (row: PeerRow) => {
    rows.push(row)
    const ratio = row.speedup ? `${row.speedup.median.toFixed(2)} times faster` : row.problem
    host.stderr(`${row.label}, ${row.peer}: ${ratio}\n`)
  }
  try {
    for (const peer of PEERS) peers.push(new Peer(peer, gpu))
    const wanted = (group: Group, label: string) => peers.filter(({ name }) => isWanted(match, group, label, name))
    if (only.includes('matmul'))
      for (const n of quick ? [512] : [512, 1024])
        for (const row of await matmul(gpu, clock, wanted('matmul', matmulLabel(n)), n)) add(row)
    if (only.includes('training')) {
      const shapes = [trainingShape(64, 2, 64, 16), trainingShape(128, 4, 128, 16), trainingShape(256, 4, 128, 16)]
      for (const shape of quick ? shapes.slice(0, 1) : shapes) {
        const trainers = wanted('training', trainingLabel(shape)).filter(({ trains }) => trains)
        for (const row of await training(gpu, clock, trainers, shape)) add(row)
      }
    }
  } finally {
    for (const peer of peers) peer.stop()
  }
  const { date, command, versions, machine } = record
  return {
    format: 'nanoalign-peers/1',
    date,
    command,
    clock: clock.driverCpu ? 'cpu' : 'wall',
    adapter: gpu.adapter,
    versions: { ...versions, ...Object.fromEntries(PEERS.map(({ npm }) => [npm, versionOf(npm)])) },
    machine,
    rows,
  }
}

async function install(host: Host): Promise<void> {
  if (!existsSync(`${FOLDER}/package.json`))
    throw new UsageError('bench --peers needs a checkout of the repository, where benchmarks/peers is')
  const npm = (...args: string[]) =>
    execFileSync('npm', args, {
      cwd: FOLDER,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32', // where npm is a batch file
    })
  if (!PEERS.every((peer) => existsSync(`${FOLDER}/node_modules/${peer.npm}`))) {
    host.stderr('installing the peers into benchmarks/peers (about 230 MB)\n')
    npm('ci', '--ignore-scripts', '--no-audit', '--no-fund')
  }
  // its command is a script or a binary, depending on whether install scripts ran; its library is the same in both
  const { build }: typeof import('esbuild') = await import(
    pathToFileURL(`${FOLDER}/node_modules/esbuild/lib/main.js`).href
  )
  await build({
    entryPoints: [`${FOLDER}/tfjs.mjs`],
    outfile: `${FOLDER}/dist/tfjs.mjs`,
    bundle: true,
    ignoreAnnotations: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['webgpu', '@nanoalign/*'],
    logLevel: 'error',
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  })
}

const versionOf = (npm: string): string =>
  JSON.parse(readFileSync(`${FOLDER}/node_modules/${npm}/package.json`, 'utf8')).version

interface Sample {
  wallMs: number
  cpuMs?: number
}

const LONGEST_CALL_MS = 240_000

/** A peer's process. Its calls never overlap. */
class Peer {
  readonly name: string
  readonly version: string
  readonly trains: boolean
  readonly #process: ChildProcess
  readonly #ready: Promise<unknown>
  #words = ''

  constructor({ name, script, npm, trains }: (typeof PEERS)[number], gpu: Gpu) {
    this.name = name
    this.version = versionOf(npm)
    this.trains = trains
    const options = JSON.stringify({ adapter: gpu.adapter.name, robustness: gpu.adapter.robustness })
    this.#process = fork(`${FOLDER}/${script}`, [options], {
      serialization: 'advanced', // typed arrays as they are
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#process.stderr?.on('data', (data) => {
      this.#words = `${this.#words}${data}`.slice(-2000)
    })
    this.#ready = this.#answer()
    this.#ready.catch(() => {})
  }

  async call<T>(call: string, ...args: unknown[]): Promise<T> {
    await this.#ready
    const answer = this.#answer()
    this.#process.send({ call, args })
    return answer as Promise<T>
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const child = this.#process
      const settle = (end: () => void) => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        end()
      }
      const onMessage = ({ value, error }: { value?: unknown; error?: string }) =>
        settle(() => (error === undefined ? resolve(value) : reject(new Error(error))))
      const onExit = (code: number | null) =>
        settle(() => reject(new Error(`ended with code ${code}: ${this.#words.trim().slice(-300)}`)))
      const timer = setTimeout(
        () => settle(() => reject(new Error(`no answer within ${LONGEST_CALL_MS / 1000} s`))),
        LONGEST_CALL_MS,
      )
      child.on('message', onMessage)
      child.on('exit', onExit)
    })
  }
}

const matmulLabel = (n: number) => `${n}×${n}×${n}`
const trainingLabel = (shape: TrainingShape) =>
  `${millions(parameterCount(shape))} parameters, ${shape.B} × ${shape.T} tokens`

async function matmul(gpu: Gpu, clock: Clock, peers: Peer[], n: number): Promise<PeerRow[]> {
  if (peers.length === 0) return []
  const ours = await matmulCase({ form: 'nn', M: n, N: n, K: n }).open(gpu)
  const check = await ours.check()
  if (!(check.error <= 1)) throw new Error(`bench --peers: nanoalign's own product of ${n}³ is wrong`)
  const [a, b] = [noise(n * n, 1), noise(n * n, 2)]
  const label = matmulLabel(n)
  try {
    return await inTurn(gpu, clock, ours.run, peers, { task: 'matmul', label }, async (peer) => {
      const product = await peer.call<Float32Array>('matmul', { M: n, N: n, K: n }, a, b)
      for (let i = 0; i < 200; i++) {
        const [row, column] = [(i * 37) % n, (i * 53) % n]
        let want = 0
        for (let k = 0; k < n; k++) want += a[row * n + k] * b[k * n + column]
        const error = Math.abs(product[row * n + column] - want)
        if (!(error < 1e-3)) throw new Error(`wrong product: entry ${row}, ${column} is off by ${error}`)
      }
      return 'products equal'
    })
  } finally {
    ours.destroy()
  }
}

async function training(gpu: Gpu, clock: Clock, peers: Peer[], shape: TrainingShape): Promise<PeerRow[]> {
  if (peers.length === 0) return []
  const { B, T, vocabSize } = shape
  const ids = Uint32Array.from({ length: B * T }, (_, i) => (i * 7 + (i >> 3)) % vocabSize)
  const targets = Uint32Array.from({ length: B * T }, (_, i) => ((i + 1) * 7 + ((i + 1) >> 3)) % vocabSize)
  const ours = await openTraining(gpu, shape, {
    adam: { ...ADAM, weightDecay: 0, maxNorm: 0 },
    batch: { ids, targets },
  })
  const values = await ours.parameters.toHost()
  const parameters = Object.fromEntries(
    ours.parameters.specs.map(({ name, shape }) => [name, { data: values[name], dims: shape }]),
  )
  ours.run(5)
  const losses = await ours.losses(5)
  const label = trainingLabel(shape)
  try {
    return await inTurn(gpu, clock, ours.run, peers, { task: 'training', label }, async (peer) => {
      const task = { shape, parameters, ids, targets, adam: ADAM, maxMs: 90_000 }
      const theirs = await peer.call<number[]>('training', task)
      const off = theirs.findIndex((loss, i) => !(Math.abs(loss - losses[i]) < 2e-4 * losses[i]))
      if (off >= 0) throw new Error(`another loss at step ${off + 1}: ${theirs[off]} instead of ${losses[off]}`)
      return `losses of ${theirs.length} steps equal`
    })
  } finally {
    ours.destroy()
  }
}

const SAMPLES = 7
const SAMPLE_MS = 100
const BUDGET_MS = 60_000

/** Samples of nanoalign and of each peer that passes `prepare`, in turn. */
async function inTurn(
  gpu: Gpu,
  clock: Clock,
  run: (times: number) => void | Promise<void>,
  peers: Peer[],
  what: Pick<PeerRow, 'task' | 'label'>,
  /** may return what it found equal */
  prepare: (peer: Peer) => Promise<string | undefined>,
): Promise<PeerRow[]> {
  const subject = { run }
  const effort = ({ wallMs, cpuMs }: Sample) => (clock.driverCpu ? cpuMs! : wallMs)
  const times = await runsPerSample(gpu, clock, subject, SAMPLE_MS)
  const rows: PeerRow[] = []
  for (const peer of peers) {
    const row: PeerRow = { ...what, peer: peer.name, version: peer.version }
    rows.push(row)
    try {
      row.note = await prepare(peer)
      const first = await peer.call<Sample>('sample', 1)
      const theirTimes = Math.max(1, Math.min(64, Math.round(SAMPLE_MS / first.wallMs)))
      const count = Math.max(2, Math.min(SAMPLES, Math.floor(BUDGET_MS / first.wallMs)))
      const pairs: [ours: Sample, theirs: Sample][] = []
      for (let i = 0; i < count; i++)
        pairs.push([await cost(gpu, clock, subject, times), await peer.call<Sample>('sample', theirTimes)])
      row.ours = summarizeTimes(pairs.map(([ours]) => effort(ours)))
      row.theirs = summarizeTimes(pairs.map(([, theirs]) => effort(theirs)))
      row.speedup = summarizeTimes(pairs.map(([ours, theirs]) => effort(theirs) / effort(ours)))
      row.speedupWall = summarizeTimes(pairs.map(([ours, theirs]) => theirs.wallMs / ours.wallMs))
    } catch (error) {
      row.problem = (error as Error).message.split('\n')[0].slice(0, 200)
    }
  }
  return rows
}
