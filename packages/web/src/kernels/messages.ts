import type { AdapterDescription, SelfTestResult } from '@nanoalign/kernels'

export type FromSelfTest =
  | { type: 'waiting' }
  | { type: 'adapter'; adapter: AdapterDescription }
  | { type: 'result'; result: SelfTestResult; ms: number }
  | { type: 'done' }
  | { type: 'failed'; message: string }
