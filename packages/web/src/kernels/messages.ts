import type { Benchmark, Group, Row } from '@nanoalign/experiments'
import type { AdapterDescription, SelfTestResult } from '@nanoalign/kernels'

export type FromSelfTest =
  | { type: 'waiting' }
  | { type: 'adapter'; adapter: AdapterDescription }
  | { type: 'result'; result: SelfTestResult; ms: number }
  | { type: 'done' }
  | { type: 'failed'; message: string }

export type ToBench = { type: 'start'; quick: boolean; only: Group[] } | { type: 'stop' }

/** What a benchmark measures, without what the page knows: date, versions, browser. */
export type Measured = Pick<Benchmark, 'quick' | 'adapter' | 'ceilings' | 'rows'>

export type FromBench =
  | { type: 'waiting' }
  | { type: 'started'; adapter: AdapterDescription }
  | { type: 'case'; label: string; group: Group }
  | { type: 'row'; row: Row }
  | { type: 'done'; measured: Measured }
  | { type: 'stopped' }
  | { type: 'failed'; message: string }
