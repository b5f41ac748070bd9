// The one idea all experiments stand on: an expensive step is a pure function of its inputs, kept under a hash of them.
// Sharing, resuming after a crash and reproducibility follow from it (docs/architecture.md).

import { oneLine } from '../one-line.ts'
import { canonicalJson, hashOfText } from './canonical-json.ts'
import type { ArtifactStore, Blobs, Provenance } from './store.ts'

export interface StageDefinition<Inputs, Output> {
  /** `[a-z0-9-]+`; with the version and the inputs it makes the key. */
  name: string
  /** A positive integer, raised by hand when the same inputs should give another output or another encoding. */
  version: number
  /** A pure function of `inputs`. To stop early it must throw: whatever it returns is kept as the finished output. */
  run(inputs: Inputs, context: StageContext): Promise<Output>
  encode(output: Output): Blobs
  decode(blobs: Blobs): Output
  /** About what `run` costs; without it a study that has this stage cannot say how long it takes. */
  plan?(inputs: Inputs): StagePlan | Promise<StagePlan>
}

export interface StagePlan {
  /** floating-point operations of all submits together */
  flops: number
  /** how often the host hands work to the device: training steps, tokens sampled one after the other, batches read out */
  submits: number
  /** of the encoded output */
  bytes: number
  /** of the model that the output has, if it has one: later stages' costs follow from it */
  config?: object
  /** other parts of the output that later stages' costs follow from */
  known?: object
  /** of the host's own work, where that is more than handing out work */
  hostSeconds?: number
}

export interface StageContext {
  /** Aborted when the work should stop: save a checkpoint, then throw `signal.reason`. */
  signal: AbortSignal
  checkpoint: {
    /** The state last saved by a run of the same key that did not finish. */
    load(): Promise<Uint8Array | undefined>
    save(bytes: Uint8Array): Promise<void>
    /** Whether the last save, or the start, is `checkpointEveryMs` ago. */
    due(): boolean
  }
  report(progress: StageProgress): void
}

export interface StageProgress {
  /** Steps done of `steps`. */
  step: number
  steps: number
  loss?: number
  tokensPerSecond?: number
  /** of reinforcement learning: mean reward of the step's samples, and their mean length in tokens */
  reward?: number
  length?: number
  /** share of right answers, where a training is looked at on the way */
  accuracy?: number
  note?: string
}

export type StageEvent = { key: string; name: string; label?: string } & (
  | { type: 'stage-start' }
  | ({ type: 'stage-progress' } & StageProgress)
  | { type: 'stage-done'; elapsedSeconds: number; madeBy?: MadeBy }
  /** `madeBy` is absent where a request shared the work of another */
  | { type: 'stage-cached'; madeBy?: MadeBy }
  /** Something in the store could not be used; the stage does that work again. */
  | { type: 'stage-corrupt'; reason: string }
)

/** Which adapters computed an artifact (two where one went on from another's checkpoint), which code and which kernels. */
export interface MadeBy {
  adapters: unknown[]
  code?: string
  /** the id of a tuning, or `default` */
  tuning?: string
}

export function madeBy({ adapter, resumedFrom, code, tuning }: Provenance): MadeBy {
  const others = Array.isArray(resumedFrom) ? resumedFrom : []
  return {
    adapters: adapter === undefined ? others : [adapter, ...others],
    ...(typeof code === 'string' && { code }),
    ...(typeof tuning === 'string' && { tuning }),
  }
}

/** A stage's output together with its key. As an input of another stage it counts as its key. */
export class Artifact<Output> {
  readonly key: string
  readonly value: Output

  constructor(key: string, value: Output) {
    this.key = key
    this.value = value
  }
}

export interface RunnerOptions {
  store: ArtifactStore
  signal?: AbortSignal
  onEvent?: (event: StageEvent) => void
  /** Kept beside each artifact (adapter, versions, code); the runner adds tuning, stage, time, elapsedSeconds and resumed. */
  provenance: Provenance
  /** The id of a tuning of the kernels: it may change the last bits of a result, so that each has artifacts of its own. */
  tuning?: string
  /** Milliseconds; 10,000 unless given. */
  checkpointEveryMs?: number
}

export interface Runner {
  /** It computes one stage at a time, so that nothing is gained by asking for many at once. */
  oneAtATime?: boolean
  /**
   * The stage's output for `inputs`: from the store, or computed and stored. The value is always a decoded one, so that
   * a first run and a later one cannot differ. Requests for a key that is under way share its work (and its label).
   * May be asked for many stages at once; what can run at the same time is the runner's affair, and no result depends on it.
   * Throws the signal's reason when aborted and whatever `run` throws; only a checkpoint is left then.
   */
  stage<Inputs, Output>(
    definition: StageDefinition<Inputs, Output>,
    inputs: Inputs,
    options?: { label?: string },
  ): Promise<Artifact<Output>>
}

/** Checks a definition; a stage is written `export const pretrain = defineStage({ name: 'pretrain', ... })`. */
export function defineStage<Inputs, Output>(
  definition: StageDefinition<Inputs, Output>,
): StageDefinition<Inputs, Output> {
  const { name, version } = definition
  if (!/^[a-z0-9-]{1,100}$/.test(name)) throw new RangeError(`defineStage: name "${name}" must be of a-z, 0-9 and -`)
  if (!Number.isSafeInteger(version) || version < 1)
    throw new RangeError(`defineStage: version of ${name} is ${version} but must be a positive integer`)
  return definition
}

/** The key of a stage's output, and the canonical JSON it is the hash of. Throws a TypeError for inputs JSON cannot hold. */
export function stageKey<Inputs>(
  { name, version }: Pick<StageDefinition<Inputs, unknown>, 'name' | 'version'>,
  inputs: Inputs,
  tuning?: string,
): { key: string; recipe: string } {
  try {
    const what = tuning === undefined ? { name, version, inputs } : { name, version, inputs, tuning }
    const recipe = canonicalJson(what, artifactToKey)
    return { key: `${name}-${hashOfText(recipe)}`, recipe }
  } catch (error) {
    throw new TypeError(`stage ${name}: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * Runs stages in this process, one at a time in the order they were asked for: there is one device. When one fails, those
 * that wait are refused with the same error, as what they belong to has failed.
 */
export function createRunner(options: RunnerOptions): Runner {
  const { store, signal = new AbortController().signal, onEvent = () => {}, checkpointEveryMs = 10_000 } = options
  let turn: Promise<unknown> = Promise.resolve()
  let waiting: { refusal?: { error: unknown } } = {}
  const underWay = new Map<string, Promise<Artifact<unknown>>>()
  const definitions = new Map<string, StageDefinition<never, unknown>>()

  async function stage<Inputs, Output>(
    definition: StageDefinition<Inputs, Output>,
    inputs: Inputs,
    { label }: { label?: string } = {},
  ): Promise<Artifact<Output>> {
    signal.throwIfAborted()
    const id = `${definition.name} version ${definition.version}`
    // two stages of one name would read each other's artifacts
    if ((definitions.get(id) ?? definition) !== definition) throw new Error(`stage: there are two definitions of ${id}`)
    definitions.set(id, definition)
    const { key, recipe } = stageKey(definition, inputs, options.tuning)
    // no await between get and set, or two requests could both start
    let work = underWay.get(key) as Promise<Artifact<Output>> | undefined
    if (work) {
      const artifact = await work
      onEvent({ ...sourceOf(definition, key, label), type: 'stage-cached' })
      return artifact
    }
    // removed when settled: a finished value may be a whole model, and the store has it
    work = inTurn(() => findOrCompute(definition, inputs, key, recipe, label)).finally(() => underWay.delete(key))
    underWay.set(key, work)
    return work
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const among = waiting
    const mine = turn.then(async () => {
      if (among.refusal) throw among.refusal.error
      try {
        return await work()
      } catch (error) {
        waiting.refusal = { error }
        waiting = {}
        throw error
      }
    })
    turn = mine.catch(() => {})
    return mine
  }

  async function findOrCompute<Inputs, Output>(
    definition: StageDefinition<Inputs, Output>,
    inputs: Inputs,
    key: string,
    recipe: string,
    label: string | undefined,
  ): Promise<Artifact<Output>> {
    const source = sourceOf(definition, key, label)
    const onCorrupt = (_: string, reason: string) => onEvent({ ...source, type: 'stage-corrupt', reason })

    const found = await store.get(key, onCorrupt)
    if (found) {
      try {
        const value = definition.decode(found.blobs)
        onEvent({ ...source, type: 'stage-cached', madeBy: madeBy(found.provenance) })
        return new Artifact(key, value)
      } catch (error) {
        onCorrupt(key, `cannot be decoded: ${oneLine((error as Error).message)}`)
      }
    }

    signal.throwIfAborted()
    onEvent({ ...source, type: 'stage-start' })
    const time = new Date().toISOString()
    const start = performance.now()
    let lastSave = start
    let [resumed, saved] = [false, false]
    const makers = adaptersOf(store, key, options.provenance.adapter)
    const context: StageContext = {
      signal,
      checkpoint: {
        async load() {
          const bytes = await store.getCheckpoint(key, onCorrupt)
          resumed ||= bytes !== undefined
          return bytes
        },
        async save(bytes) {
          await makers.record()
          await store.putCheckpoint(key, bytes)
          lastSave = performance.now()
          saved = true
        },
        due: () => performance.now() - lastSave >= checkpointEveryMs,
      },
      report: (progress) => onEvent({ ...source, type: 'stage-progress', ...progress }),
    }
    const blobs = await runToEnd(definition, inputs, context)
    const value = definition.decode(blobs)
    const elapsedSeconds = (performance.now() - start) / 1000 // of this run alone: see `resumed`
    const others = resumed ? await makers.others() : []
    const provenance = {
      ...options.provenance,
      tuning: options.tuning ?? 'default',
      stage: JSON.parse(recipe),
      time,
      elapsedSeconds,
      resumed,
      ...(others.length > 0 && { resumedFrom: others }),
    }
    await store.put(key, blobs, provenance)
    await store.removeCheckpoint(key)
    if (resumed || saved) await makers.forget()
    onEvent({ ...source, type: 'stage-done', elapsedSeconds, madeBy: madeBy(provenance) })
    return new Artifact(key, value)
  }

  return { oneAtATime: true, stage }
}

function sourceOf({ name }: { name: string }, key: string, label: string | undefined) {
  return { key, name, ...(label !== undefined && { label }) }
}

/** The key under which a store has which adapters worked on the checkpoint of `key`. */
export const adaptersKey = (key: string): string => `${key}-adapters`

/** Which adapters worked on a checkpoint: another machine may go on with it, and the artifact must then name both. */
function adaptersOf(store: ArtifactStore, key: string, own: unknown) {
  const place = adaptersKey(key)
  let recorded = own === undefined
  const all = async (): Promise<unknown[]> => {
    const bytes = await store.getCheckpoint(place, () => {})
    try {
      const recorded = bytes ? JSON.parse(new TextDecoder().decode(bytes)) : []
      return Array.isArray(recorded) ? recorded : []
    } catch {
      return [] // an imported run may hold anything
    }
  }
  const others = async () => (await all()).filter((adapter) => canonicalJson(adapter) !== canonicalJson(own))
  return {
    others,
    /** Before the first save, so that no adapter is ever missing. */
    async record() {
      if (recorded) return
      await store.putCheckpoint(place, new TextEncoder().encode(JSON.stringify([...(await others()), own])))
      recorded = true
    },
    async forget() {
      await store.removeCheckpoint(place)
    },
  }
}

async function runToEnd<Inputs, Output>(
  definition: StageDefinition<Inputs, Output>,
  inputs: Inputs,
  context: StageContext,
): Promise<Blobs> {
  try {
    const output = await definition.run(inputs, context)
    context.signal.throwIfAborted() // what run returned after an abort may be half of the work
    // in the order in which a store has them: what is decoded may follow it
    return Object.fromEntries(Object.entries(definition.encode(output)).sort(([a], [b]) => (a < b ? -1 : 1)))
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : error
  }
}

function artifactToKey(object: object): unknown {
  if (object instanceof Artifact) return { $stage: object.key }
  if (Object.hasOwn(object, '$stage')) throw new TypeError('an input is called $stage, which stands for an artifact')
  return object
}
