// One seed of the study: its base model, the arms trained from it, and the analyses.

import {
  createPolicyWorld,
  type PolicyWorld,
  type PolicyWorldFile,
  requestText,
  safetyTrainingRequests,
  testSetsOf,
} from '../policy-world/index.ts'
import { askEach } from '../stages/ask-each.ts'
import type { Artifact, Runner } from '../stages/stage.ts'
import { type Answers, JAILBREAKS } from './answer-stage.ts'
import { type Arm, type ArmName, arms } from './arms.ts'
import type { Generated } from './filter.ts'
import { interventions } from './interventions.ts'
import type { DeliberativeOptions } from './options.ts'
import type { Reinforced } from './reinforce-stage.ts'
import type { ArmResult, SeedResult, SpokenAnswers } from './result.ts'
import type { DeliberativeStages, Tuned } from './stages.ts'
import type { Trained } from './trained.ts'

export interface SeedContext {
  runner: Runner
  stages: DeliberativeStages
  options: DeliberativeOptions
  world: PolicyWorldFile
}

/** `tell` hears of what is done so far, whenever that is more; lists in it are in the order in which things were done. */
export async function oneSeed(
  { runner, stages, options, world }: SeedContext,
  seed: number,
  tell: (soFar: SeedResult) => void,
): Promise<SeedResult> {
  const inWorld = { world, seed }
  const ready = createPolicyWorld(world, seed)
  const label = (name: string) => ({ label: options.seeds.length > 1 ? `${name}, seed ${seed}` : name })
  const { model, base: pretraining, generation, judge, sft, rl, test } = options
  const base = await runner.stage(stages.base, { ...inWorld, model, base: pretraining }, label('base model'))

  const generate = (prompts: number, encoded: boolean, drafts: boolean) =>
    runner.stage(
      stages.generate,
      {
        ...inWorld,
        base,
        generation: { prompts, samples: drafts ? 1 : generation.samples },
        encoded,
        judgeRuns: judge.runs,
        ...(drafts && { drafts }),
      },
      label(drafts ? 'drafts' : encoded ? 'encoded safety data' : 'safety data'),
    )
  const tune = async (arm: Arm, name: string, prompts: number): Promise<Artifact<Tuned>> => {
    const { selection, supervision, stepsFactor = 1, encoded = false } = arm.sft!
    const data = await generate(prompts, encoded, false)
    const drafts = selection === 'critique' ? { drafts: await generate(prompts, encoded, true) } : {}
    const steps = sft.steps * stepsFactor
    return runner.stage(
      stages.sft,
      { ...inWorld, base, data, ...drafts, prompts, encoded, selection, supervision, judge, sft: { ...sft, steps } },
      label(`${name}: SFT`),
    )
  }
  const known = new Map<string, ReturnType<typeof train>>()
  const trained = (name: ArmName, prompts: number) => {
    const id = `${name} ${prompts}`
    if (!known.has(id)) known.set(id, train(name, prompts))
    return known.get(id)!
  }
  const train = async (name: ArmName, prompts: number) => {
    const arm: Arm = arms[name]
    const tuned = arm.sft ? await tune(arm, arm.label, prompts) : undefined
    let reinforced: Artifact<Reinforced> | undefined
    if (arm.rl)
      reinforced = await runner.stage(
        stages.rl,
        {
          ...inWorld,
          start: tuned ?? base,
          base,
          rl,
          judge,
          judgeSeesThought: arm.rl.judgeSeesThought ?? false,
          ...(arm.rl.algorithm && { algorithm: arm.rl.algorithm }),
          direct: arm.decoding === 'direct',
        },
        label(`${arm.label}: RL`),
      )
    const final: Artifact<Trained> = reinforced ?? tuned ?? base
    return { final, tuned, reinforced }
  }
  const sets = {
    ...Object.fromEntries(testSetsOf(ready, test.requests).map((set) => [set, test.requests])),
    [JAILBREAKS]: test.jailbreaks,
  }
  /** In the order of the sets, which artifacts do not keep. */
  const spoken = (answers: Answers): SpokenAnswers =>
    Object.fromEntries(
      Object.keys(sets).flatMap((set) => {
        const rows = answers[set]?.map((tokens) => Array.from(tokens, ready.vocabulary.word).join(' '))
        return rows ? [[set, rows]] : []
      }),
    )
  const described = {
    seed,
    parameters: Object.values(base.value.model.values).reduce((sum, { length }) => sum + length, 0),
    losses: base.value.losses,
  }
  const soFar: Partial<SeedResult> & Pick<SeedResult, 'arms'> = { arms: {} }
  const found = (more: Partial<SeedResult>) => {
    Object.assign(soFar, more)
    const { capability, ...rest } = soFar
    if (capability) tell({ ...described, capability, ...rest })
  }
  const oneArm = async (name: ArmName) => {
    const { final, tuned, reinforced } = await trained(name, generation.prompts)
    const { decoding, label: title } = arms[name]
    const answers = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding, sets },
      label(`${title}: answers`),
    )
    const result: ArmResult = {
      answers: spoken(answers.value),
      key: final.key,
      ...(tuned && { quality: tuned.value.quality, sftLosses: tuned.value.losses, kept: tuned.value.kept }),
      ...(reinforced && {
        log: reinforced.value.log,
        right: reinforced.value.right,
        rollouts: reinforced.value.rollouts,
      }),
    }
    found({ arms: { ...soFar.arms, [name]: result } })
    return { name, result, answers }
  }
  /** All arms, and what the judge thinks of each answer: it thinks once for all of them. */
  const allArms = async (): Promise<SeedResult['arms']> => {
    const made = await askEach(runner, options.arms, oneArm)
    const answers = made.map(({ name, answers }) => ({ answers, decoding: arms[name].decoding }))
    const { value } = await runner.stage(
      stages.score,
      { ...inWorld, judge: base, runs: judge.rlRuns, answers, sets, samples: 1 },
      label('judge’s scores of all answers'),
    )
    const scored = Object.fromEntries(made.map(({ name, result }, a) => [name, { ...result, scores: value[a] }]))
    found({ arms: scored })
    return scored
  }
  const safetyData = async () => (await generate(generation.prompts, false, false)).value

  const small = { id: test.requests, stacked: test.requests }
  const dataSize = async (prompts: number, name: 'sft' | 'direct') => {
    const { final } = await trained(name, prompts)
    const { decoding, label: title } = arms[name]
    const { value } = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding, sets: small },
      label(`${title}, ${prompts} prompts: answers`),
    )
    return { prompts, arm: name, answers: spoken(value) }
  }
  const thinking = (['sft', 'sft-rl'] as const).filter((name) => options.arms.includes(name))
  const atBudget = async (name: ArmName, budget: number) => {
    const { final } = await trained(name, generation.prompts)
    const { value } = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding: 'thought', sets: small, budget },
      label(`${arms[name].label}, budget ${budget}: answers`),
    )
    return { budget, arm: name, answers: spoken(value) }
  }
  const byVotes = async (name: ArmName) => {
    const { final } = await trained(name, generation.prompts)
    const sampled = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding: 'thought', sets: small, samples: VOTES },
      label(`${arms[name].label}, ${VOTES} samples: answers`),
    )
    const scored = await runner.stage(
      stages.score,
      {
        ...inWorld,
        judge: base,
        runs: judge.runs,
        answers: [{ answers: sampled, decoding: 'thought' }],
        sets: small,
        samples: VOTES,
      },
      label(`${arms[name].label}, ${VOTES} samples: scores`),
    )
    return { samples: VOTES, arm: name, answers: spoken(sampled.value), scores: scored.value[0] }
  }
  const misread = async (name: ArmName, intervention: (typeof interventions)[number]) => {
    const { final } = await trained(name, generation.prompts)
    const { value } = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding: 'thought', sets: { id: test.requests }, intervention },
      label(`${arms[name].label}, misread ${intervention}: answers`),
    )
    return { intervention, arm: name, answers: spoken(value) }
  }

  const { arms: chosen, dataSizes, analyses } = options
  const budgets = budgetsUpTo(ready.layout.thoughtLength)
  /** What `ask` gives for each, told one by one under `name`; undefined unless it is wanted. */
  const listed = async <Item, Name extends 'dataSizes' | 'budgets' | 'votes' | 'interventions'>(
    name: Name,
    wanted: boolean,
    items: Item[],
    ask: (item: Item) => Promise<NonNullable<SeedResult[Name]>[number]>,
  ): Promise<Partial<SeedResult>> => {
    if (!wanted) return {}
    const all = await askEach(runner, items, async (item) => {
      const one = await ask(item)
      found({ [name]: [...(soFar[name] ?? []), one] })
      return one
    })
    return { [name]: all }
  }
  const ofEach = <T>(values: readonly T[]) => thinking.flatMap((name) => values.map((value) => ({ name, value })))
  const sizes = dataSizes?.flatMap((prompts) => [
    { name: 'sft' as const, prompts },
    { name: 'direct' as const, prompts },
  ])
  const compute = analyses.includes('compute')
  const parts: (() => Promise<Partial<SeedResult>>)[] = [
    async () => {
      const { value } = await runner.stage(stages.capability, { ...inWorld, base }, label('what the base model can do'))
      found({ capability: value })
      return { capability: value }
    },
    async () => {
      const byArm = await allArms()
      if (!chosen.some((name) => (arms[name] as Arm).sft)) return { arms: byArm }
      return { arms: byArm, safetyData: generatedSamples(ready, generation.prompts, await safetyData(), byArm) }
    },
    () => listed('dataSizes', dataSizes !== undefined, sizes ?? [], ({ prompts, name }) => dataSize(prompts, name)),
    () => listed('budgets', compute, ofEach(budgets), ({ name, value }) => atBudget(name, value)),
    () => listed('votes', compute, thinking, byVotes),
    () =>
      listed('interventions', analyses.includes('faithfulness'), ofEach(interventions), ({ name, value }) =>
        misread(name, value),
      ),
  ]
  // the keys in this order, whatever is done first
  return Object.assign({ ...described }, ...(await askEach(runner, parts, (part) => part())))
}

/** What was generated, in words, with the arms that were trained on each sample. */
function generatedSamples(
  world: PolicyWorld,
  prompts: number,
  samples: readonly Generated[],
  results: SeedResult['arms'],
): SeedResult['safetyData'] {
  const requests = safetyTrainingRequests(world, prompts)
  const keepers = Object.entries(results).flatMap(([name, { kept }]) => {
    const arm: Arm = arms[name as ArmName]
    // encoded prompts have samples of their own
    if (!kept || arm.sft?.encoded) return []
    const indices = new Set(kept.filter(({ from }) => from === 'samples').map(({ index }) => index))
    return [{ name: name as ArmName, indices }]
  })
  return samples.map(({ item, tokens, ...rest }, index) => ({
    item,
    request: requestText(world, requests[item]),
    completion: Array.from(tokens, world.vocabulary.word).join(' '),
    ...rest,
    keptBy: keepers.filter(({ indices }) => indices.has(index)).map(({ name }) => name),
  }))
}

/** Samples at temperature 1 for majority votes. */
const VOTES = 16

/** Thinking budgets in tokens: none, the reading of the request, then clause by clause. */
const budgetsUpTo = (longest: number) => [0, 2, 5, 7, 9, 11, 13, longest].filter((b, i, all) => all.indexOf(b) === i)
