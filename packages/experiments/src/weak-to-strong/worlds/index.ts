// The worlds by name, and their ladders of model sizes.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { WorldName } from '../tasks/family.ts'
import { familyNamed } from '../tasks/index.ts'
import { attributeSizes, attributesWorld } from './attributes.ts'
import { bindingSizes, bindingWorld } from './binding.ts'
import { episodeSizes, episodesWorld } from './episodes.ts'
import { textSizes, textWorld } from './text.ts'
import type { LadderSize, Split, Task, World } from './world.ts'

/** The rungs mean in each world what suits it; a pair of rungs can so be compared across worlds. */
export const ladders: Record<WorldName, Record<string, LadderSize>> = {
  attributes: attributeSizes,
  binding: bindingSizes,
  episodes: episodeSizes,
  text: textSizes,
}

/** The rungs' names, in order of pretraining compute. */
export function ladder(): string[] {
  return Object.keys(attributeSizes)
}

/** Opens worlds, each once. A world of text needs the text. */
export class Worlds {
  readonly #text: string | undefined
  readonly #open = new Map<string, World>()
  #hash: string | undefined

  constructor(text?: string) {
    this.#text = text
  }

  /** SHA-256 of the text, which belongs to the inputs of whatever is made from it. */
  get textHash(): string {
    this.#hash ??= bytesToHex(sha256(new TextEncoder().encode(this.#needText())))
    return this.#hash
  }

  open(name: WorldName, seed: number): World {
    const key = `${name} ${seed}`
    const found = this.#open.get(key) ?? this.#make(name, seed)
    this.#open.set(key, found)
    return found
  }

  /** The data of a task, in the world of its family. */
  task(seed: number, family: string, k: number, split: Split, draw?: number): Task {
    const found = familyNamed(family)
    return this.open(found.world, seed).task(found, k, split, draw)
  }

  #make(name: WorldName, seed: number): World {
    if (name === 'attributes') return attributesWorld(seed)
    if (name === 'binding') return bindingWorld(seed)
    if (name === 'episodes') return episodesWorld(seed)
    return textWorld(seed, this.#needText())
  }

  #needText(): string {
    if (this.#text === undefined) throw new Error('weak-to-strong: tasks on text need a text, which was not given')
    return this.#text
  }
}
