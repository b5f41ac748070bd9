// The suite: ceilings of this adapter, then every case checked, then timed in turn with its rival and its ceiling.

import type { Gpu } from '@nanoalign/kernels'
import { attentionCases } from './cases/attention.ts'
import { generationCases } from './cases/generation.ts'
import { matmulCases } from './cases/matmul.ts'
import { halvesCases } from './cases/matmul-halves.ts'
import { projectedLossCases } from './cases/projected-loss.ts'
import { adamwCases, layerNormCases, softmaxLossCases } from './cases/rows.ts'
import { growthCases, trainingCases } from './cases/training.ts'
import { type CeilingCase, ceilingCases } from './ceilings.ts'
import type { Clock } from './clock.ts'
import { type Cost, cost, type Runnable, runsPerSample, type Sampling, sampleInTurn } from './measure.ts'
import type { Ceiling, Row, Timing } from './result.ts'
import { type Case, GROUPS, type Group, type KernelTime, type Subject } from './subject.ts'
import { summarize } from './summary.ts'

export interface SuiteOptions {
  /** under a minute on a software adapter with two cores, instead of several */
  quick?: boolean
  /** default: all but growth */
  only?: readonly Group[]
  /** only cases whose group and label contain all these words */
  match?: string
  signal?: AbortSignal
  /** tells which case comes next */
  onCase?(label: string, group: Group): void
}

const CASES: Record<Group, (quick: boolean) => Case[]> = {
  matmul: (quick) => [...matmulCases(quick), ...halvesCases(quick)],
  attention: attentionCases,
  'softmax-loss': (quick) => [...softmaxLossCases(quick), ...projectedLossCases(quick)],
  'layer-norm': layerNormCases,
  adamw: adamwCases,
  training: trainingCases,
  generation: generationCases,
  growth: growthCases,
}

export const samplingOf = (quick: boolean): Sampling =>
  quick ? { samples: 5, sampleMs: 15 } : { samples: 11, sampleMs: 40 }

/** Whether a name (its words) is asked for: all of `match`'s words are in it, in any order and case. */
export function isWanted(match: string | undefined, ...name: string[]): boolean {
  const text = name.join(' ').toLowerCase()
  return (match ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Measures everything asked for; `onRow` hears of each row as it is done. */
export async function runSuite(
  gpu: Gpu,
  clock: Clock,
  options: SuiteOptions = {},
  onRow: (row: Row) => void = () => {},
): Promise<{ ceilings: Ceiling[]; rows: Row[] }> {
  const { quick = false, only = GROUPS.filter((group) => group !== 'growth'), signal } = options
  const sampling = samplingOf(quick)
  const opened = await openCeilings(gpu, clock, sampling, signal)
  const rows: Row[] = []
  try {
    for (const group of GROUPS) {
      if (!only.includes(group)) continue
      for (const one of CASES[group](quick)) {
        if (!isWanted(options.match, group, one.label)) continue
        signal?.throwIfAborted()
        options.onCase?.(one.label, group)
        const row = await measureCase(gpu, clock, one, opened[one.bound], sampling)
        rows.push(row)
        onRow(row)
      }
    }
  } finally {
    for (const { subject } of Object.values(opened)) subject.destroy()
  }
  return { ceilings: Object.values(opened).map(({ ceiling }) => ceiling), rows }
}

interface OpenCeiling {
  ceiling: Ceiling
  subject: Awaited<ReturnType<CeilingCase['open']>>
  times: number
}

/** The best form of each ceiling, kept open to be timed in turn with the cases. */
export async function openCeilings(
  gpu: Gpu,
  clock: Clock,
  sampling: Sampling,
  signal?: AbortSignal,
): Promise<Record<Ceiling['kind'], OpenCeiling>> {
  const best: Partial<Record<Ceiling['kind'], OpenCeiling>> = {}
  for (const one of ceilingCases()) {
    signal?.throwIfAborted()
    const subject = await one.open(gpu)
    await cost(gpu, clock, subject, 1) // compiles
    const times = await runsPerSample(gpu, clock, subject, sampling.sampleMs / 3)
    const [costs] = await sampleInTurn(gpu, clock, [{ subject, times }], sampling.samples)
    const ceiling: Ceiling = { kind: one.kind, name: one.name, amount: one.amount, ...timing(costs) }
    const known = best[one.kind]
    if (known && rate(known.ceiling) >= rate(ceiling)) {
      subject.destroy()
      continue
    }
    known?.subject.destroy()
    best[one.kind] = { ceiling, subject, times }
  }
  return best as Record<Ceiling['kind'], OpenCeiling>
}

/** flops or bytes per ms, of the driver's CPU where that is known. */
const rate = ({ amount, wallMs, cpuMs }: Ceiling) => amount / (cpuMs ?? wallMs).median

function timing(costs: readonly Cost[]): Timing {
  const wallMs = summarize(costs.map((c) => c.wallMs))
  const known = (of: 'cpuMs' | 'hostMs') => {
    const values = costs.flatMap((c) => c[of] ?? [])
    return values.length === costs.length ? summarize(values) : undefined
  }
  return { wallMs, cpuMs: known('cpuMs'), hostMs: known('hostMs') }
}

const effort = ({ wallMs, cpuMs }: Cost) => cpuMs ?? wallMs

/** A round of all contestants that takes this many times as long as a sample should is a long one. */
const LONG = 20

/** Checks a case and times it. A case that gives wrong results is not timed. */
export async function measureCase(
  gpu: Gpu,
  clock: Clock,
  one: Case,
  { ceiling, subject: yardstick, times: yardstickTimes }: OpenCeiling,
  sampling: Sampling,
): Promise<Row> {
  const { id, group, label, flops, bytes, tokens, bound, axis } = one
  const subject = await one.open(gpu)
  const rivals: { name: string; subject: Subject }[] = []
  for (const { name, open } of one.rivals ?? []) rivals.push({ name, subject: await open(gpu) })
  try {
    const check = await subject.check()
    const common = { id, group, label, flops, bytes, tokens, axis, bound, check, memory: subject.memory }
    if (!(check.error <= 1)) return common
    for (const { name, subject } of rivals)
      if (!((await subject.check()).error <= 1)) throw new Error(`benchmark: ${label}: the ${name} is wrong itself`)
    const begin = clock.now()
    const shared = async (runnable: Runnable & { share?: number }) => ({
      subject: runnable,
      times: await runsPerSample(gpu, clock, runnable, sampling.sampleMs),
    })
    const contestants = [await shared(subject), { subject: yardstick, times: yardstickTimes }]
    for (const rival of rivals) contestants.push(await shared(rival.subject))
    // long runs need fewer samples
    const samples = clock.now() - begin > LONG * sampling.sampleMs ? 3 : sampling.samples
    const created = countBuffers(gpu)
    const [own, ceilings, ...others] = await sampleInTurn(gpu, clock, contestants, samples)
    const buffersCreated = created()
    const amount = bound === 'copy' ? bytes : flops
    // the higher of the ceiling at the start and now: a disturbance must not make a kernel look better
    const peak = Math.max(rate(ceiling), ceiling.amount / summarize(ceilings.map(effort)).median)
    const shares = amount ? own.map((c) => amount / effort(c) / peak) : undefined
    const row: Row = { ...common, ...timing(own), buffersCreated, ofCeiling: shares && summarize(shares) }
    if (rivals.length > 0)
      row.versus = rivals.map(({ name, subject: { share = 1, memory } }, r) => ({
        name,
        speedup: summarize(own.map((c, i) => effort(others[r][i]) / share / effort(c))),
        memory,
      }))
    if (subject.profile && gpu.timestamps)
      row.profile = await profiled(gpu, clock, subject, contestants[0].times, samples)
    return row
  } finally {
    subject.destroy()
    for (const rival of rivals) rival.subject.destroy()
  }
}

/** The kernels of a run, slowest first, and their share of its wall-clock time. */
async function profiled(
  gpu: Gpu,
  clock: Clock,
  subject: Subject,
  times: number,
  samples: number,
): Promise<Row['profile']> {
  const totals = (kernels: readonly KernelTime[]) => kernels.reduce((sum, { ms }) => sum + ms, 0)
  const rounds: { kernels: KernelTime[]; share: number }[] = []
  for (let i = 0; i < Math.min(3, Math.ceil(samples / 3)); i++) {
    const { wallMs } = await cost(gpu, clock, subject, times)
    const kernels = await subject.profile!()
    rounds.push({ kernels, share: totals(kernels) / wallMs })
  }
  rounds.sort((a, b) => totals(a.kernels) - totals(b.kernels))
  const { kernels } = rounds[rounds.length >> 1]
  return { kernels: [...kernels].sort((a, b) => b.ms - a.ms), share: summarize(rounds.map(({ share }) => share)) }
}

/** Counts the buffers made from now on; a replay must make none. */
export function countBuffers(gpu: Gpu): () => number {
  const { device } = gpu
  const create = device.createBuffer
  let count = 0
  device.createBuffer = function (this: GPUDevice, descriptor) {
    count++
    return create.call(this, descriptor)
  }
  return () => {
    device.createBuffer = create
    return count
  }
}
