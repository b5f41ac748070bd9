// What the page asks of the worker that draws reports.

import type { Benchmark, Makers, Provenance, Report } from '@nanoalign/experiments'
import type { StudyName } from './study-reports.ts'

export type Drawable =
  | { kind: 'report'; report: Report }
  /**
   * a study's result as JSON, complete or not: as bytes that are handed over, not copied, as unpacking them on the page's
   * thread could make it stutter
   */
  | { kind: 'study'; study: StudyName; result: Uint8Array<ArrayBuffer>; provenance: Provenance; makers: Makers }
  /** a benchmark, compared with an earlier one's JSON if there is one; without a result of its own, the earlier one */
  | { kind: 'benchmark'; result?: Benchmark; earlier?: { name: string; text: string } }

export const buffersOf = (what: Drawable): ArrayBuffer[] => (what.kind === 'study' ? [what.result.buffer] : [])

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
