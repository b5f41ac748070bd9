// What a study costs before it starts: its stages, which of them are in the store already, and how long the others take.

import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type ArtifactStore,
  adapterClass,
  type Calibration,
  createPlanner,
  estimatedSeconds,
  noDevice,
  type PlannedStage,
  pathLengths,
  type StagePlans,
} from '@nanoalign/experiments'
import { limit } from '../limit.ts'
import { duration } from '../progress.ts'
import type { SweepExperiment } from './experiments.ts'
import type { ExpandedStudy } from './study-file.ts'

const READS_AT_ONCE = 32
/** Stages of one name whose recorded times are compared with their estimates. */
const MEASURED_AT_MOST = 8

export interface StudyPlan {
  stages: StagePlans
  /** in the store already */
  found: Set<string>
}

/** Walks every cell of the study without computing anything. @throws the signal's reason. */
export async function planStudy(
  { groups }: ExpandedStudy,
  experiments: Record<string, SweepExperiment>,
  store: ArtifactStore,
  signal?: AbortSignal,
): Promise<StudyPlan> {
  const { runner, stages } = createPlanner()
  for (const { experiment, options } of groups)
    for (const seed of options.seeds) {
      await experiments[experiment].run({ gpu: noDevice(), runner }, { ...options, seeds: [seed] })
      await nextTurn() // nothing in a plan waits for anything, so a Ctrl-C would not be heard
      signal?.throwIfAborted()
    }
  const found = new Set<string>()
  const reading = limit(READS_AT_ONCE)
  await Promise.all([...stages.keys()].map((key) => reading(async () => (await store.has(key)) && found.add(key))))
  return { stages, found }
}

/** How often longer (or shorter) stages of each name took on this class of adapter than a calibration says. */
export async function learnedFactors(
  { stages, found }: StudyPlan,
  store: ArtifactStore,
  adapter: string,
  calibration: Calibration,
): Promise<Record<string, number>> {
  const sums: Record<string, { real: number; estimated: number; count: number }> = {}
  for (const key of found) {
    const stage = stages.get(key)!
    const sum = (sums[stage.name] ??= { real: 0, estimated: 0, count: 0 })
    if (sum.count >= MEASURED_AT_MOST) continue
    const { provenance } = (await store.manifest(key)) ?? {}
    const seconds = Number(provenance?.elapsedSeconds)
    if (!(seconds > 0) || provenance?.resumed || adapterClass(provenance?.adapter) !== adapter) continue
    sum.real += seconds
    sum.estimated += estimatedSeconds(calibration, stage)
    sum.count++
  }
  return Object.fromEntries(
    Object.entries(sums).flatMap(([name, { real, estimated }]) => (estimated > 0 ? [[name, real / estimated]] : [])),
  )
}

export interface CostRow {
  name: string
  stages: number
  found: number
  /** of those that are not found */
  flops: number
  bytes: number
  seconds?: number
  /** some of its stages cannot say what they cost */
  partly: boolean
}

/** By name of stage, and all together. `seconds` estimates one stage. */
export function costs({ stages, found }: StudyPlan, seconds?: (stage: PlannedStage) => number): CostRow[] {
  const rows = new Map<string, CostRow>()
  const empty = { stages: 0, found: 0, flops: 0, bytes: 0, partly: false }
  const all: CostRow = { name: 'all', ...empty }
  for (const [key, stage] of stages) {
    const own: CostRow = rows.get(stage.name) ?? { name: stage.name, ...empty }
    rows.set(stage.name, own)
    for (const row of [own, all]) {
      row.stages++
      if (found.has(key)) row.found++
      else {
        row.flops += stage.flops
        row.bytes += stage.bytes
        row.partly ||= stage.unplanned ?? false
      }
      if (seconds) row.seconds = (row.seconds ?? 0) + (found.has(key) ? 0 : seconds(stage))
    }
  }
  return [...rows.values(), all]
}

/** How urgent each stage is: the longest way from it to the end of the study, as a share of the longest of all. */
export function urgencies(plan: StudyPlan, seconds: (stage: PlannedStage) => number): (key: string) => number {
  const lengths = pathLengths(plan.stages, (stage) => Math.max(seconds(stage), 1e-9))
  const longest = [...lengths.values()].reduce((most, length) => Math.max(most, length), 1e-9)
  return (key) => (lengths.get(key) ?? 0) / longest
}

/** The costs as lines of text. */
export function costText(rows: CostRow[]): string {
  const header = ['stage', 'stages', 'found', 'FLOPs', 'bytes', 'time']
  const cells = rows.map(({ name, stages, found, flops, bytes, seconds, partly }) => [
    name,
    String(stages),
    String(found),
    scaled(flops, ''),
    scaled(bytes, 'B'),
    seconds === undefined || (partly && flops === 0)
      ? 'not known'
      : `${partly ? 'above' : 'about'} ${duration(seconds)}`,
  ])
  const widths = header.map((_, c) => Math.max(...[header, ...cells].map((row) => row[c].length)))
  const line = (row: string[]) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('  ')
      .trimEnd()
  return [header, ...cells].map(line).join('\n')
}

/** `1.2 GB`, `350 k` */
function scaled(value: number, unit: string): string {
  const power = value > 0 ? Math.min(6, Math.floor(Math.log10(value) / 3)) : 0
  const digits = value / 1000 ** power
  const prefix = ['', 'k', 'M', 'G', 'T', 'P', 'E'][Math.max(0, power)]
  return `${digits >= 100 ? digits.toFixed(0) : digits.toPrecision(2)} ${prefix}${unit}`.trim()
}
