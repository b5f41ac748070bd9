// The families of tasks. To add one: a file like these, and its name in the list.

import { attr } from './attr.ts'
import type { AttributeFamily } from './family.ts'
import { maj } from './maj.ts'
import { mux } from './mux.ts'
import { vote } from './vote.ts'

export const families: readonly AttributeFamily[] = [attr, vote, mux, maj]

export function familyNamed(name: string): AttributeFamily {
  const found = families.find((family) => family.name === name)
  if (!found) throw new Error(`task family "${name}" is not one of ${families.map((family) => family.name).join(', ')}`)
  return found
}
