// The steps of a system card that are its own: examples of the behaviours to train, and a model's answers to one evaluation.
// The model itself is trained by the stages of the deliberative study.

import type { Gpu } from '@nanoalign/kernels'
import type { ModelFile } from '@nanoalign/model'
import { completionWork, Engine } from '../deliberative/engine.ts'
import type { SafetyExample } from '../deliberative/safety-batch.ts'
import { packRows, unpackRows } from '../deliberative/token-rows.ts'
import { type InWorld, openWorld } from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import type { Evaluation, Question } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import type { CardSizes } from './options.ts'

export interface BehaviourInputs extends InWorld {
  /** examples of each set of each evaluation */
  count: number
}

/** of the examples of all sets for one of each, about */
const BEHAVIOUR_BYTES = 2000

export interface CardAnswerInputs extends InWorld {
  model: Artifact<{ model: ModelFile }>
  evaluation: string
  sizes: CardSizes
}

export function cardStages(gpu: Gpu) {
  const behaviours = defineStage<BehaviourInputs, SafetyExample[]>({
    name: 'card-behaviours',
    version: 1,
    async run({ count, ...place }) {
      const world = openWorld(place)
      const lists = evaluations.flatMap(({ training }) => training?.(world, count) ?? [])
      return interleaved(lists).map(({ prompt, passes }) => ({
        prompt,
        thought: new Uint32Array(),
        answer: passes.slice(1), // `<cut>` is put before it again
      }))
    },
    encode: (examples) => ({
      'prompts.u16': packRows(examples.map(({ prompt }) => prompt)),
      'answers.u16': packRows(examples.map(({ answer }) => answer)),
    }),
    decode(blobs) {
      const answers = unpackRows(blobs['answers.u16'])
      return unpackRows(blobs['prompts.u16']).map((prompt, i) => ({
        prompt,
        thought: new Uint32Array(),
        answer: answers[i],
      }))
    },
    plan: ({ count }) => ({ flops: 0, submits: 0, bytes: BEHAVIOUR_BYTES * count }),
  })

  // every model is asked the same
  const counted = new Map<string, ReturnType<typeof questionCount>>()
  const known = (asked: Omit<CardAnswerInputs, 'model'>) => {
    const { world: _, ...rest } = asked
    const id = JSON.stringify(rest)
    if (!counted.has(id)) counted.set(id, questionCount(asked))
    return counted.get(id)!
  }

  const answers = defineStage<CardAnswerInputs, Uint32Array[]>({
    name: 'card-answers',
    version: 1,
    async run(inputs, context) {
      const evaluation = evaluations.find(({ name }) => name === inputs.evaluation)!
      const world = openWorld(inputs)
      const engine = new Engine(gpu, world, inputs.model.value.model, inputs.seed)
      const all: Uint32Array[] = []
      let calls = 0
      try {
        await evaluation.run(world, inputs.sizes, async (questions) => {
          context.signal.throwIfAborted()
          const completions = await complete(engine, questions, calls++)
          all.push(...completions)
          context.report({ step: calls, steps: calls, note: `${all.length} answers` })
          return completions
        })
      } finally {
        await engine.destroy()
      }
      return all
    },
    encode: (rows) => ({ 'answers.u16': packRows(rows) }),
    decode: (blobs) => unpackRows(blobs['answers.u16']),
    async plan({ model, ...asked }) {
      const { world, rows } = await known(asked)
      return {
        ...completionWork(world, model.value.model.config, rows),
        bytes: rows * (4 + world.layout.thoughtLength),
      }
    },
  })

  return { behaviours, answers }
}

/** How many questions an evaluation asks; a search for attacks asks most when it finds none. */
async function questionCount({ evaluation: wanted, sizes, ...place }: Omit<CardAnswerInputs, 'model'>) {
  const world = openWorld(place)
  let rows = 0
  await evaluations
    .find(({ name }) => name === wanted)!
    .run(world, sizes, async (questions) => {
      rows += questions.length
      return questions.map(({ passes }) => passes)
    })
  return { world, rows }
}

/** Examples in an order in which every short stretch holds all sets. */
function interleaved(questions: readonly Question[]): Question[] {
  const sets = new Map<string, Question[]>()
  for (const each of questions) {
    const held = sets.get(each.set)
    if (held) held.push(each)
    else sets.set(each.set, [each])
  }
  return [...sets.values()]
    .flatMap((set) => set.map((question, i) => ({ question, place: (i + 0.5) / set.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ question }) => question)
}

async function complete(engine: Engine, questions: readonly Question[], call: number): Promise<Uint32Array[]> {
  const { cut } = engine.world.vocabulary.special
  const completions: Uint32Array[] = Array(questions.length)
  for (const temperature of [0, 1] as const) {
    const places = questions.flatMap((question, i) => (question.temperature === temperature ? [i] : []))
    if (places.length === 0) continue
    const samples = await engine.complete(
      places.map((i) => questions[i].prompt),
      {
        temperature,
        stream: call,
        forced: places.map((i) => new Map(questions[i].mode === 'direct' ? [[0, cut]] : [])),
      },
    )
    places.forEach((i, j) => {
      completions[i] = samples[j].tokens
    })
  }
  return completions
}

export type CardStages = ReturnType<typeof cardStages>

/** Evaluations by whether a model with these documents can be asked them. */
export const applies = ({ needs }: Evaluation, { documents }: Pick<InWorld, 'documents'>): boolean =>
  needs === undefined || needs === documents
