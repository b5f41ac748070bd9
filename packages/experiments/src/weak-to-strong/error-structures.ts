// Supervisors that are wrong as often as the weak model, on other items (Burns et al. 2023, appendix E.2, Fig. 25): the
// truth of half B with exactly as many labels flipped. They need the truth, so they belong to the analyses.

import { Random } from '@nanoalign/kernels'
import type { Beliefs } from './finetune-stage.ts'
import type { Task } from './worlds/world.ts'

/**
 * - `weak`: the weak model's own errors (its labels, rounded);
 * - `random`: items drawn at random;
 * - `rare`, `frequent`: the hardest or the easiest items, as far as the world knows: those with the rarest or the most
 *   frequent nouns (the paper: longest or shortest prompts);
 * - `unsure`: where the ceiling is least confident;
 * - `adversarial`: where the ceiling is most confidently right.
 */
export const errorStructures = ['weak', 'random', 'rare', 'frequent', 'unsure', 'adversarial'] as const
export type ErrorStructure = (typeof errorStructures)[number]

/** Labels of half B, 0 or 1. */
export function structuredErrors(
  structure: ErrorStructure,
  weak: Beliefs,
  ceiling: Beliefs,
  { name, labels: truth, difficulty }: Pick<Task, 'name' | 'labels' | 'difficulty'>,
  seed: number,
): Float32Array {
  const rounded = weak.onB.map((p) => Number(p > 0.5))
  if (structure === 'weak') return rounded
  const wrong = rounded.filter((label, i) => label !== truth[i]).length
  const random = new Random(seed, `w2s/errors/${name}`)
  const chance = Array.from(truth, () => random.uniform())
  const trust = Array.from(truth, (label, i) => (label === 1 ? ceiling.onB[i] : 1 - ceiling.onB[i]))
  const firstToFlip: Record<Exclude<ErrorStructure, 'weak'>, (i: number) => number> = {
    random: (i) => chance[i],
    rare: (i) => -(difficulty?.[i] ?? 0),
    frequent: (i) => difficulty?.[i] ?? 0,
    unsure: (i) => Math.abs(trust[i] - 0.5),
    adversarial: (i) => -trust[i],
  }
  const rank = firstToFlip[structure]
  const order = Array.from(truth.keys()).sort((i, j) => rank(i) - rank(j) || chance[i] - chance[j] || i - j)
  const labels = Float32Array.from(truth)
  for (const i of order.slice(0, wrong)) labels[i] = 1 - labels[i]
  return labels
}
