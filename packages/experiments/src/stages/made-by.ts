// What made the artifacts that a result rests on: those that were found may be of other adapters, code or kernels than this
// process has.

import type { Gpu } from '@nanoalign/kernels'
import type { Block, Report } from '../report/report.ts'
import type { MadeBy } from './stage.ts'

/** How many artifacts each class of adapters, each version of the code and each tuning of the kernels made. */
export interface Makers {
  adapters: Record<string, number>
  code: Record<string, number>
  kernels: Record<string, number>
}

/** The class of an adapter as it was recorded beside an artifact: on one class the same stage gives the same bits. */
export function adapterClass(recorded: unknown): string {
  const { name, software, driver, subgroupSize } = (recorded ?? {}) as Partial<Gpu['adapter']>
  if (typeof name !== 'string') return 'not recorded'
  const parts = [name, software ? 'software' : 'hardware', driver === name ? undefined : driver]
  return [...parts.filter(Boolean), subgroupSize ? `subgroups of ${subgroupSize}` : 'no fixed subgroups'].join(', ')
}

/** Counts artifacts by what made them, each once. */
export class MakerTally {
  readonly #seen = new Set<string>()
  readonly counts: Makers = { adapters: {}, code: {}, kernels: {} }

  add(key: string, { adapters, code, tuning }: MadeBy): void {
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
export function mixedBlocks({ adapters, code }: Makers): Block[] {
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

/** The report, with a word at its beginning when several classes of adapters, or versions of the code, are in it. */
export function withMakers(report: Report, makers: Makers): Report {
  return { ...report, blocks: [...mixedBlocks(makers), ...report.blocks] }
}

/** All that is known, as one table. */
export function madeByTable({ adapters, code, kernels }: Makers): Block {
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
