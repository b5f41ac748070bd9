// The system card: a model before and after safety training answers every evaluation. After OpenAI, “o1 System Card”
// (arXiv 2412.16720). The model is trained as in the deliberative study, in a world that also has facts, peoples,
// messages and planted strings; its safety training has examples of how to deal with these, from splits of their own.

import type { Gpu } from '@nanoalign/kernels'
import type { ModelFile } from '@nanoalign/model'
import { deliberativeStages } from '../deliberative/stages.ts'
import { type InWorld, openWorld, type PolicyWorldFile } from '../policy-world/index.ts'
import { askEach } from '../stages/ask-each.ts'
import { type OnPart, type Part, seedsLeft } from '../stages/part.ts'
import type { Artifact, Runner } from '../stages/stage.ts'
import { completionWords } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import type { CardOptions, CardSizes, CardTraining } from './options.ts'
import type { CardModel, CardResult, SeedAnswers } from './result.ts'
import { applies, type CardStages, cardStages } from './stages.ts'

export interface CardContext {
  gpu: Gpu
  runner: Runner
  /** Of the first seed the evaluations that are done, from the first one on; later all seeds that are done. */
  onPart?: OnPart<CardResult>
}

/** A model to evaluate, and the world it was trained in, for each seed. */
export interface CardSubject extends CardModel {
  models: { seed: number; model: Artifact<{ model: ModelFile }> }[]
}

/** The same with models that may still have to be trained. */
interface ComingSubject extends CardModel {
  models: { seed: number; model: () => Promise<Artifact<{ model: ModelFile }>> }[]
}

/** Trains the card's model and evaluates it; `baseline` is asked the same. */
export async function systemCard(
  context: CardContext,
  { seeds, training, sizes }: CardOptions,
  world: PolicyWorldFile,
  baseline?: CardSubject,
): Promise<CardResult> {
  if (baseline)
    sameSeeds([
      { label: 'the model of this card', seeds },
      { ...baseline, seeds: seedsOf(baseline) },
    ])
  const subjects = [...cardModels(context, training, world, seeds), ...(baseline ? [coming(baseline)] : [])]
  return evaluated(context, 'a model trained for this card', subjects, sizes, world)
}

/** The model before and after mitigation; training begins when one is asked for. */
function cardModels(
  { gpu, runner }: CardContext,
  training: CardTraining,
  world: PolicyWorldFile,
  seeds: readonly number[],
): ComingSubject[] {
  const stages = deliberativeStages(gpu)
  const own = cardStages(gpu)
  const forSeed = (seed: number) => {
    const place = { world, seed, documents: 'card' } as const
    const label = (name: string) => ({ label: seeds.length > 1 ? `${name}, seed ${seed}` : name })
    const { model, base: pretraining, generation, judge, sft, rl, behaviours: count } = training
    const pretrain = () => runner.stage(stages.base, { ...place, model, base: pretraining }, label('base model'))
    let pretrained: ReturnType<typeof pretrain> | undefined
    const before = () => (pretrained ??= pretrain())
    const after = async () => {
      const base = await before()
      const data = await runner.stage(
        stages.generate,
        { ...place, base, generation, encoded: false, judgeRuns: judge.runs },
        label('safety data'),
      )
      const behaviours = await runner.stage(own.behaviours, { ...place, count }, label('other behaviours'))
      const tuned = await runner.stage(
        stages.sft,
        {
          ...place,
          base,
          data,
          behaviours,
          prompts: generation.prompts,
          encoded: false,
          selection: 'judged',
          supervision: 'thought',
          judge,
          sft,
        },
        label('SFT'),
      )
      if (rl.steps === 0) return tuned
      const inputs = { ...place, start: tuned, base, rl, judge, judgeSeesThought: false, direct: false }
      return runner.stage(stages.rl, inputs, label('RL'))
    }
    return { seed, before, after }
  }
  const all = seeds.map(forSeed)
  return [
    {
      name: 'before',
      label: 'before mitigation',
      documents: 'card',
      models: all.map(({ seed, before }) => ({ seed, model: before })),
    },
    {
      name: 'after',
      label: 'after mitigation',
      documents: 'card',
      models: all.map(({ seed, after }) => ({ seed, model: after })),
    },
  ]
}

/** Asks every subject every evaluation that applies to it. @throws RangeError when subjects have different seeds. */
export function evaluateModels(
  context: CardContext,
  subject: string,
  subjects: readonly CardSubject[],
  sizes: CardSizes,
  world: PolicyWorldFile,
): Promise<CardResult> {
  return evaluated(context, subject, subjects.map(coming), sizes, world)
}

const coming = ({ models, ...rest }: CardSubject): ComingSubject => ({
  ...rest,
  models: models.map(({ seed, model }) => ({ seed, model: async () => model })),
})

async function evaluated(
  { gpu, runner, onPart }: CardContext,
  subject: string,
  subjects: readonly ComingSubject[],
  sizes: CardSizes,
  world: PolicyWorldFile,
): Promise<CardResult> {
  const stages = cardStages(gpu)
  const seeds = sameSeeds(subjects.map((each) => ({ ...each, seeds: seedsOf(each) })))
  const models = subjects.map(({ models: _, ...rest }) => rest)
  const made = (answers: SeedAnswers[]): CardResult => ({ subject, world, sizes, models, seeds: answers })
  const done: SeedAnswers[] = []
  const answered = async (seed: number, s: number): Promise<SeedAnswers> => {
    const soFar: SeedAnswers = { seed, models: {} }
    const all = await askEach(runner, subjects, async ({ name, label, documents, models: ofSeeds }) => {
      const model = await ofSeeds[s].model()
      const place: InWorld = { world, seed, ...(documents && { documents }) }
      const said = seeds.length > 1 ? `${label}, seed ${seed}` : label
      const answers = await ask(runner, stages, place, model, sizes, said, (answersSoFar) => {
        soFar.models[name] = { key: model.key, answers: answersSoFar }
        if (done.length === 0) onPart?.(() => partOfSeed(made([soFar]), seeds))
      })
      return [name, { key: model.key, answers }] as const
    })
    const result: SeedAnswers = { seed, models: Object.fromEntries(all) }
    done.push(result)
    if (done.length < seeds.length)
      onPart?.(() => ({
        result: made([...done]),
        missing: seedsLeft(
          seeds,
          done.map((each) => each.seed),
        ),
      }))
    return result
  }
  // stages that do not need each other are asked for at once where a queue can spread them
  return made(await askEach(runner, seeds, answered))
}

/** A part that has some evaluations of one seed. */
function partOfSeed(result: CardResult, seeds: readonly number[]): Part<CardResult> {
  const [{ seed, models }] = result.seeds
  const left = result.models.flatMap((model) => {
    const has = models[model.name]?.answers ?? {}
    const count = evaluations.filter((evaluation) => applies(evaluation, model) && !has[evaluation.name]).length
    return count === 0 ? [] : [`${count} evaluations ${model.label}`]
  })
  return { result, missing: [...left, ...seedsLeft(seeds, [seed])] }
}

const seedsOf = ({ models }: { models: readonly { seed: number }[] }) => models.map(({ seed }) => seed)

function sameSeeds(all: { label: string; seeds: readonly number[] }[]): readonly number[] {
  const [{ label, seeds }] = all
  const other = all.find((each) => each.seeds.join() !== seeds.join())
  if (other)
    throw new RangeError(
      `system card: ${other.label} has seeds ${other.seeds.join(', ')} but ${label} has ${seeds.join(', ')}; each seed is a world of its own, so models of different seeds cannot be compared`,
    )
  return seeds
}

async function ask(
  runner: Runner,
  stages: CardStages,
  place: InWorld,
  model: Artifact<{ model: ModelFile }>,
  sizes: CardSizes,
  label: string,
  tell: (soFar: Record<string, string[]>) => void,
): Promise<Record<string, string[]>> {
  const world = openWorld(place)
  const asked = evaluations.filter((evaluation) => applies(evaluation, place))
  const soFar: Record<string, string[]> = {}
  const answers = await askEach(runner, asked, async ({ name, title }): Promise<[string, string[]]> => {
    const inputs = { ...place, model, evaluation: name, sizes }
    const { value } = await runner.stage(stages.answers, inputs, { label: `${label}: ${title}` })
    soFar[name] = value.map((completion) => completionWords(world, completion))
    tell({ ...soFar })
    return [name, soFar[name]]
  })
  return Object.fromEntries(answers)
}

/** How many stages of each name a card of these models asks for; for an estimate of the time left. */
export function cardStageCounts(
  models: readonly { documents?: CardModel['documents'] }[],
  seeds: number,
  training?: CardTraining,
): Record<string, number> {
  const asked = models.reduce(
    (sum, model) => sum + evaluations.filter((evaluation) => applies(evaluation, model)).length,
    0,
  )
  return {
    ...(training && {
      'deliberative-base': seeds,
      'deliberative-generate': seeds,
      'card-behaviours': seeds,
      'deliberative-sft': seeds,
      ...(training.rl.steps > 0 && { 'deliberative-rl': seeds }),
    }),
    'card-answers': asked * seeds,
  }
}
