// What a page and the worker that runs its study say to each other.

import type { Provenance, StageEvent } from '@nanoalign/experiments'
import type { AdapterDescription } from '@nanoalign/kernels'
import type { Drawable } from '../report/messages.ts'
import type { PlannedWork } from './planned-work.ts'

/** What the page knows of a run's provenance; the worker adds adapter and date. */
export type Origin = Omit<Provenance, 'adapter' | 'date'>

export type ToStudy<Options> =
  | { type: 'start'; options: Options; origin: Origin }
  /** asks what a run of these options, which the page calls `id`, would do */
  | { type: 'plan'; options: Options; id: string }
  /** ends the work after a checkpoint */
  | { type: 'pause' }
  /** for tests: makes the device go away */
  | { type: 'lose-device' }

export type FromStudy<News> =
  /** the answer to `plan` */
  | { type: 'planned'; id: string; work: PlannedWork[] }
  /** another tab has the GPU; this run begins when that one ends */
  | { type: 'waiting' }
  /** with what this run will do */
  | { type: 'started'; adapter: AdapterDescription; work: PlannedWork[] }
  | { type: 'stage'; event: StageEvent }
  /** what only this study has to tell */
  | { type: 'news'; news: News }
  /** the report so far, and what is still to come */
  | { type: 'partial'; drawable: Drawable; missing: string[] }
  /** `hash` of the result's exact numbers */
  | { type: 'done'; drawable: Drawable; hash: string }
  | { type: 'paused' }
  | { type: 'failed'; error: string; message: string }
