// A runner that computes nothing: it walks an experiment with outputs of the right shape, and notes what each stage would
// cost and what it needs. Keys depend on inputs alone, so the plan names exactly the stages that a run will make.

import { Artifact, type Runner, type StageDefinition, stageKey } from './stage.ts'
import { inputKeys, stageJob } from './stage-job.ts'
import type { Blobs } from './store.ts'

export interface PlannedStage {
  name: string
  flops: number
  submits: number
  /** of the encoded output */
  bytes: number
  /** keys of the stages whose artifacts are inputs */
  needs: string[]
}

/** What has been asked for, by key, in an order in which everything comes after what it needs. */
export type StagePlans = Map<string, PlannedStage>

/** @throws Error, when asked for it, for a stage that has no `plan`. */
export function createPlanner(): { runner: Runner; stages: StagePlans } {
  const stages: StagePlans = new Map()
  async function stage<Inputs, Output>(definition: StageDefinition<Inputs, Output>, inputs: Inputs) {
    const { key } = stageKey(definition, inputs)
    if (!definition.plan) throw new Error(`planner: stage ${definition.name} has no plan`)
    const { output, flops, submits } = definition.plan(inputs)
    if (!stages.has(key))
      stages.set(key, {
        name: definition.name,
        flops,
        submits,
        bytes: bytesOf(definition.encode(output)),
        needs: inputKeys(stageJob(definition, inputs)),
      })
    return new Artifact(key, output)
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

function bytesOf(blobs: Blobs): number {
  return Object.values(blobs).reduce((sum, { length }) => sum + length, 0)
}
