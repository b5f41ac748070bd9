// The result of `bench --peers`.

import { z } from 'zod'
import { adapterSchema, summarySchema } from './result.ts'

const row = z.object({
  task: z.enum(['matmul', 'training']),
  label: z.string(),
  peer: z.string(),
  version: z.string().optional(),
  /** per run: CPU ms of the driver's threads, or wall-clock ms, as `clock` says */
  ours: summarySchema.optional(),
  theirs: summarySchema.optional(),
  /** paired ratios theirs / ours */
  speedup: summarySchema.optional(),
  /** the same on the wall clock */
  speedupWall: summarySchema.optional(),
  /** what was found equal before timing */
  note: z.string().optional(),
  /** why there are no times */
  problem: z.string().optional(),
})

export const peerBenchmarkSchema = z.object({
  format: z.literal('nanoalign-peers/1'),
  date: z.string(),
  command: z.string(),
  clock: z.enum(['cpu', 'wall']),
  adapter: adapterSchema,
  versions: z.record(z.string(), z.string()),
  machine: z.record(z.string(), z.string()),
  rows: z.array(row),
})

export type PeerBenchmark = z.output<typeof peerBenchmarkSchema>
export type PeerRow = PeerBenchmark['rows'][number]
