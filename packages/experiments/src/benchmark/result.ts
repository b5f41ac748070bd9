// What a benchmark run leaves behind: its schema, so that a file can be trusted years later, and its types.

import { z } from 'zod'
import { oneLine } from '../one-line.ts'
import { GROUPS } from './subject.ts'

export const summarySchema = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  count: z.number().int(),
})

const timing = {
  /** per run */
  wallMs: summarySchema.optional(),
  /** per run: CPU ms of the driver's threads, on software adapters */
  cpuMs: summarySchema.optional(),
  /** per run: CPU ms of the thread that runs JavaScript */
  hostMs: summarySchema.optional(),
}

const row = z.object({
  /** runs are compared by it */
  id: z.string(),
  group: z.enum(GROUPS),
  label: z.string(),
  /** useful work per run */
  flops: z.number().optional(),
  bytes: z.number().optional(),
  tokens: z.number().optional(),
  /** its place in a series that shows how cost grows: over parameters, T or batch */
  axis: z.object({ name: z.string(), x: z.number() }).optional(),
  bound: z.enum(['multiply-add', 'copy']),
  /** error in units of its tolerance; above 1 the row has no times */
  check: z.object({
    error: z
      .number()
      .nullable()
      .transform((x) => x ?? Infinity),
    compared: z.string(),
  }),
  ...timing,
  /** share of its ceiling */
  ofCeiling: summarySchema.optional(),
  /** buffers created while it was timed */
  buffersCreated: z.number().int().optional(),
  /** bytes of intermediate results */
  memory: z.number().optional(),
  /** how many times faster than other ways to the same result */
  versus: z.array(z.object({ name: z.string(), speedup: summarySchema, memory: z.number().optional() })).optional(),
  /** the adapter's own time for each kernel, slowest first, and all of them as a share of the wall-clock time */
  profile: z
    .object({
      kernels: z.array(z.object({ kernel: z.string(), ms: z.number(), dispatches: z.number().int() })),
      share: summarySchema,
    })
    .optional(),
})

const ceiling = z.object({
  kind: z.enum(['multiply-add', 'copy']),
  name: z.string(),
  /** flops or bytes per run */
  amount: z.number(),
  wallMs: summarySchema,
  cpuMs: summarySchema.optional(),
})

export const adapterSchema = z.object({
  name: z.string(),
  vendor: z.string(),
  architecture: z.string(),
  driver: z.string(),
  software: z.boolean(),
  subgroupSize: z.number().optional(),
  robustness: z.boolean(),
  features: z.array(z.string()),
})

export const benchmarkSchema = z.object({
  format: z.literal('nanoalign-benchmark/1'),
  date: z.string(),
  command: z.string(),
  quick: z.boolean(),
  adapter: adapterSchema,
  /** kernels chosen in place of the default ones, by class of shapes */
  tuning: z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), z.string()),
  /** what else is worth a line, such as the processor */
  machine: z.record(z.string(), z.string()),
  ceilings: z.array(ceiling),
  rows: z.array(row),
})

export type Benchmark = z.output<typeof benchmarkSchema>
export type Row = Benchmark['rows'][number]
export type Ceiling = Benchmark['ceilings'][number]
export type Timing = Pick<Ceiling, 'wallMs' | 'cpuMs'> & Pick<Row, 'hostMs'>

/** Reads a benchmark's JSON. @throws Error naming the file and the first field that is wrong. */
export function parseBenchmark(text: string, name: string): Benchmark {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw new Error(`${name} is no JSON: ${oneLine((error as Error).message)}`)
  }
  const parsed = benchmarkSchema.safeParse(data)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]
  throw new Error(`${name} is no benchmark result: ${oneLine(path.join('.') || 'the whole')}: ${message}`)
}
