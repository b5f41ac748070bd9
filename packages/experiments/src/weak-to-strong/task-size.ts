// How large tasks are, for plans: the same for every world and every task of a family, so it is looked up once.

import { attributeTask, type TaskFamily } from './attribute-tasks.ts'
import { createAttributeWorld, type Split } from './attribute-world.ts'
import { comparisons } from './reward-world.ts'

export interface TaskSize {
  items: number
  inputLength: number
}

const known = new Map<string, TaskSize>()

export function taskSize(family: TaskFamily, split: Split): TaskSize {
  return once(`${family} ${split}`, () => {
    const { items, inputLength } = attributeTask(createAttributeWorld(1), family, 0, split)
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
