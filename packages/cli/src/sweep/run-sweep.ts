// Runs a study: each seed of each group is a cell, which succeeds or fails by itself. Groups are written as runs as soon as
// their last cell has ended, so that little is held in memory.

import { type Artifact, MissingInputError, type Runner, type StageDefinition } from '@nanoalign/experiments'
import { DeviceLostError, type Gpu } from '@nanoalign/kernels'
import { Interrupted, UsageError } from '../errors.ts'
import { StoreWriteError } from '../folder-storage.ts'
import { StoreUnavailableError } from '../store/retry.ts'
import type { SweepExperiment } from './experiments.ts'
import type { ExpandedStudy, Group } from './study-file.ts'

/** A damaged artifact is found when a cell needs it; the cell then begins again, and has it made again. */
const TRIES_OF_A_CELL = 3

export interface CellOutcome {
  seed: number
  error?: string
}

export interface GroupOutcome {
  group: Group
  cells: CellOutcome[]
  /** of the seeds that succeeded; undefined when none did */
  result?: object
}

export interface SweepTools {
  gpu: Gpu
  /** A runner for one cell. */
  runner(group: Group): Runner
  /** cells under way at once */
  openCells: number
  onCell?(group: Group, outcome: CellOutcome | 'begun'): void
  /** Called once per group, when all of its cells have ended. */
  onGroup(outcome: GroupOutcome): Promise<void>
}

/** @throws what ends a whole sweep: an interruption, a lost device, a store that cannot be written. */
export async function runSweep(
  { groups }: ExpandedStudy,
  experiments: Record<string, SweepExperiment>,
  tools: SweepTools,
): Promise<void> {
  const underWay = new Map<Group, { cell: CellOutcome; result?: object }[]>()
  const cells = cellsOf(groups)

  async function oneCell({ group, seed, index }: Cell): Promise<void> {
    tools.onCell?.(group, 'begun')
    const cell: CellOutcome = { seed }
    let result: object | undefined
    try {
      result = await attempt(experiments[group.experiment], tools, group, seed)
    } catch (error) {
      if (endsAll(error)) throw error
      cell.error = error instanceof Error ? error.message : String(error)
    }
    tools.onCell?.(group, cell)
    const ended = underWay.get(group) ?? []
    underWay.set(group, ended)
    ended[index] = { cell, result }
    if (Object.keys(ended).length < group.options.seeds.length) return
    underWay.delete(group)
    const results = ended.flatMap((each) => each.result ?? [])
    const seeds = ended.flatMap((each) => (each.result ? each.cell.seed : []))
    await tools.onGroup({
      group,
      cells: ended.map((each) => each.cell),
      ...(results.length > 0 && {
        result: experiments[group.experiment].merge({ ...group.options, seeds }, results),
      }),
    })
  }

  // all lanes draw from one sequence; when one throws, that sequence is closed
  const lane = async () => {
    for (const cell of cells) await oneCell(cell)
  }
  await Promise.all(Array.from({ length: tools.openCells }, lane))
}

interface Cell {
  group: Group
  seed: number
  index: number
}

function* cellsOf(groups: readonly Group[]): Generator<Cell> {
  for (const group of groups) for (const [index, seed] of group.options.seeds.entries()) yield { group, seed, index }
}

async function attempt(experiment: SweepExperiment, tools: SweepTools, group: Group, seed: number) {
  const options = { ...group.options, seeds: [seed] }
  for (let round = 1; ; round++)
    try {
      return await experiment.run({ gpu: tools.gpu, runner: untilFailure(tools.runner(group)) }, options)
    } catch (error) {
      if (!(error instanceof MissingInputError) || round >= TRIES_OF_A_CELL) throw error
    }
}

/** Asks for nothing more once a stage has failed: what its experiment still has under way is for nothing. */
function untilFailure(runner: Runner): Runner {
  let failure: { error: unknown } | undefined
  return {
    ...runner,
    async stage<Inputs, Output>(
      definition: StageDefinition<Inputs, Output>,
      inputs: Inputs,
      options?: { label?: string },
    ): Promise<Artifact<Output>> {
      if (failure) throw failure.error
      try {
        return await runner.stage(definition, inputs, options)
      } catch (error) {
        failure ??= { error }
        throw error
      }
    },
  }
}

function endsAll(error: unknown): boolean {
  return [Interrupted, DeviceLostError, StoreWriteError, StoreUnavailableError, UsageError].some(
    (type) => error instanceof type,
  )
}
