// What the page and the worker that runs the study say to each other. Results travel as JSON bytes that are handed
// over, not copied: unpacking them on the page's thread could make it stutter.

import type { StageEvent, WeakToStrongOptions } from '@nanoalign/experiments'
import type { AdapterDescription } from '@nanoalign/kernels'

export type ToStudy =
  | { type: 'start'; options: WeakToStrongOptions }
  /** ends the work after a checkpoint */
  | { type: 'pause' }
  /** for tests: makes the device go away */
  | { type: 'lose-device' }

export type FromStudy =
  /** another tab has the GPU; this run begins when that one ends */
  | { type: 'waiting' }
  | { type: 'started'; adapter: AdapterDescription }
  | { type: 'stage'; event: StageEvent }
  | { type: 'task'; cell: Cell }
  /** the complete part of the result so far, at least one task of one seed */
  | { type: 'partial'; result: Uint8Array<ArrayBuffer> }
  | { type: 'done'; result: Uint8Array<ArrayBuffer>; hash: string }
  | { type: 'paused' }
  | { type: 'failed'; error: string; message: string }

/** Test accuracies of one seed and task. */
export interface Cell {
  seed: number
  family: string
  k: number
  weak: number
  ceiling: number
  students: Record<string, number>
}
