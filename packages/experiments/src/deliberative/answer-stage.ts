// What a model answers to the test sets, by each way of answering.

import type { Gpu } from '@nanoalign/kernels'
import {
  type Completion,
  createPolicyWorld,
  jailbreakRequests,
  jailbreakTransforms,
  type PolicyWorld,
  type PolicyWorldFile,
  parseCompletion,
  promptTokens,
  type Request,
  type TestSet,
  testRequests,
} from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import type { TrainedModel } from '../training.ts'
import { times } from '../work.ts'
import type { Decoding } from './arms.ts'
import { completionWork, Engine } from './engine.ts'
import { type Intervention, misreadings } from './interventions.ts'
import { judgeByModel, thoughtOf } from './model-judge.ts'
import { packRows, unpackRows } from './token-rows.ts'

export interface AnswerInputs {
  world: PolicyWorldFile
  seed: number
  model: Artifact<TrainedModel>
  decoding: Decoding
  /** requests of each test set, and forbidden requests under all jailbreaks; a set with 0 is left out */
  sets: Record<string, number>
  /** most tokens of thought; then it is cut and the answer must come. Absent: no limit */
  budget?: number
  /** what the thought is made to misread: see interventions.ts */
  intervention?: Intervention
  /** absent: the most likely answer; else this many samples at temperature 1, one after the other */
  samples?: number
}

/** Completions by test set; `jailbreaks` has all transforms of the first request, then of the second, … */
export type Answers = Record<string, Uint32Array[]>

export const JAILBREAKS = 'jailbreaks'

/** Lowest judge score at which a draft is left as it is. */
const GOOD_ENOUGH = 0.5

export function answerStage(gpu: Gpu) {
  return defineStage<AnswerInputs, Answers>({
    name: 'deliberative-answer',
    version: 1,
    async run({ world: file, seed, model, decoding, sets, budget, intervention, samples }, context) {
      const world = createPolicyWorld(file, seed)
      const engine = new Engine(gpu, world, model.value.model, seed)
      const answers: Answers = {}
      try {
        const wanted = Object.entries(sets).filter(([, count]) => count > 0)
        for (const [i, [set, count]] of wanted.entries()) {
          context.signal.throwIfAborted()
          const requests = requestsOf(world, set, count)
          const repeated = samples ? requests.flatMap((each) => Array<Request>(samples).fill(each)) : requests
          answers[set] = await answer(engine, repeated, decoding, {
            temperature: samples ? 1 : 0,
            budget,
            intervention,
            stream: i,
          })
          context.report({ step: i + 1, steps: wanted.length, note: set })
        }
      } finally {
        await engine.destroy()
      }
      return answers
    },
    encode: (answers) =>
      Object.fromEntries(Object.entries(answers).map(([set, rows]) => [`${set}.u16`, packRows(rows)])),
    decode: (blobs) =>
      Object.fromEntries(Object.entries(blobs).map(([name, bytes]) => [name.replace(/\.u16$/, ''), unpackRows(bytes)])),
    plan({ world: file, seed, model, decoding, sets, budget, samples = 1 }) {
      const world = createPolicyWorld(file, seed)
      const rows = samples * requestCount(world, sets)
      // what these ways of answering do besides: a second answer, and for self-refine a judgement
      const passes = decoding === 'self-refine' ? 4 : decoding === 'looked-up-spec' || budget !== undefined ? 2 : 1
      const work = times(passes, completionWork(world, model.value.model.config, rows))
      return { ...work, bytes: rows * (4 + world.layout.thoughtLength) }
    },
  })
}

export function requestsOf(world: PolicyWorld, set: string, count: number): Request[] {
  return set === JAILBREAKS ? jailbreakRequests(world, count).flat() : testRequests(world, set as TestSet, count)
}

/** How many requests there are in all sets together. */
export function requestCount(world: PolicyWorld, sets: Record<string, number>): number {
  const width = (set: string) => (set === JAILBREAKS ? jailbreakTransforms(world).length : 1)
  return Object.entries(sets).reduce((sum, [set, count]) => sum + count * width(set), 0)
}

interface AnswerOptions {
  temperature: 0 | 1
  budget?: number
  intervention?: Intervention
  stream?: number
}

/** One completion per request. */
export async function answer(
  engine: Engine,
  requests: readonly Request[],
  decoding: Decoding,
  { temperature, budget, intervention, stream }: AnswerOptions,
): Promise<Uint32Array[]> {
  const { world } = engine
  const { cut, filler } = world.vocabulary.special
  const options = { temperature, stream }
  const plain = requests.map((request) => promptTokens(world, request))
  const complete = async (prompts: readonly Uint32Array[], before?: readonly number[]) => {
    const places = before && new Map(before.map((token, place) => [place, token]))
    const forced = places && prompts.map(() => places)
    return (await engine.complete(prompts, { ...options, forced })).map(({ tokens }) => tokens)
  }
  switch (decoding) {
    case 'direct':
      return complete(plain, [cut])
    case 'filler':
      return complete(plain, Array<number>(world.layout.thoughtLength).fill(filler))
    case 'thought': {
      if (intervention)
        return (await engine.complete(plain, { ...options, forced: misreadings(world, requests, intervention) })).map(
          ({ tokens }) => tokens,
        )
      const free = await complete(plain)
      return budget === undefined ? free : withBudget(engine, plain, free, budget, options)
    }
    case 'given-spec': {
      const given = requests.map((request) => promptTokens(world, request, world.policy(world.category(request.facts))))
      const free = await complete(given)
      return budget === undefined ? free : withBudget(engine, given, free, budget, options)
    }
    case 'looked-up-spec':
      return complete(withCategories(world, requests, await complete(plain)))
    case 'self-refine':
      return selfRefine(engine, requests, await complete(plain), complete)
  }
}

/** Thoughts longer than `budget` tokens are cut there, and the answer follows. */
async function withBudget(
  engine: Engine,
  prompts: readonly Uint32Array[],
  free: readonly Uint32Array[],
  budget: number,
  options: AnswerOptions,
): Promise<Uint32Array[]> {
  const { cut, thinkEnd } = engine.world.vocabulary.special
  const long = free.flatMap((tokens, i) => {
    const end = tokens.indexOf(thinkEnd)
    return end < 0 || end >= budget ? [i] : []
  })
  const again = await engine.complete(
    long.map((i) => prompts[i]),
    {
      ...options,
      forced: long.map((i) => new Map([...free[i].subarray(0, budget), cut].map((token, place) => [place, token]))),
    },
  )
  const result = [...free]
  long.forEach((i, j) => {
    result[i] = again[j].tokens
  })
  return result
}

/** The category that the model itself reads out of the request. */
function categoryRead(world: PolicyWorld, tokens: Uint32Array): string | undefined {
  const word = world.vocabulary.word(tokens[1] ?? world.vocabulary.special.pad)
  return word.startsWith('#') && world.categories.includes(word.slice(1)) ? word.slice(1) : undefined
}

function withCategories(world: PolicyWorld, requests: readonly Request[], read: readonly Uint32Array[]): Uint32Array[] {
  return requests.map((request, i) => {
    const category = categoryRead(world, read[i])
    return category === undefined
      ? promptTokens(world, request)
      : promptTokens(world, request, world.policy(category), category)
  })
}

/** Draft, judge the draft by the clauses that the model looks up, and write again what falls short (Madaan et al. 2023). */
async function selfRefine(
  engine: Engine,
  requests: readonly Request[],
  drafts: readonly Uint32Array[],
  complete: (prompts: readonly Uint32Array[]) => Promise<Uint32Array[]>,
): Promise<Uint32Array[]> {
  const { world } = engine
  const categories = new Map(requests.map((request, i) => [request, categoryRead(world, drafts[i]) ?? world.benign]))
  const candidates = requests.map((request, i) => {
    const thought = thoughtOf(drafts[i], world.vocabulary.special.thinkEnd) ?? new Uint32Array()
    const { wellFormed } = parseCompletion(world, drafts[i])
    return { request, thought, answer: wellFormed ? drafts[i].slice(thought.length) : undefined }
  })
  const judge = { runs: 1, category: (request: Request) => categories.get(request)!, stream: 2 ** 15 }
  const scores = await judgeByModel(engine, candidates, judge)
  const poor = requests.flatMap((_, i) => (scores[i] < GOOD_ENOUGH ? [i] : []))
  const again = await complete(
    withCategories(
      world,
      poor.map((i) => requests[i]),
      poor.map((i) => drafts[i]),
    ),
  )
  const result = [...drafts]
  poor.forEach((i, j) => {
    result[i] = again[j]
  })
  return result
}

/** The answer's tokens with the end token; undefined when the completion is malformed. */
export function answerPart(world: PolicyWorld, tokens: Uint32Array, decoding: Decoding): Uint32Array | undefined {
  const { answer, wellFormed } = readAnswer(world, tokens, decoding)
  return wellFormed ? Uint32Array.of(...answer, world.vocabulary.special.end) : undefined
}

/** Reads an answer that was made by `decoding`, with or without a budget. */
export function readAnswer(world: PolicyWorld, tokens: Uint32Array, decoding: Decoding): Completion {
  if (decoding === 'filler') return parseCompletion(world, tokens.slice(world.layout.thoughtLength), 'direct')
  const cut = tokens.indexOf(world.vocabulary.special.cut)
  return parseCompletion(world, tokens, cut >= 0 || decoding === 'direct' ? 'cut' : 'thought')
}
