// What the page asks of the worker that draws reports.

import type { Benchmark, Provenance, Report } from '@nanoalign/experiments'

export type Drawable =
  | { kind: 'report'; report: Report }
  /** a weak-to-strong result as JSON, complete or not */
  | { kind: 'weak-to-strong'; result: Uint8Array<ArrayBuffer>; provenance: Provenance }
  /** a benchmark, compared with an earlier one's JSON if there is one; without a result of its own, the earlier one */
  | { kind: 'benchmark'; result?: Benchmark; earlier?: { name: string; text: string } }

export type ToDrawing = { id: number } & ({ type: 'draw'; what: Drawable } | { type: 'html'; report: Report })

export interface Drawing {
  report: Report
  /** one HTML fragment per block of the report */
  blocks: string[]
  /** every figure as an SVG file */
  figures: { title: string; svg: string }[]
}

export type FromDrawing = { id: number } & (
  | { type: 'drawn'; drawing: Drawing }
  | { type: 'html'; html: string }
  | { type: 'failed'; message: string }
)
