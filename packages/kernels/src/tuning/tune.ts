// Measures the families of kernels on a device and chooses the fastest of each for each class of shapes. Every candidate's
// results are compared with the default's before it is timed; one that disagrees is never chosen.

import { attentionBackward } from '../attention/attention-backward.ts'
import { attentionForward } from '../attention/attention-forward.ts'
import {
  attentionCandidates,
  attentionClass,
  LONG,
  ROW_BLOCKS,
  rowBlockClass,
  TUNED_HEAD_SIZES,
} from '../attention/candidates.ts'
import type { AttentionPass } from '../attention/choose-variant.ts'
import type { Gpu } from '../device.ts'
import { GpuError } from '../errors.ts'
import { IN_LAYER_NORM, linearLayerNorm, RESIDUAL } from '../layer-norm/linear-layer-norm.ts'
import {
  MATMUL_PROBLEMS,
  matmulCandidates,
  matmulClass,
  SPLIT_CANDIDATES,
  SPLIT_PROBLEMS,
  splitClass,
} from '../matmul/candidates.ts'
import type { Problem } from '../matmul/choose-variant.ts'
import { matmul } from '../matmul/matmul.ts'
import { Program, submit } from '../program.ts'
import { Random } from '../random.ts'
import { destroyTensor, readFloats, sizeOf, type Tensor, upload } from '../tensor.ts'
import { withTuning } from './tuning.ts'

/** What was found for one class of shapes. */
export interface TunedClass {
  kind: string
  /** ms per run, fastest first; `default` is what runs without a tuning. Wrong results have no time. */
  candidates: { name: string; ms?: number }[]
  /** 'default' unless another is clearly faster */
  chosen: string
}

export const DEFAULT = 'default'

/** A candidate must be this much faster than the default to be chosen, so that noise rarely decides. */
const CLEARLY = 0.93
const SAMPLES = 4
const SAMPLE_MS = 8
const MOST_RUNS = 256

interface Contest {
  kind: string
  names: string[]
  /** Records the op with the choices of `gpu`; returns what to compare. */
  record(program: Program, input: (...shape: number[]) => Tensor): Tensor
}

/**
 * Class by class. The choices that are not the default, as {@link createTuning} wants them, are
 * `kind → chosen`. Takes some ten seconds on a software adapter, most of it compiling.
 */
export async function* tune(gpu: Gpu, signal?: AbortSignal): AsyncGenerator<TunedClass, void> {
  // a later choice is made beside the earlier ones: row blocks compete with the fused kernels that were chosen
  const choices: Record<string, string> = {}
  for (const contest of contests(gpu)) {
    signal?.throwIfAborted()
    const found = await measure(gpu, contest, choices, signal)
    if (found.chosen !== DEFAULT) choices[found.kind] = found.chosen
    yield found
  }
}

/** kind → candidate, without the defaults. */
export const choicesOf = (classes: readonly TunedClass[]): Record<string, string> =>
  Object.fromEntries(classes.flatMap(({ kind, chosen }) => (chosen === DEFAULT ? [] : [[kind, chosen]])))

function contests(gpu: Gpu): Contest[] {
  return [
    ...MATMUL_PROBLEMS.map((problem) => matmulContest(matmulClass(problem)!, matmulCandidates(gpu), problem)),
    ...SPLIT_PROBLEMS.map((problem) => matmulContest(splitClass(problem)!, SPLIT_CANDIDATES, problem)),
    ...TUNED_HEAD_SIZES.flatMap((hs) => [
      ...(['forward', 'queries', 'keys'] as const).map((pass) => attentionContest(gpu, pass, hs)),
      ...(['forward', 'backward'] as const).map((pass) => rowBlockContest(pass, hs)),
    ]),
    residualContest(),
  ]
}

function matmulContest(kind: string, names: string[], { form, M, N, K }: Problem): Contest {
  return {
    kind,
    names,
    record(program, input) {
      const [transposeA, transposeB] = [form === 'tn', form === 'nt']
      const out = program.tensor([M, N], 'out')
      const a = input(...(transposeA ? [K, M] : [M, K]))
      matmul(program, { a, b: input(...(transposeB ? [N, K] : [K, N])), out }, { transposeA, transposeB })
      return out
    },
  }
}

// The two backward passes come in one op: what the other one costs is in both times, and the order stays right.
function attentionContest(gpu: Gpu, pass: AttentionPass, hs: number): Contest {
  const [B, T] = [Math.max(2, 256 / hs), 128]
  const names = attentionCandidates(gpu, pass, hs)
  return { kind: attentionClass(pass, hs, T)!, names, record: recordAttention({ B, T, hs }, pass !== 'forward') }
}

// In four heads the fused kernels and the products both have work for a few cores.
function rowBlockContest(pass: 'forward' | 'backward', hs: number): Contest {
  const [B, T] = [4, LONG]
  const names = Object.keys(ROW_BLOCKS)
  return { kind: rowBlockClass(pass, hs, T)!, names, record: recordAttention({ B, T, hs }, pass === 'backward') }
}

function recordAttention({ B, T, hs }: { B: number; T: number; hs: number }, backward: boolean): Contest['record'] {
  return (program, input) => {
    const dims = { B, T, nHead: 1 }
    const qkv = input(B * T, 3 * hs)
    const [out, lse] = [program.tensor([B * T, hs], 'out'), program.tensor([B, T], 'lse')]
    attentionForward(program, { qkv, out, lse }, dims)
    if (!backward) return out
    const dqkv = program.tensor([B * T, 3 * hs], 'dqkv')
    attentionBackward(program, { qkv, out, lse, dout: input(B * T, hs), dqkv }, dims)
    return dqkv
  }
}

function residualContest(): Contest {
  const [N, C] = [1024, 128]
  return {
    kind: RESIDUAL,
    names: [IN_LAYER_NORM],
    record(program, input) {
      const [sum, out] = ['sum', 'out'].map((label) => program.tensor([N, C], label))
      const [mean, rstd] = ['mean', 'rstd'].map((label) => program.tensor([N], label))
      const layer = { inp: input(N, C), weight: input(C, C), bias: input(C), residual: input(N, C), sum }
      linearLayerNorm(program, layer, { weight: input(C), bias: input(C), out, mean, rstd })
      return out
    },
  }
}

async function measure(
  gpu: Gpu,
  { kind, names, record }: Contest,
  chosenBefore: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<TunedClass> {
  const inputs: Tensor[] = []
  let made = 0
  // every candidate gets the same inputs, in the order it asks for them
  const input = (...shape: number[]) => {
    const known = inputs[made++]
    if (known) return known
    const random = new Random(made, 'tune')
    const tensor = upload(
      gpu,
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
      shape,
      'tune',
    )
    inputs.push(tensor)
    return tensor
  }
  const programs: { name: string; program: Program }[] = []
  const wrong: string[] = []
  try {
    let want: Float32Array | undefined
    for (const name of [DEFAULT, ...names]) {
      signal?.throwIfAborted()
      made = 0
      const choices = { ...chosenBefore, ...(name === DEFAULT ? {} : { [kind]: name }) }
      const program = new Program(withTuning(gpu, { id: '', choices }), `tune ${name}`)
      const out = program.keep(record(program, input))
      let got: Float32Array | undefined
      try {
        await program.build()
        program.submit()
        got = await readFloats(gpu, out)
      } catch (error) {
        // a driver may refuse one form of a kernel; the others still count. Without the default there is nothing.
        if (!(error instanceof GpuError) || name === DEFAULT) throw error
      }
      want ??= got
      if (got && agree(got, want!)) {
        programs.push({ name, program })
        continue
      }
      program.destroy()
      wrong.push(name)
    }
    const times = await timeInTurn(
      gpu,
      programs.map(({ program }) => program),
    )
    const candidates = programs
      .map(({ name }, i): TunedClass['candidates'][number] => ({ name, ms: times[i] }))
      .sort((a, b) => a.ms! - b.ms!)
    const chosen = candidates[0].ms! < CLEARLY * times[0] ? candidates[0].name : DEFAULT
    return { kind, candidates: [...candidates, ...wrong.map((name) => ({ name }))], chosen }
  } finally {
    for (const { program } of programs) program.destroy()
    inputs.forEach(destroyTensor)
  }
}

// f32 sums of some thousand products, in whatever order: far above their rounding, far below a wrong element
const agree = (got: Float32Array, want: Float32Array) =>
  got.every((x, i) => Math.abs(x - want[i]) <= 1e-3 + 1e-3 * Math.abs(want[i]))

/** The best time of each per run, ms, sampled in turn. */
async function timeInTurn(gpu: Gpu, programs: readonly Program[]): Promise<number[]> {
  const sample = async (program: Program, runs: number) => {
    const start = performance.now()
    submit(gpu, new Array(runs).fill(program))
    await gpu.device.queue.onSubmittedWorkDone()
    return (performance.now() - start) / runs
  }
  const runs: number[] = []
  for (const program of programs) {
    const first = await sample(program, 4)
    runs.push(Math.max(1, Math.min(MOST_RUNS, Math.round(SAMPLE_MS / first))))
  }
  const best = programs.map(() => Infinity)
  for (let i = 0; i < SAMPLES; i++)
    for (const [p, program] of programs.entries()) best[p] = Math.min(best[p], await sample(program, runs[p]))
  gpu.check()
  return best
}
