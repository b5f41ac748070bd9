// What the base model can do before any safety training: decode, add, and follow a specification it has never seen.

import { type Gpu, Random } from '@nanoalign/kernels'
import type { ModelFile } from '@nanoalign/model'
import {
  createPolicyWorld,
  judgeCompletion,
  type PolicyWorld,
  type PolicyWorldFile,
  parseCompletion,
  promptTokens,
  sumQuestion,
  type TestSet,
  testRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson } from '../training.ts'
import { times } from '../work.ts'
import { completionWork, Engine } from './engine.ts'

export interface Capability {
  /** share of requests whose topic, category and attributes are read correctly, without a specification */
  decoding: Record<'plain' | 'language-b' | 'spelled' | 'reversed', number>
  /** sums of two digits */
  arithmetic: number
  /** share right with the clauses in the prompt, at temperature 0 */
  following: number
}

export interface CapabilityInputs {
  world: PolicyWorldFile
  seed: number
  base: Artifact<{ model: ModelFile }>
}

const ITEMS = 200

export function capabilityStage(gpu: Gpu) {
  return defineStage<CapabilityInputs, Capability>({
    name: 'deliberative-capability',
    version: 1,
    run: ({ world, seed, base }) => capabilities(gpu, base.value.model, createPolicyWorld(world, seed)),
    encode: (capability) => ({ 'capability.json': encodeJson(capability) }),
    decode: (blobs) => decodeJson(blobs['capability.json']),
    plan({ world: file, seed, base }) {
      const work = completionWork(createPolicyWorld(file, seed), base.value.model.config, ITEMS)
      return { ...times(6, work), bytes: 200 }
    },
  })
}

async function capabilities(gpu: Gpu, model: ModelFile, world: PolicyWorld): Promise<Capability> {
  const engine = new Engine(gpu, world, model, world.seed)
  const read = async (set: TestSet) => {
    const requests = testRequests(world, set, ITEMS)
    const made = await engine.complete(
      requests.map((request) => promptTokens(world, request)),
      { temperature: 0 },
    )
    const right = made.filter(({ tokens }, i) => {
      return judgeCompletion(world, requests[i], parseCompletion(world, tokens)).readRight
    })
    return right.length / ITEMS
  }
  try {
    const followed = testRequests(world, 'topics', ITEMS)
    const answers = await engine.complete(
      followed.map((request) => promptTokens(world, request, world.policy(world.category(request.facts)))),
      { temperature: 0 },
    )
    const random = new Random(world.seed, 'deliberative/sums')
    const sums = Array.from({ length: ITEMS }, () => sumQuestion(world, random.integer(10), random.integer(10)))
    const { cut } = world.vocabulary.special
    const results = await engine.complete(
      sums.map(({ prompt }) => prompt),
      { temperature: 0, forced: sums.map(() => new Map([[0, cut]])) },
    )
    return {
      decoding: {
        plain: await read('topics'),
        'language-b': await read('language-b'),
        spelled: await read('spelled'),
        reversed: await read('reversed'),
      },
      arithmetic: results.filter(({ tokens }, i) => tokens.slice(1).join() === sums[i].answer.join()).length / ITEMS,
      following:
        answers.filter(({ tokens }, i) => judgeCompletion(world, followed[i], parseCompletion(world, tokens)).right)
          .length / ITEMS,
    }
  } finally {
    await engine.destroy()
  }
}
