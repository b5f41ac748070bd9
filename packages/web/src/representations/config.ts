// What is looked at, as the query of the page's address, and back.

import { weakToStrongFamilies, weakToStrongSizes } from '@nanoalign/experiments'
import { sizes } from '../weak-to-strong/config.ts'

/** Families of the world that is shown here. */
export const families = weakToStrongFamilies.filter(({ world }) => world === 'attributes').map(({ name }) => name)

export interface StatesConfig {
  weak: string
  strong: string
  seed: number
  family: string
  k: number
}

export const colourings = ['truth', 'teacher', 'student'] as const
export type Colouring = (typeof colourings)[number]

/** How it is looked at: which of the looks during finetuning, and what the colours mean. */
export interface StatesView {
  look: number
  colouring: Colouring
}

/** Looks at each model: before the first step, then three per epoch of four. */
export const LOOKS = 13

const usual: StatesConfig = { weak: 'c', strong: 'f', seed: 1, family: 'attr', k: 0 }

/** Without a view the address asks for nothing to be computed yet. */
export function toStatesQuery({ weak, strong, seed, family, k }: StatesConfig, view?: StatesView): string {
  const query = new URLSearchParams({ weak, strong, seed: String(seed), family, k: String(k) })
  if (view) {
    query.set('look', String(view.look))
    query.set('colour', view.colouring)
  }
  return query.toString()
}

/** @throws Error in words for the visitor. */
export function fromStatesQuery(query: URLSearchParams): { config: StatesConfig; view?: StatesView } {
  const whole = (name: string, usually: number, most: number) => {
    const text = query.get(name) ?? String(usually)
    if (!/^\d{1,10}$/.test(text) || Number(text) > most)
      throw new Error(`${name} is "${text}" but must be an integer from 0 to ${most}`)
    return Number(text)
  }
  const one = (name: string, usually: string, among: readonly string[]) => {
    const value = query.get(name) ?? usually
    if (!among.includes(value)) throw new Error(`${name} is "${value}" but must be one of ${among.join(', ')}`)
    return value
  }
  const config = {
    weak: one('weak', usual.weak, sizes),
    strong: one('strong', usual.strong, sizes),
    seed: whole('seed', usual.seed, 0xffffffff),
    family: one('family', usual.family, families),
    k: whole('k', usual.k, 7),
  }
  if (!query.has('look')) return { config }
  const colouring = one('colour', 'truth', colourings) as Colouring
  return { config, view: { look: whole('look', LOOKS - 1, LOOKS - 1), colouring } }
}

/** `width 24` */
export const widthOf = (size: string) => `width ${weakToStrongSizes[size].nEmbd}`
