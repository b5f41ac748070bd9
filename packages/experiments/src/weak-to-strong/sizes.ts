// The ladder of model sizes: names, widths and how much each has read (recipe "flatN1600").

import type { GPTConfig } from '@nanoalign/model'
import { outputSize, rowLength, vocabSize } from './attribute-world.ts'

export interface LadderSize {
  nLayer: number
  nHead: number
  nEmbd: number
  /** rows of the corpus, read once */
  rows: number
}

/**
 * Larger models have also read more, so the ladder is one of pretraining compute. On equal data these sizes know
 * nearly the same: a gap between them is one of what was learned, not of what could be.
 */
export const weakToStrongSizes: Record<string, LadderSize> = {
  a: { nLayer: 1, nHead: 1, nEmbd: 8, rows: 4_000 },
  b: { nLayer: 1, nHead: 1, nEmbd: 16, rows: 24_000 },
  c: { nLayer: 1, nHead: 2, nEmbd: 24, rows: 32_000 },
  d: { nLayer: 1, nHead: 2, nEmbd: 32, rows: 44_000 },
  f: { nLayer: 1, nHead: 2, nEmbd: 48, rows: 64_000 },
}

export function ladderConfig({ nLayer, nHead, nEmbd }: LadderSize): GPTConfig {
  return { vocabSize, outputSize, blockSize: rowLength, nLayer, nHead, nEmbd }
}

/** The sizes' names, in order of pretraining compute. */
export function ladder(): string[] {
  return Object.keys(weakToStrongSizes)
}
