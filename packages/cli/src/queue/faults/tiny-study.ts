// An experiment of stages that take milliseconds and no device, for tests of the queue. Every number in it can be computed
// here without stages, so that a test can tell a wrong result from a right one.

import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnyStage, type Artifact, defineStage, type Report, type StageContext } from '@nanoalign/experiments'
import { DeviceLostError, OutOfMemoryError } from '@nanoalign/kernels'
import { z } from 'zod'
import { StoreAwayError } from '../../store/retry.ts'
import type { SweepExperiment, SweptOptions } from '../../sweep/experiments.ts'
import { ATTEMPTS } from '../queue.ts'

export interface TinyOptions extends SweptOptions {
  /** parts of each seed, which need its base */
  width: number
  /** steps of the base, each of `ms` milliseconds, with a checkpoint after each; parts take `ms` */
  steps: number
  ms: number
  /** another study, with other keys */
  salt: number
  /** what goes wrong in part 0 of some seeds */
  bad?: Partial<Record<Fault, number[]>>
}

/**
 * An error; no memory left; no end, while the process lives; no end, while the process is blocked; a crash; a device that is
 * lost once, after which only another process may go on; a store that is away as often as a stage is tried; a store that answers
 * but never gives what the stage reads.
 */
export type Fault = 'throws' | 'exhausts' | 'hangs' | 'blocks' | 'crashes' | 'loses' | 'misses' | 'starves'

const next = (state: number) => (Math.imul(state, 1664525) + 1013904223) >>> 0

interface State {
  state: number
}

function stateOf(seed: number, salt: number, steps: number): number {
  let state = (seed ^ Math.imul(salt, 2654435761)) >>> 0
  for (let step = 0; step < steps; step++) state = next(state)
  return state
}

/** What a seed's result must be. */
export function expectedTotal({ width, steps, salt }: TinyOptions, seed: number): number {
  const base = stateOf(seed, salt, steps)
  return Array.from({ length: width }, (_, part) => next(base ^ part)).reduce((sum, each) => (sum + each) >>> 0, 0)
}

// two blobs that must agree: a half-written artifact would not
const format = {
  encode: ({ state }: State) => ({
    'state.json': new TextEncoder().encode(JSON.stringify(state)),
    'check.json': new TextEncoder().encode(JSON.stringify(next(state))),
  }),
  decode(blobs: Record<string, Uint8Array>): State {
    const [state, check] = ['state', 'check'].map((name) => Number(new TextDecoder().decode(blobs[`${name}.json`])))
    if (check !== next(state)) throw new Error('half of one artifact and half of another')
    return { state }
  },
}

/** Each computed stage adds a line to the file TINY_LOG. */
function log(text: string): void {
  if (process.env.TINY_LOG) appendFileSync(process.env.TINY_LOG, `${text}\n`)
}

const base = defineStage<{ seed: number; salt: number; steps: number; ms: number }, State>({
  name: 'tiny-base',
  version: 1,
  async run({ seed, salt, steps, ms }, context) {
    const saved = await context.checkpoint.load()
    let { step, state } = saved
      ? JSON.parse(new TextDecoder().decode(saved))
      : { step: 0, state: stateOf(seed, salt, 0) }
    while (step < steps) {
      context.signal.throwIfAborted()
      await sleep(ms)
      state = next(state)
      step++
      if (steps > 1) await context.checkpoint.save(new TextEncoder().encode(JSON.stringify({ step, state })))
      context.report({ step, steps })
    }
    log(`base ${salt} ${seed}`)
    return { state }
  },
  ...format,
  plan: () => ({ flops: 1, submits: 1, bytes: 20 }),
})

async function loseDeviceOnce({ checkpoint }: StageContext): Promise<void> {
  const before = await checkpoint.load()
  if (before && Number(new TextDecoder().decode(before)) === process.pid)
    throw new Error('the process that lost its device was used again')
  if (before) return
  await checkpoint.save(new TextEncoder().encode(String(process.pid)))
  throw new DeviceLostError('the GPU device was lost (unknown): test')
}

/** Whether the store of this process answers nothing. */
export const storeAway = { now: false }

async function missStore({ checkpoint }: StageContext): Promise<void> {
  const times = ((await checkpoint.load()) ?? []).length
  storeAway.now = times < ATTEMPTS
  if (!storeAway.now) return
  await checkpoint.save(new Uint8Array(times + 1))
  throw new StoreAwayError('cannot read x: ECONNREFUSED')
}

const part = defineStage<{ base: Artifact<State>; part: number; ms: number; fault?: Fault }, State>({
  name: 'tiny-part',
  version: 1,
  async run({ base, part, ms, fault }, context) {
    if (fault === 'throws') throw new Error('this part is poisonous')
    if (fault === 'exhausts') throw new OutOfMemoryError('the adapter is out of memory')
    if (fault === 'crashes') process.kill(process.pid, 'SIGSEGV')
    if (fault === 'hangs') await new Promise(() => {})
    if (fault === 'blocks') for (;;) Math.sqrt(part)
    if (fault === 'loses') await loseDeviceOnce(context)
    if (fault === 'misses') await missStore(context)
    if (fault === 'starves') throw new StoreAwayError('cannot read y: other side closed')
    if (ms > 0) await sleep(ms)
    log(`part ${base.key} ${part}`)
    return { state: next(base.value.state ^ part) }
  },
  ...format,
  plan: () => ({ flops: 1, submits: 1, bytes: 20 }),
})

const total = defineStage<{ parts: Artifact<State>[] }, State>({
  name: 'tiny-total',
  version: 1,
  async run({ parts }) {
    log(`total ${parts[0].key}`)
    return { state: parts.reduce((sum, { value }) => (sum + value.state) >>> 0, 0) }
  },
  ...format,
  plan: () => ({ flops: 1, submits: 1, bytes: 20 }),
})

export const tinyStages: AnyStage[] = [base, part, total]

interface TinyResult {
  options: TinyOptions
  totals: { seed: number; total: number }[]
}

const tiny = {
  presets: { usual: { seeds: [1], width: 4, steps: 3, ms: 5, salt: 0 } as TinyOptions },
  schema: z.record(z.string(), z.unknown()),
  check() {},
  config: (options: TinyOptions) => ({ ...options }),
  async run({ runner }, options: TinyOptions) {
    const { seeds, width, steps, ms, salt, bad = {} } = options
    const oneSeed = async (seed: number) => {
      const label = (what: string) => ({ label: `seed ${seed}: ${what}` })
      const [fault] = Object.entries(bad).flatMap(([name, list]) => (list.includes(seed) ? [name as Fault] : []))
      const state = await runner.stage(base, { seed, salt, steps, ms }, label('base'))
      const parts = await Promise.all(
        Array.from({ length: width }, (_, i) =>
          runner.stage(part, { base: state, part: i, ms, ...(i === 0 && fault && { fault }) }, label(`part ${i}`)),
        ),
      )
      return { seed, total: (await runner.stage(total, { parts }, label('total'))).value.state }
    }
    return { options, totals: await Promise.all(seeds.map(oneSeed)) }
  },
  merge: (options: TinyOptions, results: TinyResult[]) => ({
    options,
    totals: results.flatMap(({ totals }) => totals),
  }),
} satisfies Record<string, unknown> & { run(tools: Parameters<SweepExperiment['run']>[0], o: TinyOptions): unknown }

export const tinyExperiments: Record<string, SweepExperiment> = { tiny: tiny as unknown as SweepExperiment }

export const tinyReport = (_: unknown, result: unknown): Report => ({
  title: 'Tiny',
  blocks: [{ kind: 'text', text: JSON.stringify(result) }],
  provenance: { adapter: 'none', command: 'test', date: '2026-01-01T00:00:00Z', versions: {} },
})

/** A study file of it. */
export function tinyStudy(name: string, options: Omit<TinyOptions, 'seeds'>, seeds: number): string {
  return JSON.stringify({ name, experiments: [{ experiment: 'tiny', preset: 'usual', seeds, options }] })
}
