// A benchmark's configuration as the query of the page's address, and back.

import { GROUPS, type Group } from '@nanoalign/experiments'

export interface BenchConfig {
  quick: boolean
  /** in the suite's order */
  only: Group[]
}

export const usualGroups = GROUPS.filter((group) => group !== 'growth')

export function toBenchQuery({ quick, only }: BenchConfig): string {
  return `suite=${quick ? 'quick' : 'whole'}&only=${only.join(',')}`
}

/** What the query leaves out is the quick suite without growth. @throws Error in words for the visitor. */
export function fromBenchQuery(query: URLSearchParams): BenchConfig {
  const suite = query.get('suite') ?? 'quick'
  if (suite !== 'quick' && suite !== 'whole') throw new Error(`the suite is "${suite}" but must be quick or whole`)
  const wanted = query.get('only')?.split(',') ?? usualGroups
  const unknown = wanted.find((name) => !(GROUPS as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`"${unknown}" cannot be measured; there are ${GROUPS.join(', ')}`)
  return { quick: suite === 'quick', only: GROUPS.filter((group) => wanted.includes(group)) }
}

/** The same benchmark for the command line. */
export function toBenchCommand({ quick, only }: BenchConfig): string {
  return `nanoalign bench${quick ? ' --quick' : ''}${only.join() === usualGroups.join() ? '' : ` --only ${only.join(',')}`}`
}
