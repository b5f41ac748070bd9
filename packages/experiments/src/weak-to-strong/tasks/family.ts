// A family of binary tasks on a world: one question, asked about each attribute k.

interface Common {
  name: string
  /** What is asked, for the report. */
  about: string
}

/** Eight tasks on the attribute world. */
export interface AttributeFamily extends Common {
  world: 'attributes'
  /** How many nouns a question has: 1 (`bos n`) or 3 (`bos n n n grp`). */
  nouns: 1 | 3
  /** The label, 0 or 1. `a(i, noun)` is attribute i (mod 8) of the noun-th noun, the first by default. */
  label(a: (i: number, noun?: number) => number, k: number): number
}

/** Four tasks on the binding world: `bos n₁ c₁ n₂ c₂ c`, and the noun before the marker c is meant. */
export interface BindingFamily extends Common {
  world: 'binding'
  /** The label, 0 or 1. `a(i)` is attribute i (mod 4) of the noun that is meant. */
  label(a: (i: number) => number, k: number): number
}

/** Four tasks on real text. */
export interface TextFamily extends Common {
  world: 'text'
  /** Tokens of an item, at most 32. */
  inputLength: number
  /**
   * The item that begins at a place of a chapter's tokens, or undefined where there is none. `letters` are the tokens of
   * a to z, in order.
   */
  item(
    at: { chapter: Uint32Array; start: number; letters: Uint32Array },
    k: number,
  ): { input: ArrayLike<number>; label: number } | undefined
}

/** Four tasks on the world with in-context episodes: `bos n`. */
export interface EpisodeFamily extends Common {
  world: 'episodes'
  /** The label, 0 or 1. `a(i)` is attribute i (mod 4) of the noun. */
  label(a: (i: number) => number, k: number): number
}

export type Family = AttributeFamily | BindingFamily | EpisodeFamily | TextFamily
export type WorldName = Family['world']

/** 1 where most of the values are 1. */
export function majority(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) * 2 > values.length ? 1 : 0
}
