// What a sweep writes: a run of its own, and one for each group, as if the group's command had been typed.

import { hostname } from 'node:os'
import { type MadeBy, MakerTally, type Report } from '@nanoalign/experiments'
import { Interrupted, RunError } from '../errors.ts'
import { versions } from '../provenance.ts'
import { writeReport } from '../reports.ts'
import { writeResult } from '../results.ts'
import { type Run, type RunState, type RunStore, runId } from '../run-folder.ts'
import { ReferenceKeeper } from '../store/references.ts'
import type { SweepExperiment } from './experiments.ts'
import type { GroupOutcome } from './run-sweep.ts'
import type { ExpandedStudy, Group } from './study-file.ts'
import { count, type SweepResult, type SweptRun } from './sweep-report.ts'

export class SweepRecord {
  readonly #store: RunStore
  readonly #expanded: ExpandedStudy
  readonly #experiments: Record<string, SweepExperiment>
  readonly #report: (run: Run, result: unknown) => Report | Promise<Report>
  readonly #run: Run
  readonly #begin = moment()
  readonly #all = new MakerTally()
  readonly #groups = new Map<Group, MakerTally>()
  readonly #begun = new Map<Group, Moment>()
  readonly #runs = new Map<Group, SweptRun>()

  constructor(
    store: RunStore,
    expanded: ExpandedStudy,
    experiments: Record<string, SweepExperiment>,
    report: (run: Run, result: unknown) => Report | Promise<Report>,
    command: string,
  ) {
    this.#report = report
    this.#store = store
    this.#expanded = expanded
    this.#experiments = experiments
    const { study } = expanded
    const config = { command: 'sweep', preset: study.name, options: { study } }
    this.#run = { id: runId(config), config, state: this.#state(command, 'none yet') }
  }

  get id(): string {
    return this.#run.id
  }

  get status(): RunState['status'] {
    return this.#run.state.status
  }

  /** A cell of `group` begins. */
  begun(group: Group): void {
    if (!this.#begun.has(group)) this.#begun.set(group, moment())
  }

  /** Notes what made an artifact that `group` uses. */
  used(group: Group, key: string, madeBy: MadeBy): void {
    this.#all.add(key, madeBy)
    let own = this.#groups.get(group)
    if (!own) this.#groups.set(group, (own = new MakerTally()))
    own.add(key, madeBy)
  }

  /** Writes the run of a group whose cells have all ended. */
  async writeGroup({ group, cells, result }: GroupOutcome): Promise<void> {
    const { id, experiment, preset, options, label } = group
    this.#runs.set(group, { id, experiment, label, cells })
    const { command = experiment, config: configOf } = this.#experiments[experiment]
    const config = { command, preset, options: configOf(options) }
    const tally = this.#groups.get(group)
    this.#groups.delete(group)
    const failed = cells.filter(({ error }) => error !== undefined)
    const error = failed.map(({ seed, error }) => `seed ${seed}: ${error}`).join('; ')
    const begin = this.#begun.get(group) ?? this.#begin
    const state = this.#ended(this.#state(this.#run.state.command, tally?.adapterText ?? 'none', begin), begin, {
      status: failed.length > 0 ? 'failed' : 'done',
      ...(failed.length > 0 && { error }),
      madeBy: tally?.counts,
    })
    await this.#store.writeJson(id, 'config.json', config)
    if (result) {
      await writeResult(this.#store, { id, config }, result)
      const report = await this.#report({ id, config, state }, result)
      if (failed.length > 0)
        report.blocks.unshift({ kind: 'text', heading: 'Incomplete', text: `Without the seeds that failed. ${error}` })
      await writeReport(this.#store, { id, config, state }, report)
    }
    await this.#store.writeJson(id, 'run.json', state)
    // or it could not be exported with its stages, and they would go with the sweep's run
    const references = new ReferenceKeeper(this.#store.opened.storage, id, this.#store.folder)
    await references.open(tally?.keys)
    await references.close(failed.length > 0 ? 'unfinished' : 'done')
  }

  /** Does `work` between the first and the last state of the sweep's run. @throws RunError around what `work` throws. */
  async during(work: () => Promise<void>): Promise<{ run: Run; result: SweepResult }> {
    const { id, config, state } = this.#run
    const close = (change: Pick<RunState, 'status' | 'error'>) => {
      const { adapterText: adapter = 'none', counts: madeBy } = this.#all
      Object.assign(state, this.#ended({ ...state, adapter, madeBy }, this.#begin, change))
      return this.#store.writeJson(id, 'run.json', state)
    }
    try {
      await this.#store.writeJson(id, 'config.json', config)
      await this.#store.writeJson(id, 'run.json', state)
      await work()
      const result: SweepResult = {
        study: this.#expanded.study,
        runs: this.#expanded.groups.map((group) => this.#runs.get(group)!),
        leftOut: this.#expanded.leftOut,
      }
      await this.#store.writeJson(id, 'result.json', result)
      const cells = result.runs.flatMap((each) => each.cells)
      const failed = cells.filter(({ error }) => error !== undefined).length
      await close(
        failed > 0
          ? { status: 'failed', error: `${failed} of ${count(cells.length, 'cell')} failed` }
          : { status: 'done' },
      )
      return { run: this.#run, result }
    } catch (error) {
      const status = error instanceof Interrupted ? 'interrupted' : 'failed'
      // a full disk may be why it ended: then this cannot be written either, and the first error is the one to tell
      await close({ status, error: (error as Error).message }).catch(() => {})
      throw new RunError(error, { command: state.command })
    }
  }

  #state(command: string, adapter: string, begin = this.#begin): RunState {
    return {
      status: 'running',
      command,
      adapter,
      versions: versions(),
      started: begin.date,
      process: { pid: process.pid, host: hostname() },
    }
  }

  #ended(state: RunState, begin: Moment, change: Pick<RunState, 'status' | 'error' | 'madeBy'>): RunState {
    return { ...state, ...change, finished: moment().date, seconds: (moment().ms - begin.ms) / 1000 }
  }
}

/** For people, and to tell how long something took: a clock may be set meanwhile. */
interface Moment {
  date: string
  ms: number
}

const moment = (): Moment => ({ date: new Date().toISOString(), ms: performance.now() })
