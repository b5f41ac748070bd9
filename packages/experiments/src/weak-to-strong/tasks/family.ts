/** A family of eight binary tasks on the attribute world: one readout of the latent attributes, for each attribute k. */
export interface AttributeFamily {
  name: string
  /** What is asked, for the report. */
  about: string
  /** How many nouns a question has: 1 (`bos n`) or 3 (`bos n n n grp`). */
  nouns: 1 | 3
  /** The label, 0 or 1. `a(i, noun)` is attribute i (mod 8) of the noun-th noun, the first by default. */
  label(a: (i: number, noun?: number) => number, k: number): number
}

/** 1 where most of the values are 1. */
export function majority(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) * 2 > values.length ? 1 : 0
}
