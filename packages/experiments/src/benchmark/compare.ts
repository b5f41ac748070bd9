// Two runs of the suite side by side.

import type { Benchmark, Row } from './result.ts'
import { type Change, compareCosts } from './summary.ts'

export interface Comparison {
  /** why times may not be comparable, e.g. another adapter */
  warnings: string[]
  changes: (Change & { id: string; label: string; group: Row['group'] })[]
  /** rows that only one of the two has, or that failed in one */
  onlyBefore: string[]
  onlyAfter: string[]
}

export function compareBenchmarks(before: Benchmark, after: Benchmark): Comparison {
  const warnings: string[] = []
  const differ = (what: string, a: string, b: string) => {
    if (a !== b) warnings.push(`${what} differs: ${a} before, ${b} now`)
  }
  differ('adapter', before.adapter.name, after.adapter.name)
  differ('driver', before.adapter.driver, after.adapter.driver)
  differ('robustness', onOff(before.adapter.robustness), onOff(after.adapter.robustness))
  differ('processor', before.machine.cpu ?? 'unknown', after.machine.cpu ?? 'unknown')

  const old = new Map(before.rows.filter((row) => row.wallMs).map((row) => [row.id, row]))
  const timed = after.rows.filter((row) => row.wallMs)
  const changes = timed.flatMap((row) => {
    const known = old.get(row.id)
    if (!known) return []
    const { id, label, group } = row
    // CPU time where both have it: other processes disturb it less
    const change =
      known.cpuMs && row.cpuMs ? compareCosts(known.cpuMs, row.cpuMs) : compareCosts(known.wallMs!, row.wallMs!)
    return { id, label, group, ...change }
  })
  const news = new Set(timed.map((row) => row.id))
  return {
    warnings,
    changes,
    onlyBefore: [...old.values()].filter((row) => !news.has(row.id)).map((row) => row.label),
    onlyAfter: timed.filter((row) => !old.has(row.id)).map((row) => row.label),
  }
}

const onOff = (on: boolean) => (on ? 'on' : 'off')
