// The system card: a model before and after safety training answers every evaluation. After OpenAI, “o1 System Card”
// (arXiv 2412.16720). The model is trained as in the deliberative study, in a world that also has facts, peoples,
// messages and planted strings; its safety training has examples of how to deal with these, from splits of their own.

import type { Gpu } from '@nanoalign/kernels'
import type { ModelFile } from '@nanoalign/model'
import { deliberativeStages } from '../deliberative/stages.ts'
import { type InWorld, openWorld, type PolicyWorldFile } from '../policy-world/index.ts'
import type { Artifact, Runner } from '../stages/stage.ts'
import { completionWords } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import type { CardOptions, CardSizes, CardTraining } from './options.ts'
import type { CardModel, CardResult, SeedAnswers } from './result.ts'
import { applies, type CardStages, cardStages } from './stages.ts'

export interface CardContext {
  gpu: Gpu
  runner: Runner
}

/** A model to evaluate, and the world it was trained in, for each seed. */
export interface CardSubject extends CardModel {
  models: { seed: number; model: Artifact<{ model: ModelFile }> }[]
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
  const trained = await trainCardModels(context, training, world, seeds)
  return evaluateModels(
    context,
    'a model trained for this card',
    [...trained, ...(baseline ? [baseline] : [])],
    sizes,
    world,
  )
}

export async function trainCardModels(
  { gpu, runner }: CardContext,
  training: CardTraining,
  world: PolicyWorldFile,
  seeds: readonly number[],
): Promise<CardSubject[]> {
  const stages = deliberativeStages(gpu)
  const own = cardStages(gpu)
  const before: CardSubject = { name: 'before', label: 'before mitigation', documents: 'card', models: [] }
  const after: CardSubject = { name: 'after', label: 'after mitigation', documents: 'card', models: [] }
  const train = async (seed: number) => {
    const place = { world, seed, documents: 'card' } as const
    const label = (name: string) => ({ label: seeds.length > 1 ? `${name}, seed ${seed}` : name })
    const { model, base: pretraining, generation, judge, sft, rl, behaviours: count } = training
    const base = await runner.stage(stages.base, { ...place, model, base: pretraining }, label('base model'))
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
    const final =
      rl.steps === 0
        ? tuned
        : await runner.stage(
            stages.rl,
            { ...place, start: tuned, base, rl, judge, judgeSeesThought: false, direct: false },
            label('RL'),
          )
    return { seed, base, final }
  }
  for (const { seed, base, final } of await Promise.all(seeds.map(train))) {
    before.models.push({ seed, model: base })
    after.models.push({ seed, model: final })
  }
  return [before, after]
}

/** Asks every subject every evaluation that applies to it. @throws RangeError when subjects have different seeds. */
export async function evaluateModels(
  { gpu, runner }: CardContext,
  subject: string,
  subjects: readonly CardSubject[],
  sizes: CardSizes,
  world: PolicyWorldFile,
): Promise<CardResult> {
  const stages = cardStages(gpu)
  const seeds = sameSeeds(subjects.map((each) => ({ ...each, seeds: seedsOf(each) })))
  const answered = async (seed: number, s: number): Promise<SeedAnswers> => {
    const all = subjects.map(async ({ name, label, documents, models }) => {
      const { model } = models[s]
      const place: InWorld = { world, seed, ...(documents && { documents }) }
      const said = seeds.length > 1 ? `${label}, seed ${seed}` : label
      return [name, { key: model.key, answers: await ask(runner, stages, place, model, sizes, said) }] as const
    })
    return { seed, models: Object.fromEntries(await Promise.all(all)) }
  }
  return {
    subject,
    world,
    sizes,
    models: subjects.map(({ models, ...rest }) => rest),
    // stages that do not need each other are asked for at once: a queue can spread them
    seeds: await Promise.all(seeds.map(answered)),
  }
}

const seedsOf = ({ models }: CardSubject) => models.map(({ seed }) => seed)

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
): Promise<Record<string, string[]>> {
  const world = openWorld(place)
  const asked = evaluations.filter((evaluation) => applies(evaluation, place))
  const answers = asked.map(async ({ name, title }): Promise<[string, string[]]> => {
    const inputs = { ...place, model, evaluation: name, sizes }
    const { value } = await runner.stage(stages.answers, inputs, { label: `${label}: ${title}` })
    return [name, value.map((completion) => completionWords(world, completion))]
  })
  return Object.fromEntries(await Promise.all(answers))
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
