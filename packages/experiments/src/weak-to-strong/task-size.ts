// How large tasks are, for plans: the same for every seed and every task of a family, so it is looked up once.

import { createAttributeWorld } from './attribute-world.ts'
import { comparisons } from './reward-world.ts'
import type { Worlds } from './worlds/index.ts'
import type { Split } from './worlds/world.ts'

export interface TaskSize {
  items: number
  inputLength: number
}

const known = new Map<string, TaskSize>()

export function taskSize(worlds: Worlds, family: string, split: Split): TaskSize {
  return once(`${family} ${split}`, () => {
    const { items, inputLength } = worlds.task(1, family, 0, split)
    return { items, inputLength }
  })
}

/** Pairs of texts of a reward model's data. */
export function comparisonCount(split: Split): number {
  return once(`reward ${split}`, () => ({
    items: comparisons(createAttributeWorld(1), 0, split).pairs,
    inputLength: 0,
  })).items
}

function once(name: string, make: () => TaskSize): TaskSize {
  let size = known.get(name)
  if (!size) known.set(name, (size = make()))
  return size
}
