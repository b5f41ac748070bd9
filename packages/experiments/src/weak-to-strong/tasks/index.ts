// The families of tasks. To add one: a file like these, and its name in the list.

import { ask } from './ask.ts'
import { attr } from './attr.ts'
import { bind } from './bind.ts'
import { bvote } from './bvote.ts'
import { ends } from './ends.ts'
import type { Family, WorldName } from './family.ts'
import { maj } from './maj.ts'
import { mux } from './mux.ts'
import { next } from './next.ts'
import { vote } from './vote.ts'

export const families: readonly Family[] = [attr, vote, mux, maj, bind, bvote, ask, next, ends]

const tasksOf: Record<WorldName, number> = { attributes: 8, binding: 4, episodes: 4, text: 4 }

/** How many tasks the family of that name has. */
export function taskCount(family: string): number {
  return tasksOf[familyNamed(family).world]
}

export function familyNamed(name: string): Family {
  const found = families.find((family) => family.name === name)
  if (!found) throw new Error(`task family "${name}" is not one of ${families.map((family) => family.name).join(', ')}`)
  return found
}

/** The family whose prompts, in the same order, a family asks about: itself, or the first one that has them. */
export function promptsOf(family: string): { family: string; ofAnyTask: boolean } {
  const found = familyNamed(family)
  if (found.world === 'attributes' && found.nouns === 1) return { family: attr.name, ofAnyTask: true }
  if (found.world === 'binding') return { family: bind.name, ofAnyTask: true }
  if (found.world === 'episodes') return { family: ask.name, ofAnyTask: true }
  return { family, ofAnyTask: false }
}
