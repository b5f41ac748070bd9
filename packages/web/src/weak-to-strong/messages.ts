// What the study's worker tells the page beyond progress and reports.

/** Test accuracies of one seed and task. */
export interface Cell {
  seed: number
  family: string
  k: number
  weak: number
  ceiling: number
  students: Record<string, number>
}
