// Asks trained models in a worker. Models stay on the GPU once they were asked, as long as the world is the same.

import { createPolicyWorld, PolicyEngine, type PolicyWorld } from '@nanoalign/experiments'
import { type Gpu, openDevice } from '@nanoalign/kernels'
import { readModel } from '@nanoalign/model'
import { throwCause } from '../../device/lost.ts'
import { openArtifacts } from '../../store/artifacts.ts'
import { workerPort } from '../../worker-port.ts'
import type { Ask, FromLab, ModelPlace, ToLab } from './messages.ts'

/** Rows side by side: all attacks on one request. */
const ROWS = 40

let open: { gpu: Gpu; world: PolicyWorld; name: string; engines: Map<string, Promise<PolicyEngine>> } | undefined
let turn = Promise.resolve()

const post = workerPort<ToLab, FromLab>((message) => {
  turn = turn.then(() => answer(message))
})

async function answer({ id, world: file, seed, asks }: ToLab): Promise<void> {
  for (const ask of asks) {
    const { arm } = ask
    try {
      const lab = await opened(JSON.stringify({ file, seed }), () => createPolicyWorld(file, seed))
      post({ type: 'answered', id, arm, completions: await complete(lab, ask, seed) })
    } catch (error) {
      const cause = open ? await throwCause(open.gpu, error).catch((thrown: Error) => thrown) : (error as Error)
      // whatever went wrong, the next question starts on a new device
      open?.gpu.close()
      open = undefined
      post({ type: 'failed', id, arm, message: cause.message })
    }
  }
  post({ type: 'finished', id })
}

async function opened(name: string, makeWorld: () => PolicyWorld) {
  if (open?.name === name) return open
  open?.gpu.close()
  open = { gpu: await openDevice(navigator.gpu), world: makeWorld(), name, engines: new Map() }
  return open
}

async function complete(lab: NonNullable<typeof open>, { model, prompts, direct }: Ask, seed: number) {
  const { gpu, world, engines } = lab
  const place = JSON.stringify(model)
  let engine = engines.get(place)
  if (!engine) {
    engine = load(model).then((bytes) => new PolicyEngine(gpu, world, readModel(bytes), seed, ROWS))
    engines.set(place, engine)
    engine.catch(() => engines.delete(place)) // so that it can be asked again
  }
  const { cut } = world.vocabulary.special
  const forced = direct ? prompts.map(() => new Map([[0, cut]])) : undefined
  const samples = await (await engine).complete(prompts, { temperature: 0, forced })
  return samples.map(({ tokens }) => tokens)
}

async function load(place: ModelPlace): Promise<Uint8Array> {
  if ('url' in place) {
    const response = await fetch(place.url)
    if (!response.ok) throw new Error(`the model could not be loaded (${response.status}); go online and ask again`)
    return new Uint8Array(await response.arrayBuffer())
  }
  const found = await openArtifacts().get(place.key, () => {})
  if (!found) throw new Error('this browser no longer has the model; train the arms again')
  return found.blobs['model.safetensors']
}
