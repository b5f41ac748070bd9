// A runner that computes nothing: it walks an experiment and notes which stages it asks for, what they need and what they
// cost. Keys depend on inputs alone, so the plan names exactly the stages that a run will make. In the place of an output
// stands a value of which nothing is known.

import { Artifact, type Runner, type StageDefinition, type StagePlan, stageKey } from './stage.ts'
import { inputKeys, stageJob } from './stage-job.ts'

export interface PlannedStage extends Omit<StagePlan, 'config' | 'known'> {
  name: string
  /** keys of the stages whose artifacts are inputs */
  needs: string[]
  /** whether the output has a model */
  hasModel: boolean
  /** the stage does not say what it costs */
  unplanned?: true
}

/** What has been asked for, by key, in an order in which everything comes after what it needs. */
export type StagePlans = Map<string, PlannedStage>

/**
 * `stages` fills as an experiment is run with `runner`; what that experiment returns means nothing. `tuning` as in
 * RunnerOptions: the keys depend on it.
 */
export function createPlanner(tuning?: string): { runner: Runner; stages: StagePlans } {
  const stages: StagePlans = new Map()
  async function stage<Inputs, Output>(definition: StageDefinition<Inputs, Output>, inputs: Inputs) {
    const { key } = stageKey(definition, inputs, tuning)
    const plan: StagePlan | undefined = await definition.plan?.(inputs)
    const { config, known, ...cost } = plan ?? { flops: 0, submits: 0, bytes: 0, unplanned: true as const }
    const needs = inputKeys(stageJob(definition, inputs))
    if (!stages.has(key)) stages.set(key, { name: definition.name, ...cost, needs, hasModel: config !== undefined })
    const model = config && { model: unknownBut({ config }) }
    return new Artifact(key, unknownBut({ ...model, ...partsOf(known ?? {}) }) as Output)
  }
  return { runner: { stage }, stages }
}

/** For each stage the longest way from its start to the end of the study, where `cost` is that of one stage. */
export function pathLengths(stages: StagePlans, cost: (stage: PlannedStage) => number): Map<string, number> {
  const lengths = new Map<string, number>()
  // everything comes after what it needs, so backwards every stage is met before those it needs
  for (const [key, stage] of [...stages].reverse()) {
    const own = (lengths.get(key) ?? 0) + cost(stage)
    lengths.set(key, own)
    for (const need of stage.needs) lengths.set(need, Math.max(lengths.get(need) ?? 0, own))
  }
  return lengths
}

/** Nested objects of which nothing else is known. */
function partsOf(known: object): Record<string, unknown> {
  const parts = Object.entries(known).map(([name, value]) => [
    name,
    typeof value === 'object' ? unknownBut(partsOf(value)) : value,
  ])
  return Object.fromEntries(parts)
}

/**
 * A value of which only `known` is known. Every other property, and what it returns when called, is such a value; as a
 * list it is empty, as a number NaN.
 */
function unknownBut(known: Record<PropertyKey, unknown>): unknown {
  // a plain function has no properties of its own that can be listed, so Object.entries finds none
  const target = Object.setPrototypeOf(() => {}, null)
  delete target.length
  delete target.name
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(known, name)) return known[name]
      if (name === 'length') return 0
      if (name === 'then') return undefined // or an await would wait for it for ever
      if (name === Symbol.iterator) return function* () {}
      if (name === Symbol.toPrimitive) return () => Number.NaN
      return unknownBut({})
    },
    apply: () => unknownBut({}),
  })
}
