// One run of an experiment from start to end: its folder, its runner, its progress line, and what is left behind
// whichever way it ends.

import { hostname } from 'node:os'
import { createRunner, MakerTally, madeBy, type Runner } from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'
import { readSafetensors } from '@nanoalign/model'
import { Interrupted, RunError } from './errors.ts'
import type { StageCounts } from './eta.ts'
import type { Host } from './host.ts'
import { createProgress, type Progress } from './progress.ts'
import { adapterText, artifactProvenance, versions } from './provenance.ts'
import { type Run, type RunConfig, type RunState, type RunStore, runId } from './run-folder.ts'
import { ReferenceKeeper } from './store/references.ts'

export interface RunRequest {
  store: RunStore
  gpu: Gpu
  config: RunConfig
  /** the command line that was typed */
  command: string
  dataPath?: string
  stages: StageCounts
  checkpointEverySeconds: number
  /** keys of artifacts of another run that the result rests on */
  given?: readonly string[]
}

export interface RunTools {
  run: Run
  runner: Runner
  progress: Progress
}

/**
 * Does `work` in the run's folder and returns what it returns. run.json tells how it ended.
 * @throws RunError around whatever `work` throws, with how to go on.
 */
export async function doRun<T>(
  host: Host,
  request: RunRequest,
  work: (tools: RunTools) => Promise<T>,
): Promise<{ run: Run; value: T }> {
  const { store, gpu, command, dataPath } = request
  const { tuning } = gpu
  const config = tuning ? { ...request.config, tuning: tuning.id } : request.config
  const id = runId(config)
  const begin = performance.now() // a clock may be set meanwhile
  const state: RunState = {
    status: 'running',
    command,
    adapter: adapterText(gpu),
    tuning: tuning?.choices,
    versions: versions(),
    started: new Date().toISOString(),
    process: { pid: process.pid, host: hostname() },
    dataPath,
  }
  const run: Run = { id, config, state }
  const finish = async (status: RunState['status'], error?: string) => {
    Object.assign(state, {
      status,
      error,
      // what was found may all be of another adapter than this process has
      adapter: tally.adapterText ?? state.adapter,
      madeBy: tally.counts,
      finished: new Date().toISOString(),
      seconds: (performance.now() - begin) / 1000,
    })
    await store.writeJson(id, 'run.json', state)
  }

  const progress = createProgress(host, request.stages)
  const references = new ReferenceKeeper(store.opened.storage, id, store.folder)
  let stage: string | undefined
  const tally = new MakerTally()
  const runner = createRunner({
    store: store.stages,
    signal: host.signal,
    provenance: artifactProvenance(gpu),
    tuning: tuning?.id,
    checkpointEveryMs: request.checkpointEverySeconds * 1000,
    onEvent(event) {
      references.add(event.key)
      if ('madeBy' in event && event.madeBy) tally.add(event.key, event.madeBy)
      if (event.type === 'stage-start') stage = event.key
      progress.onEvent(event)
    },
  })
  try {
    await store.writeJson(id, 'config.json', config)
    await store.writeJson(id, 'run.json', state)
    host.stderr(`run: ${id} in ${store.folder}\n`)
    if (store.shared) host.stderr(`stages: ${store.opened.location}\n`)
    await references.open(request.given)
    for (const key of request.given ?? []) {
      const manifest = await store.stages.manifest(key)
      if (manifest) tally.add(key, madeBy(manifest.provenance))
    }
    const value = await work({ run, runner, progress })
    progress.stop()
    await finish('done')
    await references.close('done')
    return { run, value }
  } catch (error) {
    progress.stop()
    const status = error instanceof Interrupted ? 'interrupted' : 'failed'
    // a full disk may be why the run ended: then this cannot be written either, and the first error is the one to tell
    await finish(status, error instanceof Error ? error.message : String(error)).catch(() => {})
    await references.close('unfinished')
    throw new RunError(error, { command, checkpoint: stage ? await newestCheckpoint(store, stage) : undefined })
  }
}

async function newestCheckpoint(store: RunStore, stage: string) {
  try {
    const bytes = await store.stages.getCheckpoint(stage, () => {})
    if (!bytes) return undefined
    const step = Number(readSafetensors(bytes).metadata.step)
    return { step: Number.isInteger(step) ? step : undefined, path: `${store.opened.location}/checkpoints/${stage}` }
  } catch {
    return undefined
  }
}
