// The whole study: one base model per seed, the arms trained from it, and what each answers to the test sets.

import type { Gpu } from '@nanoalign/kernels'
import {
  createPolicyWorld,
  jailbreakRequests,
  type PolicyWorldFile,
  safetyTrainingRequests,
} from '../policy-world/index.ts'
import { askEach } from '../stages/ask-each.ts'
import { type OnPart, type Part, seedsLeft } from '../stages/part.ts'
import type { Runner } from '../stages/stage.ts'
import { arms } from './arms.ts'
import { checkDeliberativeOptions, type DeliberativeOptions } from './options.ts'
import type { DeliberativeResult, SeedResult } from './result.ts'
import { oneSeed } from './seed.ts'
import { deliberativeStages } from './stages.ts'

export interface DeliberativeContext {
  gpu: Gpu
  runner: Runner
  /** Of the first seed what is done, from what its base model can do on; later all seeds that are done. */
  onPart?: OnPart<DeliberativeResult>
}

export async function deliberate(
  { gpu, runner, onPart }: DeliberativeContext,
  options: DeliberativeOptions,
  world: PolicyWorldFile,
): Promise<DeliberativeResult> {
  checkDeliberativeOptions(options)
  // a world that lacks requests should say so before hours of training
  for (const seed of options.seeds) {
    const ready = createPolicyWorld(world, seed)
    safetyTrainingRequests(ready, options.generation.prompts)
    jailbreakRequests(ready, options.test.jailbreaks)
  }
  const stages = deliberativeStages(gpu)
  const done: SeedResult[] = []
  const seeds = await askEach(runner, options.seeds, async (seed) => {
    const result = await oneSeed({ runner, stages, options, world }, seed, (soFar) => {
      if (done.length === 0) onPart?.(() => partOfSeed(options, world, soFar))
    })
    done.push(result)
    if (done.length < options.seeds.length) onPart?.(() => partOfSeeds(options, world, done))
    return result
  })
  return { options, world, seeds }
}

/** A part that has the arms of one seed that are done; none at all while only the base model is. */
function partOfSeed(options: DeliberativeOptions, world: PolicyWorldFile, soFar: SeedResult): Part<DeliberativeResult> {
  const has = options.arms.filter((name) => soFar.arms[name])
  const left = options.arms.filter((name) => !soFar.arms[name])
  return {
    result: { options: { ...options, seeds: [soFar.seed], arms: has }, world, seeds: [soFar] },
    missing: [
      ...left.map((name) => arms[name].label),
      ...(!has.some((name) => soFar.arms[name]!.scores) ? ['the judge’s scores'] : []),
      ...(options.dataSizes ? ['how much safety data it takes'] : []),
      ...options.analyses.map((name) => analysisNames[name]),
      ...seedsLeft(options.seeds, [soFar.seed]),
    ],
  }
}

const analysisNames = {
  compute: 'thinking budgets and votes',
  faithfulness: 'thoughts that were made to misread',
} satisfies Record<DeliberativeOptions['analyses'][number], string>

function partOfSeeds(
  options: DeliberativeOptions,
  world: PolicyWorldFile,
  done: readonly SeedResult[],
): Part<DeliberativeResult> {
  const seeds = done.map(({ seed }) => seed)
  return {
    result: { options: { ...options, seeds }, world, seeds: [...done] },
    missing: seedsLeft(options.seeds, seeds),
  }
}
