// Which items of a half a model is trained on, other than all of them. The number of steps stays the same.

import { Random } from '@nanoalign/kernels'
import type { Task } from './worlds/world.ts'

export type ItemChoice =
  | 'all'
  /** the share of them with the most confident labels, the same share of either label */
  | { confident: number }
  /** so many of them, drawn at random; a larger draw holds the smaller ones */
  | { random: number }
  /** the easiest or the hardest share of them, as the world knows difficulty */
  | { easiest: number }
  | { hardest: number }

/** Their indices, or undefined for all. */
export function chosenItems(
  choice: ItemChoice,
  targets: Float32Array,
  { name, difficulty }: Pick<Task, 'name' | 'difficulty'>,
  seed: number,
): number[] | undefined {
  if (choice === 'all') return undefined
  if ('confident' in choice) return mostConfident(targets, choice.confident)
  const all = Array.from(targets.keys())
  if ('random' in choice) return new Random(seed, `w2s/items/${name}`).shuffle(all).slice(0, choice.random)
  if (!difficulty) throw new Error(`items: ${name} has no difficulty to choose by`)
  const [share, sign] = 'easiest' in choice ? [choice.easiest, 1] : [choice.hardest, -1]
  all.sort((i, j) => sign * (difficulty[i] - difficulty[j]) || i - j)
  return all.slice(0, Math.round(share * all.length))
}

/** The items whose label is among the `share` most confident ones of those with the same rounded label, in order. */
export function mostConfident(targets: Float32Array, share: number): number[] {
  const kept = [0, 1].flatMap((label) => {
    const own = Array.from(targets.keys()).filter((i) => Number(targets[i] > 0.5) === label)
    own.sort((i, j) => Math.abs(targets[j] - 0.5) - Math.abs(targets[i] - 0.5) || i - j)
    return own.slice(0, Math.round(share * own.length))
  })
  return kept.sort((i, j) => i - j)
}
