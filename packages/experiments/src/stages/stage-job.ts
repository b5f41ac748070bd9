// A stage as a message: what a worker on another machine needs to run it. Inputs keep the order of their properties, since
// a stage may loop over them; artifacts among them are their keys, and the worker reads them from the shared store.

import { Artifact, type Runner, type StageDefinition } from './stage.ts'
import type { ArtifactStore, OnCorrupt } from './store.ts'

export interface StageJob {
  name: string
  version: number
  /** JSON, with `{ $stage: key }` for each artifact */
  inputs: unknown
}

/** An input is not in the store, or not intact: whoever asked for it has to have it made again. */
export class MissingInputError extends Error {
  override readonly name = 'MissingInputError'
}

// biome-ignore lint/suspicious/noExplicitAny: definitions of any inputs and outputs side by side
export type AnyStage = StageDefinition<any, any>

export function stageJob<Inputs>(definition: StageDefinition<Inputs, unknown>, inputs: Inputs): StageJob {
  const json = JSON.stringify(inputs, (_, value) => (value instanceof Artifact ? { $stage: value.key } : value))
  return { name: definition.name, version: definition.version, inputs: JSON.parse(json) }
}

/** The keys of the artifacts among the inputs. */
export function inputKeys(job: StageJob): string[] {
  const keys = new Set<string>()
  JSON.stringify(job.inputs, (name, value) => {
    if (name === '$stage') keys.add(value)
    return value
  })
  return [...keys]
}

/**
 * Runs a job's stage, or finds its artifact in the store. Returns its key.
 * @throws Error for a stage or version that `definitions` does not have; MissingInputError; whatever the stage throws.
 */
export async function runStageJob(
  definitions: readonly AnyStage[],
  store: ArtifactStore,
  runner: Runner,
  job: StageJob,
  label?: string,
): Promise<string> {
  const definition = definitionOf(definitions, job.name)
  if (definition.version !== job.version)
    throw new Error(`stage ${job.name}: version ${job.version} is wanted but this worker has ${definition.version}`)
  const artifacts = new Map<string, Artifact<unknown>>()
  for (const key of inputKeys(job)) artifacts.set(key, await load(definitions, store, key))
  const { key } = await runner.stage(definition, withArtifacts(job.inputs, artifacts), { label })
  return key
}

async function load(definitions: readonly AnyStage[], store: ArtifactStore, key: string): Promise<Artifact<unknown>> {
  const definition = definitionOf(definitions, key.replace(/-[0-9a-f]{32}$/, ''))
  let why = 'is not in the store'
  const onCorrupt: OnCorrupt = (_, reason) => {
    why = `cannot be used: ${reason}`
  }
  const found = await store.get(key, onCorrupt)
  if (found) {
    try {
      return new Artifact(key, definition.decode(found.blobs))
    } catch (error) {
      onCorrupt(key, (error as Error).message)
    }
  }
  throw new MissingInputError(`input ${key} ${why}`)
}

function definitionOf(definitions: readonly AnyStage[], name: string): AnyStage {
  const definition = definitions.find((each) => each.name === name)
  if (!definition) throw new Error(`stage ${name} is not one that this worker knows`)
  return definition
}

function withArtifacts(value: unknown, artifacts: ReadonlyMap<string, Artifact<unknown>>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => withArtifacts(each, artifacts))
  const { $stage } = value as { $stage?: string }
  if ($stage !== undefined) return artifacts.get($stage)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withArtifacts(each, artifacts)]))
}
