// What can be benchmarked: something that runs on the device, says what it did, and is checked before it is timed.

import { destroyTensor, type Gpu, Program, Random, submit, type Tensor, upload } from '@nanoalign/kernels'

/** Something that is ready to run on a device. */
export interface Subject {
  /** Queues `times` runs; may return before they are done. */
  run(times: number): void | Promise<void>
  /** Runs once and compares with a reference that shares no code with the kernels. */
  check(): Promise<Check>
  /** bytes of memory it needs for intermediate results */
  memory?: number
  /** Runs once with each kernel timed by the adapter: ms by kernel, and how many dispatches. */
  profile?(): Promise<KernelTime[]>
  /** a run does only this share of what the case counts as one run. Default 1 */
  share?: number
  destroy(): void
}

export interface KernelTime {
  kernel: string
  ms: number
  dispatches: number
}

/** The largest error over what was compared, in units of its tolerance: at most 1 is right. */
export interface Check {
  error: number
  /** what was compared with what */
  compared: string
}

export interface Case {
  /** Stable across versions: runs are compared by it. */
  id: string
  group: Group
  label: string
  /** useful floating-point operations per run */
  flops?: number
  /** bytes that any implementation has to move per run */
  bytes?: number
  /** tokens trained on or generated per run */
  tokens?: number
  /** its place in a series of cases that shows how cost grows */
  axis?: { name: string; x: number }
  /** which ceiling its share is of */
  bound: 'multiply-add' | 'copy'
  open(gpu: Gpu): Promise<Subject>
  /** Other ways to get the same result, timed in turn with it. */
  rivals?: readonly { name: string; open(gpu: Gpu): Promise<Subject> }[]
}

export const GROUPS = [
  'matmul',
  'attention',
  'softmax-loss',
  'layer-norm',
  'adamw',
  'training',
  'generation',
  'growth',
] as const
export type Group = (typeof GROUPS)[number]

/** Seeded test data, normal times `scale`. A few thousand draws, repeated: timing needs no more. */
export function noise(size: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  const random = new Random(seed, 'benchmark')
  const period = Float32Array.from({ length: Math.min(size, 4099) }, () => random.normal() * scale) // 4099 is prime
  return Float32Array.from({ length: size }, (_, i) => period[i % period.length])
}

/** A recorded program with its inputs, as a subject. */
export async function programSubject(
  gpu: Gpu,
  record: (
    program: Program,
    put: (data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, ...shape: number[]) => Tensor,
  ) => () => Promise<Check>,
): Promise<Subject> {
  const program = new Program(gpu, 'benchmark')
  const inputs: Tensor[] = []
  const check = record(program, (data, ...shape) => {
    const tensor = upload(gpu, data, shape, 'benchmark')
    inputs.push(tensor)
    return tensor
  })
  await program.build()
  return {
    memory: program.memory().planned,
    run(times) {
      submit(gpu, new Array(times).fill(program))
    },
    check() {
      program.submit()
      return check()
    },
    destroy() {
      program.destroy()
      inputs.forEach(destroyTensor)
    },
  }
}

/** The largest |got − want| / (atol + rtol·|want|). NaN counts as infinite. */
export function worstError(
  pairs: Iterable<readonly [got: number, want: number]>,
  { atol, rtol }: { atol: number; rtol: number },
): number {
  let worst = 0
  for (const [got, want] of pairs) {
    const error = Math.abs(got - want) / (atol + rtol * Math.abs(want))
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error
  }
  return worst
}
