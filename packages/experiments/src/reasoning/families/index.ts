// The families of problems. To add one: a file like these, and its name in the list.

import { addition } from './addition.ts'
import { arithmetic } from './arithmetic.ts'
import { expressions } from './expressions.ts'
import type { ReasoningFamily } from './family.ts'
import { homing } from './homing.ts'

export const reasoningFamilies: readonly ReasoningFamily[] = [addition, expressions, homing, arithmetic]

/** @throws Error naming those that there are. */
export function reasoningFamily(name: string): ReasoningFamily {
  const found = reasoningFamilies.find((family) => family.name === name)
  if (!found) throw new Error(`task "${name}" is not one of ${reasoningFamilies.map((each) => each.name).join(', ')}`)
  return found
}
