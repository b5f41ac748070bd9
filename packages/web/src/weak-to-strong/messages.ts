// What the study's worker tells the page beyond progress and reports.

/** Test accuracies of one pair of sizes, seed and task. */
export interface Cell {
  pair: { weak: string; strong: string }
  seed: number
  family: string
  k: number
  weak: number
  ceiling: number
  /** by method */
  students: Record<string, number>
}
