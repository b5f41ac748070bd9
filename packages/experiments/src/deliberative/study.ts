// The whole study: one base model per seed, the arms trained from it, and what each answers to the test sets.

import type { Gpu } from '@nanoalign/kernels'
import {
  createPolicyWorld,
  type PolicyWorldFile,
  requestText,
  safetyTrainingRequests,
  testSets,
} from '../policy-world/index.ts'
import type { Artifact, Runner } from '../stages/stage.ts'
import { type Answers, JAILBREAKS } from './answer-stage.ts'
import { type Arm, type ArmName, arms } from './arms.ts'
import { capabilities } from './capabilities.ts'
import { interventions } from './interventions.ts'
import { checkDeliberativeOptions, type DeliberativeOptions } from './options.ts'
import type { ArmResult, DeliberativeResult, SeedResult, SpokenAnswers } from './result.ts'
import { type DeliberativeStages, deliberativeStages, type Reinforced, type Trained, type Tuned } from './stages.ts'

export interface DeliberativeContext {
  gpu: Gpu
  runner: Runner
}

export async function deliberate(
  { gpu, runner }: DeliberativeContext,
  options: DeliberativeOptions,
  world: PolicyWorldFile,
): Promise<DeliberativeResult> {
  checkDeliberativeOptions(options)
  const stages = deliberativeStages(gpu)
  const seeds: SeedResult[] = []
  for (const seed of options.seeds) seeds.push(await oneSeed(gpu, runner, stages, options, world, seed))
  return { options, world, seeds }
}

async function oneSeed(
  gpu: Gpu,
  runner: Runner,
  stages: DeliberativeStages,
  options: DeliberativeOptions,
  world: PolicyWorldFile,
  seed: number,
): Promise<SeedResult> {
  const inWorld = { world, seed }
  const ready = createPolicyWorld(world, seed)
  const spoken = (answers: Answers): SpokenAnswers =>
    Object.fromEntries(
      Object.entries(answers).map(([set, rows]) => [
        set,
        rows.map((tokens) => Array.from(tokens, ready.vocabulary.word).join(' ')),
      ]),
    )
  const label = (name: string) => ({ label: options.seeds.length > 1 ? `${name}, seed ${seed}` : name })
  const { model, base: pretraining, generation, judge, sft, rl, test } = options
  const base = await runner.stage(stages.base, { ...inWorld, model, base: pretraining }, label('base model'))
  const capability = await capabilities(gpu, base.value.model, ready)

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
  const trained = async (name: ArmName, prompts: number) => {
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
    ...Object.fromEntries(testSets.map((set) => [set, test.requests])),
    [JAILBREAKS]: test.jailbreaks,
  }
  const results: Partial<Record<ArmName, ArmResult>> = {}
  for (const name of options.arms) {
    const { final, tuned, reinforced } = await trained(name, generation.prompts)
    const { decoding, label: title } = arms[name]
    const answers = await runner.stage(
      stages.answer,
      { ...inWorld, model: final, decoding, sets },
      label(`${title}: answers`),
    )
    results[name] = {
      answers: spoken(answers.value),
      key: final.key,
      ...(tuned && { quality: tuned.value.quality, sftLosses: tuned.value.losses }),
      ...(reinforced && { log: reinforced.value.log, right: reinforced.value.right }),
    }
  }
  const result: SeedResult = { seed, losses: base.value.losses, capability, arms: results }
  if (options.arms.some((name) => (arms[name] as Arm).sft)) {
    const { value } = await generate(generation.prompts, false, false)
    const requests = safetyTrainingRequests(ready, generation.prompts)
    result.safetyData = value.map(({ item, tokens, wellFormed, score, answerRight, thoughtRight }) => ({
      item,
      request: requestText(ready, requests[item]),
      completion: Array.from(tokens, ready.vocabulary.word).join(' '),
      wellFormed,
      score,
      answerRight,
      thoughtRight,
    }))
  }

  const small = { id: test.requests, stacked: test.requests }
  if (options.dataSizes) {
    result.dataSizes = []
    for (const prompts of options.dataSizes)
      for (const name of ['sft', 'direct'] as const) {
        const { final } = await trained(name, prompts)
        const { decoding, label: title } = arms[name]
        const { value } = await runner.stage(
          stages.answer,
          { ...inWorld, model: final, decoding, sets: small },
          label(`${title}, ${prompts} prompts: answers`),
        )
        result.dataSizes.push({ prompts, arm: name, answers: spoken(value) })
      }
  }
  if (options.analyses.includes('compute')) {
    const thinking = (['sft', 'sft-rl'] as const).filter((name) => options.arms.includes(name))
    result.budgets = []
    result.votes = []
    const longest = ready.layout.thoughtLength
    for (const name of thinking) {
      const { final } = await trained(name, generation.prompts)
      const given = { ...inWorld, model: final, decoding: 'thought' as const, sets: small }
      for (const budget of budgetsUpTo(longest)) {
        const { value } = await runner.stage(
          stages.answer,
          { ...given, budget },
          label(`${arms[name].label}, budget ${budget}: answers`),
        )
        result.budgets.push({ budget, arm: name, answers: spoken(value) })
      }
      const sampled = await runner.stage(
        stages.answer,
        { ...given, samples: VOTES },
        label(`${arms[name].label}, ${VOTES} samples: answers`),
      )
      const scored = await runner.stage(
        stages.score,
        { ...inWorld, judge: base, runs: judge.runs, answers: sampled, samples: VOTES },
        label(`${arms[name].label}, ${VOTES} samples: scores`),
      )
      result.votes.push({ samples: VOTES, arm: name, answers: spoken(sampled.value), scores: scored.value })
    }
  }
  if (options.analyses.includes('faithfulness')) {
    result.interventions = []
    for (const name of (['sft', 'sft-rl'] as const).filter((each) => options.arms.includes(each))) {
      const { final } = await trained(name, generation.prompts)
      for (const intervention of interventions) {
        const { value } = await runner.stage(
          stages.answer,
          { ...inWorld, model: final, decoding: 'thought' as const, sets: { id: test.requests }, intervention },
          label(`${arms[name].label}, misread ${intervention}: answers`),
        )
        result.interventions.push({ intervention, arm: name, answers: spoken(value) })
      }
    }
  }
  return result
}

/** Samples at temperature 1 for majority votes. */
const VOTES = 16

/** Thinking budgets in tokens: none, the reading of the request, then clause by clause. */
const budgetsUpTo = (longest: number) => [0, 2, 5, 7, 9, 11, 13, longest].filter((b, i, all) => all.indexOf(b) === i)
