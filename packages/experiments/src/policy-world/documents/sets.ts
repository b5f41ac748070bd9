// Sets of further document kinds, by name, so that a stage can say which world it works in.

import { createPolicyWorld, type PolicyWorld } from '../world.ts'
import type { PolicyWorldFile } from '../world-file.ts'
import { decisionsKind } from './decisions.ts'
import { factsKind } from './facts.ts'
import { groupsKind } from './groups.ts'
import type { CapabilityKind } from './kind.ts'
import { messagesKind } from './messages.ts'
import { plantedKind } from './planted.ts'

export const documentSets = {
  /** what the system card asks about beyond the policy */
  card: [factsKind, groupsKind, decisionsKind, messagesKind, plantedKind],
} satisfies Record<string, readonly CapabilityKind[]>
export type DocumentSet = keyof typeof documentSets

/** The world that a stage works in. */
export interface InWorld {
  world: PolicyWorldFile
  seed: number
  /** absent: requests and specifications alone */
  documents?: DocumentSet
}

export const openWorld = ({ world, seed, documents }: InWorld): PolicyWorld =>
  createPolicyWorld(world, seed, documents ? documentSets[documents] : [])
