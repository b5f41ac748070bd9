import type { Random } from '@nanoalign/kernels'
import type { PolicyWorld } from '../world.ts'
import type { PolicyWorldFile } from '../world-file.ts'

/** A row to learn from, of at most rowLength tokens. */
export interface CapabilityDocument {
  tokens: Uint32Array
  /** 1 where the token is to be predicted from those before it */
  learned: Uint8Array
}

/** One kind of document in the capability stream, which knows nothing of the real policy. */
export interface CapabilityKind {
  name: string
  /** share of the stream, relative to the other kinds */
  weight: number
  /** words beyond those of the world */
  words?(file: PolicyWorldFile): string[]
  document(world: PolicyWorld, random: Random): CapabilityDocument
}
