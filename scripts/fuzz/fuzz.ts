// Gives a reader damaged input, many times, and holds it to what every reader promises: a value or an error of its own,
// soon, in bounded memory. A watchdog ends the process when one input takes too long, and says which.

import { Worker } from 'node:worker_threads'
import type { Dice } from './mutate.ts'
import { diceOf } from './mutate.ts'

export interface Fuzzed<Input, Value> {
  name: string
  make(dice: Dice): Input
  read(input: Input): Value | Promise<Value>
  /** Whether this is an error the reader may throw. */
  isRefusal(error: unknown): boolean
  /** Throws when a value that was accepted cannot be right. */
  check?(value: Value, input: Input): void
}

export interface FuzzResult {
  name: string
  mutations: number
  accepted: number
  /** milliseconds of the slowest single input: of this process's own time, not of its waiting for a busy machine */
  slowest: number
  /** growth of the memory outside JavaScript's heap, bytes */
  buffers: number
}

const SEED = 8
const SLOW_MS = 5000
const HANG_MS = 60_000
/** Of typed arrays that live at once. */
const MAX_BUFFERS = 2 ** 28

/** As many as NANOALIGN_FUZZ says, else `usual`. */
export const mutations = (usual: number): number => Number(process.env.NANOALIGN_FUZZ) || usual

/** @throws Error with the round, to be tried alone, for the first input that breaks a promise. */
export async function fuzz<Input, Value>(target: Fuzzed<Input, Value>, count: number): Promise<FuzzResult> {
  const result: FuzzResult = { name: target.name, mutations: count, accepted: 0, slowest: 0, buffers: 0 }
  const only = process.env.NANOALIGN_FUZZ_ROUND
  const dog = watchdog(target.name)
  const before = process.memoryUsage().arrayBuffers
  try {
    for (let round = only ? Number(only) : 0; round < (only ? Number(only) + 1 : count); round++) {
      dog.feed(round)
      let input: Input
      try {
        input = target.make(diceOf(SEED, round))
      } catch (error) {
        if (error instanceof RangeError || error instanceof SyntaxError) continue // cannot even be written down
        throw error
      }
      const taken = stopwatch()
      const broken = (what: string, cause?: unknown) =>
        new Error(`${target.name}, round ${round}: ${what}\n  input: ${excerpt(input)}`, { cause })
      try {
        const value = await target.read(input)
        result.accepted++
        target.check?.(value, input)
      } catch (error) {
        if (!target.isRefusal(error)) throw broken(`${(error as Error).name}: ${(error as Error).message}`, error)
        if (/\n.*\n.*\n/.test((error as Error).message)) throw broken('its error has many lines', error)
      }
      const took = taken()
      result.slowest = Math.max(result.slowest, took)
      if (took > SLOW_MS) throw broken(`took ${took.toFixed(0)} ms`)
      if (round % 16 === 0) {
        result.buffers = Math.max(result.buffers, process.memoryUsage().arrayBuffers - before)
        if (result.buffers > MAX_BUFFERS) throw broken(`${(result.buffers / 2 ** 20).toFixed(0)} MiB of buffers`)
      }
    }
  } finally {
    await dog.stop()
  }
  return result
}

/** Milliseconds since its making in which this process was computing, by the clock and by the processor's count. */
function stopwatch(): () => number {
  const start = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return Math.min(performance.now() - start, (user + system) / 1000)
  }
}

/** A thread of its own: this one may be in a loop without end. */
function watchdog(name: string): { feed(round: number): void; stop(): Promise<unknown> } {
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const source = `
    const { workerData: { shared, name, ms } } = require('node:worker_threads')
    let last = -1
    setInterval(() => {
      const round = Atomics.load(shared, 0)
      if (round === last) {
        require('node:fs').writeSync(2, name + ', round ' + round + ': hangs\\n')
        process.kill(process.pid, 'SIGKILL')
      }
      last = round
    }, ms)`
  const worker = new Worker(source, { eval: true, workerData: { shared, name, ms: HANG_MS } })
  worker.unref()
  return { feed: (round) => void Atomics.store(shared, 0, round), stop: () => worker.terminate() }
}

function excerpt(input: unknown): string {
  const text =
    input instanceof Uint8Array ? `${input.length} bytes` : typeof input === 'string' ? input : JSON.stringify(input)
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}
