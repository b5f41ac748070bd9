// What made the artifacts that a result rests on: those that were found may be of other adapters, code or kernels than this
// process has.

import type { Block, MadeBy as StageMadeBy } from '@nanoalign/experiments'
import { z } from 'zod'
import { adapterClass } from './provenance.ts'

const count = z.record(z.string(), z.number())
export const madeBySchema = z.object({ adapters: count, code: count, kernels: count })
/** How many artifacts each class of adapters, each version of the code and each tuning of the kernels made. */
export type MadeBy = z.infer<typeof madeBySchema>

/** Counts artifacts by what made them, each once. */
export class Tally {
  readonly #seen = new Set<string>()
  readonly counts: MadeBy = { adapters: {}, code: {}, kernels: {} }

  add(key: string, { adapters, code, tuning }: StageMadeBy): void {
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const { counts } = this
    const classes = new Set(adapters.length > 0 ? adapters.map(adapterClass) : [UNKNOWN])
    for (const each of classes) bump(counts.adapters, each)
    bump(counts.code, code ?? UNKNOWN)
    bump(counts.kernels, kernelsText(tuning))
  }

  /** of what was counted */
  get keys(): Iterable<string> {
    return this.#seen
  }

  /** The classes of adapters, or undefined while there is nothing. */
  get adapterText(): string | undefined {
    return Object.keys(this.counts.adapters).sort().join(' + ') || undefined
  }
}

const UNKNOWN = 'not recorded'

/** `default kernels` or `tuned kernels 1a2b3c4d`. */
export function kernelsText(tuning: string | undefined): string {
  if (tuning === undefined) return UNKNOWN
  return tuning === 'default' ? 'default kernels' : `tuned kernels ${tuning}`
}

function bump(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** A word for the reader when more than one class of adapters, or version of the code, is in a result. */
export function mixedBlocks({ adapters, code }: MadeBy): Block[] {
  const notes: string[] = []
  const classes = Object.keys(adapters)
  if (classes.length > 1)
    notes.push(
      `Made on ${classes.length} classes of adapters (${classes.sort().join('; ')}). On one class the same stage gives the same bits; between classes rounding ` +
        'differs, within the tolerances of docs/numerics.md, and training amplifies that: a run repeated on one class alone may differ in the last digits.',
    )
  if (Object.keys(code).length > 1)
    notes.push(
      `Made by ${Object.keys(code).length} versions of the code; artifacts whose stage has the same version number were kept.`,
    )
  return notes.length > 0 ? [{ kind: 'text', heading: 'Mixed', text: notes.join('\n\n') }] : []
}

/** All that is known, as one table. */
export function madeByTable({ adapters, code, kernels }: MadeBy): Block {
  const rows = [
    ...Object.entries(adapters),
    ...Object.entries(code).map(([version, n]) => [`code ${version}`, n] as const),
    ...Object.entries(kernels).map(([name, n]) => [name === UNKNOWN ? `kernels ${name}` : name, n] as const),
  ]
  return {
    kind: 'table',
    caption: 'What made the artifacts',
    columns: ['adapter, code or kernels', 'artifacts'],
    rows: rows.map(([name, n]) => [name, { value: n, format: 'number', digits: 0 }]),
  }
}
